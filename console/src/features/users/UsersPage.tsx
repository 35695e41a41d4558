import { Avatar, Button, Group, Text, TextInput } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { TenantComponents } from '../../../../src/client/index.ts';
import { api } from '../../api/client.ts';
import { useMay } from '../../api/me.ts';
import { usePages } from '../../api/pages.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { PlusIcon, SearchIcon } from '../../ui/icons.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { Status } from '../../ui/Status.tsx';
import { When } from '../../ui/When.tsx';
import { NewUser } from './NewUser.tsx';

export type User = TenantComponents['schemas']['User'];

export const nameOf = (user: User): string =>
  [user.firstName, user.lastName].filter(Boolean).join(' ') || user.email || user.userPrincipalName || user.userId || user.id;

const states = {
  active: ['good', 'Active'],
  invited: ['info', 'Invited'],
  pending: ['warn', 'Waits for activation'],
  disabled: ['quiet', 'Disabled'],
} as const;

export function UserStatus({ status }: { status: User['status'] }) {
  const [tone, word] = states[status];
  return <Status tone={tone}>{word}</Status>;
}

export function UsersPage() {
  const [email, setEmail] = useState('');
  const [wanted] = useDebouncedValue(email.trim(), 300);
  const [adding, { open, close }] = useDisclosure();
  const mayWrite = useMay('users:write');
  const whole = /^[^@\s]+@[^@\s]+$/.test(wanted) ? wanted : undefined;
  const list = usePages<User>(['users', whole], async (cursor) => {
    return (await api.GET('/api/v1/users', { params: { query: { limit: 50, cursor, email: whole } } })).data;
  });
  return (
    <>
      <PageHead
        title="Users"
        about="People of this organisation. Where an identity provider may make accounts, they appear with their first sign-in."
        actions={
          mayWrite ? (
            <Button leftSection={<PlusIcon size={16} />} onClick={open}>
              Add a user
            </Button>
          ) : null
        }
      />
      <TextInput
        label="Find a person"
        description="By their whole e-mail address"
        placeholder="name@company.com"
        leftSection={<SearchIcon size={16} />}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        w={{ base: '100%', sm: 320 }}
        mb="md"
      />
      <DataTable
        label="Users"
        of={list}
        keyOf={({ id }) => id}
        empty={
          <EmptyState title={whole ? 'Nobody has this address' : 'Nobody here yet'}>
            People appear when they first sign in, or when you add them.
          </EmptyState>
        }
        columns={[
          {
            head: 'Person',
            cell: (user) => (
              <Group gap="sm" wrap="nowrap">
                <Avatar size={32} radius="xl" name={nameOf(user)} color="initials" aria-hidden />
                <div>
                  <Link to="/users/$id" params={{ id: user.id }} className="row-link">
                    {nameOf(user)}
                  </Link>
                  <Text size="xs" c="dimmed">
                    {user.email}
                  </Text>
                </div>
              </Group>
            ),
          },
          { head: 'Status', cell: (user) => <UserStatus status={user.status} /> },
          {
            head: 'Roles',
            wide: true,
            cell: (user) => <Text size="sm">{user.roles.map(({ name }) => name).join(', ') || '–'}</Text>,
          },
          { head: 'Last sign-in', wide: true, cell: (user) => <When at={user.lastSignInAt} /> },
        ]}
      />
      <NewUser opened={adding} onClose={close} />
    </>
  );
}
