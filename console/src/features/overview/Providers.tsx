import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { Shown } from '../../ui/Shown.tsx';
import { Status } from '../../ui/Status.tsx';
import { Card, Nothing } from './Card.tsx';

const states = {
  failing: { tone: 'bad', word: 'Failing' },
  warning: { tone: 'warn', word: 'Needs attention' },
  ok: { tone: 'good', word: 'On' },
  unknown: { tone: 'quiet', word: 'Not used lately' },
  off: { tone: 'quiet', word: 'Off' },
} as const;
const ORDER = Object.keys(states);
const MOST = 6;

/** How the providers are doing, the worst first. */
export function Providers() {
  const query = useQuery({
    queryKey: ['identity-providers', 'health'],
    queryFn: async () => (await api.GET('/api/v1/identity-providers/health', { params: { query: { limit: 50 } } })).data,
  });
  return (
    <Card title="Identity providers" to="/identity-providers" more="See all">
      <Shown of={query} rows={2}>
        {({ items }) => (
          <Stack gap="sm">
            {items.length === 0 ? <Nothing>None is connected yet.</Nothing> : null}
            {items
              .toSorted((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state))
              .slice(0, MOST)
              .map(({ identityProviderId, name, state, reasons, signIns }) => (
                <Group key={identityProviderId} justify="space-between" wrap="nowrap" align="flex-start">
                  <div>
                    <Anchor
                      component={Link}
                      to={`/identity-providers/${identityProviderId}` as '/'}
                      className="row-link"
                      size="sm"
                    >
                      {name}
                    </Anchor>
                    {reasons[0] && state !== 'off' ? (
                      <Text size="xs" c="dimmed">
                        {reasons[0].text}
                      </Text>
                    ) : null}
                  </div>
                  <Status tone={states[state].tone}>
                    {state === 'unknown' && !signIns.lastSuccessAt ? 'Not used yet' : states[state].word}
                  </Status>
                </Group>
              ))}
          </Stack>
        )}
      </Shown>
    </Card>
  );
}
