import { Box, Paper, Stack, Text, Title } from '@mantine/core';
import { When } from '../../../ui/When.tsx';
import type { Health } from '../api.ts';
import { expiryName } from '../list/expiry-names.ts';

/** What ends and when: certificates and secrets, theirs and ours. */
export function Ends({ health }: { health: Health }) {
  const rows = Map.groupBy(
    health.expiries.filter(({ replaced }) => !replaced),
    ({ kind, expiresAt }) => `${kind} ${expiresAt.slice(0, 10)}`,
  );
  return (
    <Paper withBorder radius="lg" p="lg">
      <Title order={2} mb="md">
        What ends when
      </Title>
      {rows.size === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing that we know of.
        </Text>
      ) : (
        <Stack gap="md">
          {[...rows.values()].map(([one, ...others]) =>
            one ? (
              <Box key={`${one.kind} ${one.what}`}>
                <Box className="cause-head">
                  <Text size="sm">
                    {expiryName(one)}
                    {others.length > 0 ? ` (${others.length + 1})` : ''}
                  </Text>
                  <Text size="sm" c={one.state === 'later' ? undefined : 'red'} component="div">
                    <When at={one.expiresAt} />
                  </Text>
                </Box>
                {one.state === 'later' ? null : (
                  <Text size="xs" c="dimmed">
                    {one.whatToDo}
                  </Text>
                )}
              </Box>
            ) : null,
          )}
        </Stack>
      )}
      {health.metadata.monitored && health.metadata.url ? (
        <Text size="xs" c="dimmed" mt="md" component="div" style={{ overflowWrap: 'anywhere' }}>
          {health.metadata.checkedAt ? (
            <>
              {health.metadata.url} was read <When at={health.metadata.checkedAt} />
              {health.metadata.reachable === false ? ', and could not be reached' : ''}.
            </>
          ) : (
            `${health.metadata.url} will be read again automatically within the next hours.`
          )}
        </Text>
      ) : null}
    </Paper>
  );
}
