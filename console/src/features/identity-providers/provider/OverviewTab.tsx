import { Alert, Anchor, Box, List, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { SignInFigures } from '../../../charts/SignInFigures.tsx';
import { Shown } from '../../../ui/Shown.tsx';
import { When } from '../../../ui/When.tsx';
import { type Health, type Provider, useHealth } from '../api.ts';
import { useGoToTab } from '../routes.ts';
import { percent } from '../words.ts';
import { AdminConsent } from './AdminConsent.tsx';
import { Ends } from './Ends.tsx';
import { TryIt } from './TryIt.tsx';
import { ValuesToCopy } from './ValuesToCopy.tsx';

/** How it is doing, what ends when, and what its administrator needs of us. */
export function OverviewTab({ provider }: { provider: Provider }) {
  const health = useHealth(provider.id);
  return (
    <Stack gap="lg">
      <Warnings provider={provider} />
      <Shown of={health} rows={4}>
        {(told) => (
          <Stack gap="lg">
            <Reasons id={provider.id} health={told} />
            <TryIt provider={provider} health={told} />
            <Figures health={told} />
            <SignInFigures identityProviderId={provider.id} />
            <Ends health={told} />
          </Stack>
        )}
      </Shown>
      <ValuesToCopy provider={provider} />
      <AdminConsent provider={provider} />
    </Stack>
  );
}

function Warnings({ provider }: { provider: Provider }) {
  const goTo = useGoToTab();
  const shown = provider.warnings.filter(({ expiresAt }) => !expiresAt);
  return (
    <>
      {provider.missing.length > 0 ? (
        <Alert color="red" variant="light" title="A secret is missing">
          <Text size="sm">
            It was not in the file that was imported. Nobody can sign in before it is set.{' '}
            <Anchor
              underline="always"
              component="button"
              type="button"
              size="sm"
              onClick={() => goTo(provider.id, 'settings', { field: provider.missing[0] ?? '' })}
            >
              Set it
            </Anchor>
          </Text>
        </Alert>
      ) : null}
      {provider.enabled && !provider.authentication.enabled ? (
        <Alert color="yellow" variant="light" title="Nobody can sign in through it">
          <Text size="sm">
            It is switched on, but not offered on the sign-in page.{' '}
            <Anchor
              underline="always"
              component="button"
              type="button"
              size="sm"
              onClick={() => goTo(provider.id, 'settings', { field: '/authentication/enabled' })}
            >
              Go to “Offer it on the sign-in page”
            </Anchor>
          </Text>
        </Alert>
      ) : null}
      {shown.length > 0 ? (
        <Alert color="yellow" variant="light" title="Allowed, and probably not meant">
          <List size="sm" spacing="xs">
            {shown.map(({ code, pointer, detail }) => (
              <List.Item key={`${code} ${pointer}`}>
                {detail}{' '}
                <Anchor
                  underline="always"
                  component="button"
                  type="button"
                  size="sm"
                  onClick={() => goTo(provider.id, 'settings', { field: pointer })}
                >
                  Look at it
                </Anchor>
              </List.Item>
            ))}
          </List>
        </Alert>
      ) : null}
    </>
  );
}

/** Gravest first, each with what to do. */
function Reasons({ id, health }: { id: string; health: Health }) {
  const goTo = useGoToTab();
  if (health.reasons.length === 0) return null;
  return (
    <Alert
      variant="light"
      color={health.state === 'failing' ? 'red' : 'yellow'}
      title={health.state === 'failing' ? 'Nobody gets in' : 'Needs attention'}
    >
      <Stack gap="sm">
        {health.reasons.map(({ code, text, whatToDo }) => (
          <Box key={code}>
            <Text size="sm" fw={600}>
              {text}
            </Text>
            <Text size="sm">
              {whatToDo}{' '}
              {code === 'configuration_differs' ? (
                <Anchor underline="always" component="button" type="button" size="sm" onClick={() => goTo(id, 'keys')}>
                  See what differs
                </Anchor>
              ) : null}
            </Text>
          </Box>
        ))}
        {health.signIns.lastRefusal ? (
          <Anchor component={Link} to={`/sign-ins/${health.signIns.lastRefusal.reference}` as '/'} size="sm">
            Open the last refused sign-in
          </Anchor>
        ) : null}
      </Stack>
    </Alert>
  );
}

function Figures({ health }: { health: Health }) {
  const { last24h, last7d, successRate, lastSuccessAt } = health.signIns;
  const figures: [string, React.ReactNode, string][] = [
    [
      'Success, 7 days',
      percent(successRate),
      successRate === null ? 'Nobody has tried' : `${last7d.succeeded} of ${last7d.succeeded + last7d.refused}`,
    ],
    ['Signed in, 24 hours', last24h.succeeded, `${last7d.succeeded} in 7 days`],
    ['Refused, 24 hours', last24h.refused, `${last7d.refused} in 7 days`],
    ['Last success', <When key="at" at={lastSuccessAt} />, clock(health)],
  ];
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
      {figures.map(([name, figure, beside]) => (
        <Paper key={name} withBorder radius="lg" p="md">
          <Text size="xs" c="dimmed">
            {name}
          </Text>
          <Text fz={22} fw={650} className="figure" lh={1.4}>
            {figure}
          </Text>
          <Text size="xs" c="dimmed">
            {beside}
          </Text>
        </Paper>
      ))}
    </SimpleGrid>
  );
}

function clock({ clockSkew }: Health): string {
  if (!clockSkew) return 'Clocks not compared yet';
  const { seconds } = clockSkew;
  return Math.abs(seconds) < 2 ? 'Clocks agree' : `Its clock is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead' : 'behind'}`;
}
