import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { fieldOf, nameOfPointer } from '../form/fields.ts';

interface Props {
  identityProviderId: string;
  /** Of the remedy: a member of the identity provider, or `/users` for an account. */
  pointer: string | undefined;
  /** Whose account it is about, where that is known. */
  userId?: string | undefined;
}

/** The way to the very field, switch or account that a remedy is about; nothing where it is about none of ours. */
export function RemedyLink({ identityProviderId, pointer, userId }: Props) {
  if (pointer === undefined || pointer === '') return null;
  const provider = `/identity-providers/${identityProviderId}`;
  const [to, words] = fieldOf(pointer)
    ? [`${provider}/settings`, `Go to “${nameOfPointer(pointer)}”`]
    : pointer === '/users'
      ? userId
        ? [`/users/${userId}`, 'Open the account']
        : ['/users', 'Go to the accounts']
      : pointer === '/enabled'
        ? [provider, 'Go to the provider']
        : [`${provider}/settings`, 'Go to the settings'];
  const search = fieldOf(pointer) ? { field: pointer } : {};
  return (
    <Anchor component={Link} to={to as '/'} search={search as never} size="sm" underline="always">
      {words}
    </Anchor>
  );
}
