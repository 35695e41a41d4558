import { Text } from '@mantine/core';
import { api } from '../../api/client.ts';
import { useMay } from '../../api/me.ts';
import type { ItemOf } from '../../api/types.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { NamedThings } from '../../ui/NamedThings.tsx';
import { Status } from '../../ui/Status.tsx';
import { EditRole } from './EditRole.tsx';
import { tellPermissions } from './permissions.ts';

export type Role = ItemOf<'/api/v1/roles'>;

export function RolesPage() {
  return (
    <NamedThings<Role>
      noun="role"
      path="roles"
      title="Roles"
      about="What people may do here, and what applications are told. Roles without permissions are for applications alone."
      mayWrite={useMay('roles:write')}
      read={async (cursor) => (await api.GET('/api/v1/roles', { params: { query: { limit: 50, cursor } } })).data}
      remove={(id) => api.DELETE('/api/v1/roles/{id}', { params: { path: { id } } })}
      consequence="Everybody loses it at once. A role that an identity provider’s settings name cannot be deleted."
      mark={(role) => (role.builtIn ? <Status tone="quiet">Built in</Status> : null)}
      columns={[
        {
          head: 'May do here',
          wide: true,
          cell: ({ permissions }) => (
            <Text size="sm" maw={460}>
              {tellPermissions(permissions)}
            </Text>
          ),
        },
      ]}
      empty={(add) => (
        <EmptyState title="No roles" action={add}>
          Every organisation has five built-in ones; something is wrong.
        </EmptyState>
      )}
      form={(role, onDone) => <EditRole key={role.id} role={role} onDone={onDone} />}
    />
  );
}
