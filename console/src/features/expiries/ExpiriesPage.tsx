import { Alert, Anchor, Paper, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { Shown } from '../../ui/Shown.tsx';
import { Status } from '../../ui/Status.tsx';
import { When } from '../../ui/When.tsx';
import { expiryNames } from '../identity-providers/list/expiry-names.ts';

const states = {
  expired: ['bad', 'Expired'],
  urgent: ['bad', 'Within a week'],
  soon: ['warn', 'Soon'],
  later: ['quiet', 'Later'],
} as const;

export function ExpiriesPage() {
  const query = useQuery({ queryKey: ['expiries'], queryFn: async () => (await api.GET('/api/v1/expiries', {})).data });
  return (
    <>
      <PageHead
        title="Expiries"
        about="Certificates, keys and secrets that run out. Administrators get mail 60, 30, 7 and 1 days ahead."
      />
      <Shown of={query}>
        {({ items, noticesAreSent }) => (
          <>
            {noticesAreSent ? null : (
              <Alert color="yellow" variant="light" mb="md" title="No mail is sent">
                This service has no mail server, so nobody is warned by mail. Look here, or ask the operator to set
                SALLYPORT_SMTP_URL.
              </Alert>
            )}
            {items.length === 0 ? (
              <EmptyState title="Nothing runs out">No certificate, key or secret with an end is known yet.</EmptyState>
            ) : (
              <Paper withBorder radius="lg" style={{ overflow: 'hidden' }}>
                <Table verticalSpacing="sm" horizontalSpacing="md" aria-label="Expiries">
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>What</Table.Th>
                      <Table.Th>When</Table.Th>
                      <Table.Th visibleFrom="md">What to do</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {items.map((item) => {
                      const [tone, word] = states[item.state];
                      return (
                        <Table.Tr key={`${item.identityProviderId} ${item.what} ${item.expiresAt}`}>
                          <Table.Td>
                            <Anchor
                              component={Link}
                              to={`/identity-providers/${item.identityProviderId}` as '/'}
                              className="row-link"
                            >
                              {item.name}
                            </Anchor>
                            <Text size="sm">{expiryNames[item.kind]}</Text>
                            <Text size="xs" c="dimmed" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
                              {item.what.length > 24 ? `${item.what.slice(0, 24)}…` : item.what}
                            </Text>
                          </Table.Td>
                          <Table.Td>
                            <Status tone={item.replaced ? 'quiet' : tone}>{item.replaced ? 'Replaced' : word}</Status>
                            <Text size="sm" mt={4}>
                              <When at={item.expiresAt} />
                            </Text>
                          </Table.Td>
                          <Table.Td visibleFrom="md" maw={420}>
                            <Text size="sm">{item.whatToDo}</Text>
                          </Table.Td>
                        </Table.Tr>
                      );
                    })}
                  </Table.Tbody>
                </Table>
              </Paper>
            )}
          </>
        )}
      </Shown>
    </>
  );
}
