import { Anchor, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { api } from '../../api/client.ts';
import { useMay } from '../../api/me.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { useChange } from '../../ui/useChange.tsx';
import type { User } from './UsersPage.tsx';

/**
 * An e-mail address, and whether it is proven. One that is not can be vouched for by whoever knows whose it is: a provider's answer
 * with this address then finds the account.
 */
export function Address({ user, email }: { user: User; email: string }) {
  const mayWrite = useMay('users:write');
  const [asking, { open, close }] = useDisclosure();
  const vouch = useChange(
    async () =>
      (await api.PATCH('/api/v1/users/{id}', { params: { path: { id: user.id } }, body: { emailVerified: true } })).data,
    { touches: ['users'], done: 'The address counts as theirs' },
  );
  if (user.emailVerified) return `${email} (proven)`;
  return (
    <>
      {email} (not proven){' '}
      {mayWrite ? (
        <Anchor component="button" type="button" size="sm" underline="always" onClick={open}>
          Confirm whose it is …
        </Anchor>
      ) : null}
      <Confirm
        opened={asking}
        title={`Is ${email} theirs?`}
        verb="It is theirs"
        pending={vouch.isPending}
        error={vouch.error}
        onClose={close}
        onConfirm={() => vouch.mutate(undefined, { onSuccess: close })}
      >
        <Text size="sm">
          Nobody has proven it yet. From then on, whoever signs in through an identity provider that says this address gets this
          account, with everything that it may do. Confirm it only if you know who made the account.
        </Text>
      </Confirm>
    </>
  );
}
