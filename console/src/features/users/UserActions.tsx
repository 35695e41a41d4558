import { Button, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { api } from '../../api/client.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { DeleteButton } from '../../ui/DeleteButton.tsx';
import { useChange } from '../../ui/useChange.tsx';
import { nameOf, type User } from './UsersPage.tsx';

/** What can be done to an account as a whole. */
export function UserActions({ user }: { user: User }) {
  const path = { params: { path: { id: user.id } } };
  return (
    <Group gap="xs">
      <EnableOrDisable user={user} />
      <DeleteButton name={nameOf(user)} list="users" remove={() => api.DELETE('/api/v1/users/{id}', path)}>
        The account, its groups and its links to identity providers are gone. A user who has roles cannot be deleted.
      </DeleteButton>
    </Group>
  );
}

function EnableOrDisable({ user }: { user: User }) {
  const [asking, { open, close }] = useDisclosure();
  const path = { params: { path: { id: user.id } } };
  const stop = useChange(async () => (await api.POST('/api/v1/users/{id}/disable', path)).data, {
    touches: ['users'],
    done: `${nameOf(user)} was disabled`,
  });
  const start = useChange(async () => (await api.POST('/api/v1/users/{id}/enable', path)).data, {
    touches: ['users'],
    done: `${nameOf(user)} was enabled`,
  });
  const canEnter = user.status === 'active' || user.status === 'invited';
  return (
    <>
      <Button variant="default" loading={start.isPending} onClick={canEnter ? open : () => start.mutate()}>
        {canEnter ? 'Disable' : 'Enable'}
      </Button>
      <Confirm
        opened={asking}
        title={`Disable ${nameOf(user)}?`}
        verb="Disable"
        pending={stop.isPending}
        error={stop.error}
        onClose={close}
        onConfirm={() => stop.mutate(undefined, { onSuccess: close })}
      >
        They are signed out everywhere at once and cannot sign in until somebody enables them again. Nothing is deleted.
      </Confirm>
    </>
  );
}
