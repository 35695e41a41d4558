import { Paper, Select, Table, Text, Title } from '@mantine/core';
import { api } from '../../api/client.ts';
import { useMay } from '../../api/me.ts';
import { ProblemNote } from '../../ui/ProblemNote.tsx';
import { useChange } from '../../ui/useChange.tsx';
import { When } from '../../ui/When.tsx';
import type { User } from './UsersPage.tsx';

/** How somebody gets in: a provider of their own, and the accounts that they have come with. */
export function SigningIn({ user, providers }: { user: User; providers: { id: string; name: string }[] }) {
  const mayWrite = useMay('users:write');
  const choose = useChange(
    async (identityProviderId: string | null) =>
      (await api.PUT('/api/v1/users/{id}/sign-in-method', { params: { path: { id: user.id } }, body: { identityProviderId } }))
        .data,
    { touches: ['users'], done: 'Saved' },
  );
  const nameOfProvider = (id: string): string => providers.find((one) => one.id === id)?.name ?? id;
  return (
    <Paper withBorder radius="lg" p="lg">
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
