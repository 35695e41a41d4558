import { Anchor, Box, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Health } from '../api.ts';

const blames: Record<string, string> = {
  configuration: 'settings',
  person: 'the person',
  passing: 'passing',
  gateway: 'Sallyport',
};

/** Refusals of seven days by cause, as bars; each leads to its sign-ins. */
export function Causes({ health }: { health: Health }) {
  const { byCode } = health.signIns;
  const most = Math.max(1, ...byCode.map(({ count }) => count));
  return (
    <Paper withBorder radius="lg" p="lg">
      <Title order={2} mb="md">
        Refused, by cause
      </Title>
      {byCode.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nobody was refused in the last seven days.
        </Text>
      ) : (
        <Stack gap="md">
          {byCode.map(({ code, title, count, blame }) => (
            <Box key={code}>
              <Box className="cause-head">
                <Anchor
                  component={Link}
                  to="/sign-ins"
                  search={{ identityProviderId: health.identityProviderId, code } as never}
                  size="sm"
                >
                  {title}
                </Anchor>
                <Text size="sm" className="figure">
                  {count}
                </Text>
              </Box>
              <Progress
                value={(100 * count) / most}
                color={blame === 'configuration' || blame === 'gateway' ? 'red' : 'gray'}
                size="sm"
                aria-label={`${title}: ${count}`}
              />
              <Text size="xs" c="dimmed" mt={2}>
                Lies with {blames[blame] ?? blame}
              </Text>
            </Box>
          ))}
        </Stack>
      )}
    </Paper>
  );
}
