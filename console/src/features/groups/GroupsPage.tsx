import { Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { api } from '../../api/client.ts';
import { useMay } from '../../api/me.ts';
import type { ItemOf } from '../../api/types.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { FormEnd } from '../../ui/FormEnd.tsx';
import { NamedThings } from '../../ui/NamedThings.tsx';
import { NameFields } from '../../ui/NameFields.tsx';
import { useChange } from '../../ui/useChange.tsx';

type Team = ItemOf<'/api/v1/groups'>;

export function GroupsPage() {
  return (
    <NamedThings<Team>
      noun="group"
      path="groups"
      title="Groups"
      about="Groups that people get by hand or from their identity provider, and that applications are told."
      mayWrite={useMay('users:write')}
      read={async (cursor) => (await api.GET('/api/v1/groups', { params: { query: { limit: 50, cursor } } })).data}
      remove={(id) => api.DELETE('/api/v1/groups/{id}', { params: { path: { id } } })}
      consequence="Everybody leaves it. A group that an identity provider’s settings name cannot be deleted."
      empty={(add) => (
        <EmptyState title="No groups yet" action={add}>
          Add one, or map a provider’s groups: those that a mapping names are made by themselves.
        </EmptyState>
      )}
      form={(group, onDone) => <Edit key={group.id} group={group} onDone={onDone} />}
    />
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
        <NameFields form={form} error={save.error} />
        <FormEnd of={save} fields={['/name', '/description']} />
      </Stack>
    </form>
  );
}
