import { Group, Modal, MultiSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { useRoleNames } from '../../api/names.ts';
import { FormEnd } from '../../ui/FormEnd.tsx';
import { faultAt } from '../../ui/faults.ts';
import { useChange } from '../../ui/useChange.tsx';

export function NewUser({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const navigate = useNavigate();
  const roles = useRoleNames();
  const form = useForm({ initialValues: { email: '', firstName: '', lastName: '', roles: [] as string[] } });
  const make = useChange(
    async ({ firstName, lastName, ...rest }: typeof form.values) =>
      (await api.POST('/api/v1/users', { body: { ...rest, firstName: firstName || null, lastName: lastName || null } })).data,
    { touches: ['users'], done: 'The user was added' },
  );
  const submit = form.onSubmit((values) =>
    make.mutate(values, {
      onSuccess: (user) => {
        onClose();
        form.reset();
        if (user) void navigate({ to: '/users/$id', params: { id: user.id } });
      },
    }),
  );
  return (
    <Modal opened={opened} onClose={onClose} title="Add a user">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label="Email address"
            required
            type="email"
            data-autofocus
            {...form.getInputProps('email')}
            error={faultAt(make.error, '/email')}
          />
          <Group grow>
            <TextInput label="First name" {...form.getInputProps('firstName')} error={faultAt(make.error, '/firstName')} />
            <TextInput label="Last name" {...form.getInputProps('lastName')} error={faultAt(make.error, '/lastName')} />
          </Group>
          <MultiSelect
            label="Roles"
            data={roles}
            searchable
            {...form.getInputProps('roles')}
            error={faultAt(make.error, '/roles')}
          />
          <FormEnd of={make} fields={['/email', '/firstName', '/lastName', '/roles']} verb="Add" onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}
