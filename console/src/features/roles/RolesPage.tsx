import { Button, Checkbox, Group, Modal, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { meQuery, useMay } from '../../api/me.ts';
import { usePages } from '../../api/pages.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { faultAt } from '../../ui/faults.ts';
import { PlusIcon } from '../../ui/icons.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { ProblemNote } from '../../ui/ProblemNote.tsx';
import { Status } from '../../ui/Status.tsx';
import { useChange } from '../../ui/useChange.tsx';

interface Role {
  id: string;
  name: string;
  description: string;
  builtIn: boolean;
  permissions: readonly string[];
}

export function RolesPage() {
  const mayWrite = useMay('roles:write');
  const [edited, setEdited] = useState<Partial<Role>>();
  const [removed, setRemoved] = useState<Role>();
  const list = usePages<Role>(
    ['roles'],
    async (cursor) => (await api.GET('/api/v1/roles', { params: { query: { limit: 50, cursor } } })).data,
  );
  const remove = useChange(async (id: string) => void (await api.DELETE('/api/v1/roles/{id}', { params: { path: { id } } })), {
    touches: ['roles', 'users'],
    done: 'The role was deleted',
  });
  return (
    <>
      <PageHead
        title="Roles"
        about="What people may do here, and what applications are told. Roles without permissions are for applications alone."
        actions={
          mayWrite ? (
            <Button leftSection={<PlusIcon size={16} />} onClick={() => setEdited({})}>
              Add a role
            </Button>
          ) : null
        }
      />
      <DataTable
        label="Roles"
        of={list}
        keyOf={({ id }) => id}
        empty={<EmptyState title="No roles">Every organisation has five built-in ones; something is wrong.</EmptyState>}
        columns={[
          {
            head: 'Role',
            cell: (role) => (
              <>
                <Group gap="xs">
                  <Text fw={600} size="sm">
                    {role.name}
                  </Text>
                  {role.builtIn ? <Status tone="quiet">Built in</Status> : null}
                </Group>
                <Text size="xs" c="dimmed">
                  {role.description}
                </Text>
              </>
            ),
          },
          {
            head: 'May do here',
            wide: true,
            cell: ({ permissions }) => (
              <Text size="sm">
                {permissions.length === 0 ? 'Nothing: it is for applications' : `${permissions.length} permissions`}
              </Text>
            ),
          },
          {
            head: '',
            cell: (role) =>
              mayWrite && !role.builtIn ? (
                <Group gap="xs" justify="flex-end">
                  <Button size="xs" variant="subtle" onClick={() => setEdited(role)} aria-label={`Change ${role.name}`}>
                    Change
                  </Button>
                  <Button
                    size="xs"
                    variant="subtle"
                    color="red"
                    onClick={() => setRemoved(role)}
                    aria-label={`Delete ${role.name}`}
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
        title={edited?.id ? 'Change the role' : 'Add a role'}
        size="lg"
      >
        {edited ? <Edit key={edited.id} role={edited} onDone={() => setEdited(undefined)} /> : null}
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
        Everybody loses it at once. A role that an identity provider’s settings name cannot be deleted.
      </Confirm>
    </>
  );
}

function Edit({ role, onDone }: { role: Partial<Role>; onDone: () => void }) {
  // Nobody gives what they do not have: only one's own permissions can be chosen.
  const mine = useQuery(meQuery).data?.permissions ?? [];
  const choices = [...new Set([...mine, ...(role.permissions ?? [])])].sort();
  const form = useForm({
    initialValues: { name: role.name ?? '', description: role.description ?? '', permissions: [...(role.permissions ?? [])] },
  });
  const save = useChange(
    async (values: typeof form.values) => {
      const body = values as never;
      return role.id === undefined
        ? (await api.POST('/api/v1/roles', { body })).data
        : (await api.PATCH('/api/v1/roles/{id}', { params: { path: { id: role.id } }, body })).data;
    },
    { touches: ['roles', 'me'], done: 'Saved' },
  );
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values, { onSuccess: onDone }))}>
      <Stack gap="sm">
        <TextInput label="Name" required data-autofocus {...form.getInputProps('name')} error={faultAt(save.error, '/name')} />
        <TextInput label="What it is for" {...form.getInputProps('description')} error={faultAt(save.error, '/description')} />
        <Checkbox.Group
          label="May do here"
          description="Leave all out for a role that only applications read"
          {...form.getInputProps('permissions')}
        >
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs" mt="sm">
            {choices.map((permission) => (
              <Checkbox key={permission} value={permission} label={permission} disabled={!mine.includes(permission)} />
            ))}
          </SimpleGrid>
        </Checkbox.Group>
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
