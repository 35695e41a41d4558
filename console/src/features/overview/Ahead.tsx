import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { Shown } from '../../ui/Shown.tsx';
import { Status } from '../../ui/Status.tsx';
import { When } from '../../ui/When.tsx';
import { expiryName } from '../identity-providers/list/expiry-names.ts';
import { Card, Nothing } from './Card.tsx';

const DAYS = 60;
const MOST = 6;

/** What ends within two months, and has nothing yet that takes its place. */
export function Ahead() {
  const query = useQuery({
    queryKey: ['expiries', DAYS],
    queryFn: async () => (await api.GET('/api/v1/expiries', { params: { query: { within: DAYS } } })).data,
  });
  return (
    <Card title="Expires soon" to="/expiries" more="See all">
      <Shown of={query} rows={2}>
        {({ items }) => {
          const ahead = items.filter(({ replaced }) => !replaced);
          if (ahead.length === 0) return <Nothing>Nothing within 60 days.</Nothing>;
          return (
            <Stack gap="sm">
              {ahead.slice(0, MOST).map((item) => (
                <Group key={`${item.identityProviderId} ${item.what}`} justify="space-between" wrap="nowrap" align="flex-start">
                  <div>
                    <Anchor
                      component={Link}
                      to={`/identity-providers/${item.identityProviderId}` as '/'}
                      className="row-link"
                      size="sm"
                    >
                      {item.name}
                    </Anchor>
                    <Text size="xs" c="dimmed">
                      {expiryName(item)}, <When at={item.expiresAt} />
                    </Text>
                  </div>
                  <Status tone={item.state === 'soon' ? 'warn' : 'bad'}>
                    {item.state === 'expired' ? 'Expired' : item.daysLeft === 1 ? '1 day left' : `${item.daysLeft} days left`}
                  </Status>
                </Group>
              ))}
            </Stack>
          );
        }}
      </Shown>
    </Card>
  );
}
