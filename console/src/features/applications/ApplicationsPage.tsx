import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { useMay } from '../../api/me.ts';
import { usePages } from '../../api/pages.ts';
import type { ItemOf } from '../../api/types.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { PlusIcon } from '../../ui/icons.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { Status } from '../../ui/Status.tsx';
import { When } from '../../ui/When.tsx';
import { NewApplication } from './NewApplication.tsx';

export type Application = ItemOf<'/api/v1/applications'>;

export function ApplicationsPage() {
  const mayWrite = useMay('applications:write');
  const [adding, { open, close }] = useDisclosure();
  const list = usePages<Application>(['applications'], async (cursor) => {
    return (await api.GET('/api/v1/applications', { params: { query: { limit: 50, cursor } } })).data;
  });
  const add = mayWrite ? (
    <Button leftSection={<PlusIcon size={16} />} onClick={open}>
      Add an application
    </Button>
  ) : null;
  return (
    <>
      <PageHead
        title="Applications"
        about="What people sign in to. Each talks plain OpenID Connect to this organisation’s address."
        actions={add}
      />
      <DataTable
        label="Applications"
        of={list}
        keyOf={({ id }) => id}
        empty={
          <EmptyState title="No application yet" action={add}>
            Register one, and copy its client id into the application. Ready code for five languages comes with it.
          </EmptyState>
        }
        columns={[
          {
            head: 'Application',
            cell: (application) => (
              <>
                <Link to="/applications/$id" params={{ id: application.id }} className="row-link">
                  {application.name}
                </Link>
                <Text size="xs" c="dimmed" ff="monospace">
                  {application.id}
                </Text>
              </>
            ),
          },
          { head: 'Kind', wide: true, cell: ({ kind }) => (kind === 'public' ? 'On devices or in browsers' : 'On a server') },
          {
            head: 'State',
            cell: ({ enabled }) => (enabled ? <Status tone="good">On</Status> : <Status tone="quiet">Off</Status>),
          },
          { head: 'Changed', wide: true, cell: ({ updatedAt }) => <When at={updatedAt} /> },
        ]}
      />
      <NewApplication opened={adding} onClose={close} />
    </>
  );
}
