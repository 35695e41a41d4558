import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { useMay } from '../../api/me.ts';
import { useProviders } from '../../api/names.ts';
import { Facts } from '../../ui/Facts.tsx';
import { OneThing } from '../../ui/OneThing.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { When } from '../../ui/When.tsx';
import { Address } from './Address.tsx';
import { ChangeUser } from './ChangeUser.tsx';
import { Memberships } from './Memberships.tsx';
import { SigningIn } from './SigningIn.tsx';
import { UserActions } from './UserActions.tsx';
import { nameOf, type User, UserStatus } from './UsersPage.tsx';

export function UserPage() {
  const { id = '' } = useParams({ strict: false });
  const query = useQuery({
    queryKey: ['users', 'one', id],
    queryFn: async () => (await api.GET('/api/v1/users/{id}', { params: { path: { id } } })).data,
  });
  return (
    <OneThing of={query} list={['/users', 'Users']}>
      {(user) => <Person key={user.updatedAt} user={user} />}
    </OneThing>
  );
}

function Person({ user }: { user: User }) {
  const mayWrite = useMay('users:write');
  const providers = useProviders();
  return (
    <>
      <PageHead title={nameOf(user)} about={user.email ?? undefined} actions={mayWrite ? <UserActions user={user} /> : null} />
      <Stack gap="lg">
        <Facts
          facts={[
            ['Status', <UserStatus status={user.status} />],
            ['Email', user.email ? <Address user={user} email={user.email} /> : null],
            ['User id', user.userId],
            ['User principal name', user.userPrincipalName],
            ['Phone', user.phone],
            ['Mobile', user.mobile],
            ['Locale', user.locale],
            ['Security id', user.securityId],
            ...Object.entries(user.custom).map(([name, value]) => [name, String(value)] as const),
            ['Last sign-in', <When at={user.lastSignInAt} />],
            ['Added', <When at={user.createdAt} />],
          ]}
        />
        {mayWrite ? <ChangeUser user={user} /> : null}
        <Memberships title="Groups" of={user.groups} providers={providers} />
        <Memberships title="Roles" of={user.roles} providers={providers} />
        <SigningIn user={user} providers={providers} />
      </Stack>
    </>
  );
}
