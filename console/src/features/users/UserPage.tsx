import { Anchor, Button, Group, MultiSelect, Paper, Select, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { useMay } from '../../api/me.ts';
import { useGroupNames, useProviders, useRoleNames } from '../../api/names.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { faultAt } from '../../ui/faults.ts';
import { PageHead } from '../../ui/PageHead.tsx';
import { ProblemNote } from '../../ui/ProblemNote.tsx';
import { Shown } from '../../ui/Shown.tsx';
import { useChange } from '../../ui/useChange.tsx';
import { When } from '../../ui/When.tsx';
import { Memberships } from './Memberships.tsx';
import { nameOf, type User, UserStatus } from './UsersPage.tsx';

export function UserPage() {
  const { id = '' } = useParams({ strict: false });
  const query = useQuery({
    queryKey: ['users', 'one', id],
    queryFn: async () => (await api.GET('/api/v1/users/{id}', { params: { path: { id } } })).data,
  });
  return (
    <>
      <Anchor component={Link} to="/users" size="sm">
        Users
      </Anchor>
      <Shown of={query}>{(user) => <Person key={user.updatedAt} user={user} />}</Shown>
    </>
  );
}

function Person({ user }: { user: User }) {
  const mayWrite = useMay('users:write');
  const providers = useProviders();
  return (
    <>
      <PageHead title={nameOf(user)} about={user.email ?? undefined} actions={mayWrite ? <Actions user={user} /> : null} />
      <Stack gap="lg">
        <Facts
          facts={[
            ['Status', <UserStatus status={user.status} />],
            ['Email', user.email && `${user.email}${user.emailVerified ? ' (proven)' : ' (not proven)'}`],
            ['User id', user.userId],
            ['User principal name', user.userPrincipalName],
            ['Phone', user.phone],
            ['Mobile', user.mobile],
            ['Locale', user.locale],
            ['Security id', user.securityId],
            ...Object.entries(user.custom).map(([name, value]) => [name, String(value)] as const),
            ['Last sign-in', <When at={user.lastSignInAt} />],
            ['Made', <When at={user.createdAt} />],
          ]}
        />
        {mayWrite ? <Change user={user} /> : null}
        <Memberships title="Groups" of={user.groups} providers={providers} />
        <Memberships title="Roles" of={user.roles} providers={providers} />
        <Links user={user} providers={providers} />
      </Stack>
    </>
  );
}

const byHand = (of: User['groups']): string[] =>
  of.filter(({ sources }) => sources.some((source) => source === 'manual' || source === 'default')).map(({ name }) => name);

function Change({ user }: { user: User }) {
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
    <Paper withBorder radius="lg" p="md">
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
          {save.error ? <ProblemNote error={save.error} /> : null}
          <Group justify="flex-end">
            <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}

function Links({ user, providers }: { user: User; providers: { id: string; name: string }[] }) {
  const mayWrite = useMay('users:write');
  const choose = useChange(
    async (identityProviderId: string | null) =>
      (await api.PUT('/api/v1/users/{id}/sign-in-method', { params: { path: { id: user.id } }, body: { identityProviderId } }))
        .data,
    { touches: ['users'], done: 'Saved' },
  );
  const nameOfProvider = (id: string): string => providers.find((one) => one.id === id)?.name ?? id;
  return (
    <Paper withBorder radius="lg" p="md">
      <Title order={2} mb="sm">
        Signing in
      </Title>
      <Select
        label="Provider of their own"
        description="Goes before the rule of their domain"
        placeholder="Whatever their domain says"
        clearable
        disabled={!mayWrite}
        data={providers.map(({ id, name }) => ({ value: id, label: name }))}
        value={user.signInMethod?.identityProviderId ?? null}
        onChange={(value) => choose.mutate(value)}
        maw={360}
        mb="md"
      />
      {choose.error ? <ProblemNote error={choose.error} /> : null}
      {user.links.length === 0 ? (
        <Text size="sm" c="dimmed">
          Never signed in through an identity provider.
        </Text>
      ) : (
        <Table aria-label="Accounts at identity providers">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Provider</Table.Th>
              <Table.Th>Account</Table.Th>
              <Table.Th visibleFrom="sm">Last used</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {user.links.map((link) => (
              <Table.Tr key={link.id}>
                <Table.Td>{nameOfProvider(link.connectionId)}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  <Text size="sm" ff="monospace">
                    {link.subject}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {link.issuer}
                  </Text>
                </Table.Td>
                <Table.Td visibleFrom="sm">
                  <When at={link.lastUsedAt} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Paper>
  );
}

function Actions({ user }: { user: User }) {
  const navigate = useNavigate();
  const [removing, { open, close }] = useDisclosure();
  const [disabling, disable] = useDisclosure();
  const path = { params: { path: { id: user.id } } };
  const stop = useChange(async () => (await api.POST('/api/v1/users/{id}/disable', path)).data, {
    touches: ['users'],
    done: 'Disabled',
  });
  const start = useChange(async () => (await api.POST('/api/v1/users/{id}/enable', path)).data, {
    touches: ['users'],
    done: 'Enabled',
  });
  const remove = useChange(async () => void (await api.DELETE('/api/v1/users/{id}', path)), {
    touches: ['users'],
    done: 'The user was deleted',
  });
  const canEnter = user.status === 'active' || user.status === 'invited';
  return (
    <Group gap="xs">
      <Button variant="default" loading={start.isPending} onClick={canEnter ? disable.open : () => start.mutate()}>
        {canEnter ? 'Disable' : 'Enable'}
      </Button>
      <Button variant="default" color="red" onClick={open}>
        Delete
      </Button>
      <Confirm
        opened={disabling}
        title={`Disable ${nameOf(user)}?`}
        verb="Disable"
        pending={stop.isPending}
        error={stop.error}
        onClose={disable.close}
        onConfirm={() => stop.mutate(undefined, { onSuccess: disable.close })}
      >
        They are signed out everywhere at once and cannot sign in until somebody enables them again. Nothing is deleted.
      </Confirm>
      <Confirm
        opened={removing}
        title={`Delete ${nameOf(user)}?`}
        verb="Delete"
        pending={remove.isPending}
        error={remove.error}
        onClose={close}
        onConfirm={() => remove.mutate(undefined, { onSuccess: () => void navigate({ to: '/users' }) })}
      >
        The account, its groups and its links to identity providers are gone. A user who has roles cannot be deleted.
      </Confirm>
    </Group>
  );
}
