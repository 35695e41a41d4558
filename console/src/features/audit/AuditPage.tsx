import { Button, Drawer, Group, Menu, Select, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { download } from '../../api/download.ts';
import { usePages } from '../../api/pages.ts';
import type { ItemOf } from '../../api/types.ts';
import { Actor } from '../../ui/Actor.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { ProblemNote } from '../../ui/ProblemNote.tsx';
import { useChange } from '../../ui/useChange.tsx';
import { When } from '../../ui/When.tsx';
import { EventDetails } from './EventDetails.tsx';
import { Target } from './Target.tsx';
import { actions, partsOf, wordsOfAction } from './words.ts';

export type AuditEvent = ItemOf<'/api/v1/audit-events'>;

export function AuditPage() {
  const [action, setAction] = useState<string | null>(null);
  const [id, setId] = useState('');
  const [typed] = useDebouncedValue(id.trim(), 300);
  const [open, setOpen] = useState<AuditEvent>();
  const filter = { action: action ?? undefined, ...filterOf(typed) };
  const list = usePages<AuditEvent>(['audit-events', filter], async (cursor) => {
    return (await api.GET('/api/v1/audit-events', { params: { query: { limit: 50, cursor, ...filter } } })).data;
  });
  return (
    <>
      <PageHead
        title="Audit log"
        about="Who changed what, and when. Each entry is chained to the one before it, so that none can be changed or removed unnoticed."
        actions={<Download />}
      />
      <Group mb="md" gap="sm" align="flex-end">
        <Select
          label="What happened"
          placeholder="Anything"
          clearable
          searchable
          data={actions.map(({ group, items }) => ({
            group,
            items: items.map((value) => ({ value, label: wordsOfAction(value) })),
          }))}
          value={action}
          onChange={setAction}
          w={{ base: '100%', sm: 280 }}
        />
        <TextInput
          label="Id or reference"
          placeholder="usr_… or 7KQ2-M3XA-91TB"
          value={id}
          onChange={(event) => setId(event.currentTarget.value)}
          w={{ base: '100%', sm: 260 }}
        />
      </Group>
      <DataTable
        label="Audit events"
        of={list}
        keyOf={({ id: key }) => key}
        empty={<EmptyState title="Nothing matches">Choose another event, or clear what you look for.</EmptyState>}
        columns={[
          {
            head: 'What',
            cell: (event) => (
              <UnstyledButton className="row-link" onClick={() => setOpen(event)} aria-haspopup="dialog">
                {wordsOfAction(event.action)}
              </UnstyledButton>
            ),
          },
          {
            head: 'Who',
            wide: true,
            cell: (event) => (
              <Text size="sm" component="div">
                <Actor actor={partsOf(event.actor)} />
              </Text>
            ),
          },
          {
            head: 'On',
            wide: true,
            cell: (event) => (
              <Text size="sm" component="div" className="timeline-fact">
                <Target event={event} />
              </Text>
            ),
          },
          { head: 'When', cell: (event) => <When at={event.at} /> },
        ]}
      />
      <Drawer
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        position="right"
        size="lg"
        title={open ? wordsOfAction(open.action) : ''}
      >
        {open ? <EventDetails event={open} /> : null}
      </Drawer>
    </>
  );
}

/** An id may be of whoever did it or of what it was done to; only one can be asked for: the second is what people look for. */
function filterOf(typed: string): { target?: string; reference?: string } {
  if (typed === '') return {};
  if (/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/i.test(typed)) return { reference: typed.toUpperCase() };
  const kind = { usr: 'user', idp: 'connection', grp: 'group', rol: 'role', app: 'application' }[typed.split('_')[0] ?? ''];
  if (typed.includes(':')) return { target: typed };
  return { target: `${kind ?? (typed.includes('.') ? 'domain' : 'tenant')}:${typed}` };
}

function Download() {
  const save = useChange(
    (format: 'ndjson' | 'csv') => download(`/api/v1/audit-events?format=${format}`, { name: `audit.${format}` }),
    { touches: [] },
  );
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" loading={save.isPending}>
            Download
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => save.mutate('csv')}>CSV, for a spreadsheet</Menu.Item>
          <Menu.Item onClick={() => save.mutate('ndjson')}>NDJSON, for programs</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {save.error ? <ProblemNote error={save.error} /> : null}
    </>
  );
}
