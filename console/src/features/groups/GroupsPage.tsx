import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { useMay } from '../../api/me.ts';
import { usePages } from '../../api/pages.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { faultAt } from '../../ui/faults.ts';
import { PlusIcon } from '../../ui/icons.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { ProblemNote } from '../../ui/ProblemNote.tsx';
import { useChange } from '../../ui/useChange.tsx';

interface Team {
  id: string;
  name: string;
  description: string;
}

export function GroupsPage() {
  const mayWrite = useMay('users:write');
  const [edited, setEdited] = useState<Partial<Team>>();
  const [removed, setRemoved] = useState<Team>();
  const list = usePages<Team>(
    ['groups'],
    async (cursor) => (await api.GET('/api/v1/groups', { params: { query: { limit: 50, cursor } } })).data,
  );
  const remove = useChange(async (id: string) => void (await api.DELETE('/api/v1/groups/{id}', { params: { path: { id } } })), {
    touches: ['groups', 'users'],
    done: 'The group was deleted',
  });
  return (
    <>
      <PageHead
        title="Groups"
        about="Groups that people get by hand or from their identity provider, and that applications are told."
        actions={
          mayWrite ? (
            <Button leftSection={<PlusIcon size={16} />} onClick={() => setEdited({})}>
              Add a group
            </Button>
          ) : null
        }
      />
      <DataTable
        label="Groups"
        of={list}
        keyOf={({ id }) => id}
        empty={
          <EmptyState title="No groups yet">
            Add one, or map a provider’s groups: those that a mapping names are made by themselves.
          </EmptyState>
        }
        columns={[
          {
            head: 'Group',
            cell: (group) => (
              <>
                <Text fw={600} size="sm">
                  {group.name}
                </Text>
                <Text size="xs" c="dimmed">
                  {group.description}
                </Text>
              </>
            ),
          },
          {
            head: '',
            cell: (group) =>
              mayWrite ? (
                <Group gap="xs" justify="flex-end">
                  <Button size="xs" variant="subtle" onClick={() => setEdited(group)} aria-label={`Change ${group.name}`}>
                    Change
                  </Button>
                  <Button
                    size="xs"
                    variant="subtle"
                    color="red"
                    onClick={() => setRemoved(group)}
                    aria-label={`Delete ${group.name}`}
                  >
                    Delete
                  </Button>
                </Group>
              ) : null,
          },
        ]}
      />
      <Modal
        opened={edited !== undefined}
        onClose={() => setEdited(undefined)}
        title={edited?.id ? 'Change the group' : 'Add a group'}
      >
        {edited ? <Edit key={edited.id} group={edited} onDone={() => setEdited(undefined)} /> : null}
      </Modal>
      <Confirm
        opened={removed !== undefined}
        title={`Delete ${removed?.name ?? ''}?`}
        verb="Delete"
        pending={remove.isPending}
        error={remove.error}
        onClose={() => setRemoved(undefined)}
        onConfirm={() => removed && remove.mutate(removed.id, { onSuccess: () => setRemoved(undefined) })}
      >
        Everybody leaves it. A group that an identity provider’s settings name cannot be deleted.
      </Confirm>
    </>
  );
}

function Edit({ group, onDone }: { group: Partial<Team>; onDone: () => void }) {
  const form = useForm({ initialValues: { name: group.name ?? '', description: group.description ?? '' } });
  const save = useChange(
    async (body: typeof form.values) =>
      group.id === undefined
        ? (await api.POST('/api/v1/groups', { body })).data
        : (await api.PATCH('/api/v1/groups/{id}', { params: { path: { id: group.id } }, body })).data,
    { touches: ['groups'], done: 'Saved' },
  );
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values, { onSuccess: onDone }))}>
      <Stack gap="sm">
        <TextInput label="Name" required data-autofocus {...form.getInputProps('name')} error={faultAt(save.error, '/name')} />
        <TextInput label="What it is for" {...form.getInputProps('description')} error={faultAt(save.error, '/description')} />
        {save.error ? <ProblemNote error={save.error} /> : null}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
