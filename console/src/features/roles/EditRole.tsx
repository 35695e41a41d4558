import { Checkbox, SimpleGrid, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { meQuery } from '../../api/me.ts';
import { FormEnd } from '../../ui/FormEnd.tsx';
import { NameFields } from '../../ui/NameFields.tsx';
import { useChange } from '../../ui/useChange.tsx';
import { inPairs, nameOfPermission } from './permissions.ts';
import type { Role } from './RolesPage.tsx';

export function EditRole({ role, onDone }: { role: Partial<Role>; onDone: () => void }) {
  // Nobody gives what they do not have: only one's own permissions can be chosen.
  const mine: readonly string[] = useQuery(meQuery).data?.permissions ?? [];
  const choices = inPairs([...new Set([...mine, ...(role.permissions ?? [])])]);
  const form = useForm({
    initialValues: {
      name: role.name ?? '',
      description: role.description ?? '',
      permissions: [...(role.permissions ?? [])] as string[],
    },
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
        <NameFields form={form} error={save.error} />
        <Checkbox.Group
          label="May do here"
          description="Choose none for a role that only applications read"
          {...form.getInputProps('permissions')}
        >
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs" mt="sm">
            {choices.map((permission) => (
              <Checkbox
                key={permission}
                value={permission}
                label={nameOfPermission(permission)}
                disabled={!mine.includes(permission)}
              />
            ))}
          </SimpleGrid>
        </Checkbox.Group>
        <FormEnd of={save} fields={['/name', '/description']} />
      </Stack>
    </form>
  );
}
