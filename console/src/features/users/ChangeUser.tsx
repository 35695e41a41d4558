import { Group, MultiSelect, Paper, Stack, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { api } from '../../api/client.ts';
import { useGroupNames, useRoleNames } from '../../api/names.ts';
import { FormEnd } from '../../ui/FormEnd.tsx';
import { faultAt } from '../../ui/faults.ts';
import { useChange } from '../../ui/useChange.tsx';
import type { User } from './UsersPage.tsx';

const byHand = (of: User['groups']): string[] =>
  of.filter(({ sources }) => sources.some((source) => source === 'manual' || source === 'default')).map(({ name }) => name);

/** What can be changed by hand; what an identity provider gives is its own. */
export function ChangeUser({ user }: { user: User }) {
  const groups = useGroupNames();
  const roles = useRoleNames();
  const form = useForm({
    initialValues: {
      firstName: user.firstName ?? '',
      lastName: user.lastName ?? '',
      groups: byHand(user.groups),
      roles: byHand(user.roles),
    },
  });
  const save = useChange(
    async ({ firstName, lastName, ...rest }: typeof form.values) =>
      (
        await api.PATCH('/api/v1/users/{id}', {
          params: { path: { id: user.id } },
          body: { firstName: firstName || null, lastName: lastName || null, ...rest },
        })
      ).data,
    { touches: ['users'], done: 'Saved' },
  );
  return (
    <Paper withBorder radius="lg" p="lg">
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack gap="sm">
          <Title order={2}>Change</Title>
          <Group grow>
            <TextInput label="First name" {...form.getInputProps('firstName')} error={faultAt(save.error, '/firstName')} />
            <TextInput label="Last name" {...form.getInputProps('lastName')} error={faultAt(save.error, '/lastName')} />
          </Group>
          <MultiSelect
            label="Groups by hand"
            description="Those that an identity provider gives stay as they are"
            data={groups}
            searchable
            {...form.getInputProps('groups')}
            error={faultAt(save.error, '/groups')}
          />
          <MultiSelect
            label="Roles by hand"
            data={roles}
            searchable
            {...form.getInputProps('roles')}
            error={faultAt(save.error, '/roles')}
          />
          <FormEnd of={save} fields={['/firstName', '/lastName', '/groups', '/roles']} disabled={!form.isDirty()} />
        </Stack>
      </form>
    </Paper>
  );
}
