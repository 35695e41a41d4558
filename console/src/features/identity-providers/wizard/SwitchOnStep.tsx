import { Alert, Button, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { ProblemNote } from '../../../ui/ProblemNote.tsx';
import type { Provider } from '../api.ts';
import { useSwitch } from '../provider/switching.tsx';
import { useGoToTab } from '../routes.ts';
import { useWizardPlace } from './place.ts';

/** The last step: on, after a passed test sign-in; or for a reason that is written down. */
export function SwitchOnStep({ provider }: { provider: Provider }) {
  const { go } = useWizardPlace();
  const goTo = useGoToTab();
  const { switchTo, askToOverride, dialog, pending, error } = useSwitch(provider, () => goTo(provider.id, 'overview'));
  if (provider.enabled)
    return (
      <Paper withBorder radius="lg" p="lg">
        <Stack gap="md" align="flex-start">
          <Title order={2}>{provider.name} is switched on</Title>
          <Button onClick={() => goTo(provider.id, 'overview')}>See how it is doing</Button>
        </Stack>
      </Paper>
    );
  return (
    <Stack gap="lg">
      <Paper withBorder radius="lg" p="lg">
        <Stack gap="md">
          <Title order={2}>{provider.verified ? 'Verified and ready' : 'Not verified with these settings'}</Title>
          {provider.verified ? (
            <WhatFollows provider={provider} />
          ) : (
            <Alert variant="light" color="yellow">
              <Text size="sm">
                No test sign-in has passed since the last change. Verify it first: if a setting is wrong, people cannot sign in,
                or the wrong people can.
              </Text>
            </Alert>
          )}
          {error ? <ProblemNote error={error} /> : null}
        </Stack>
      </Paper>
      <Group justify="space-between">
        <Button variant="default" onClick={() => go({ step: 'verify' })}>
          Back
        </Button>
        <Group gap="sm" justify="flex-end" flex={1}>
          <Button variant="subtle" onClick={() => goTo(provider.id, 'overview')}>
            Leave it switched off for now
          </Button>
          {provider.verified ? (
            <Button onClick={() => switchTo(true)} loading={pending}>
              Switch on
            </Button>
          ) : (
            <>
              <Button variant="subtle" color="gray" onClick={askToOverride}>
                Switch on unverified …
              </Button>
              <Button onClick={() => go({ step: 'verify' })}>Verify it</Button>
            </>
          )}
        </Group>
      </Group>
      {dialog}
    </Stack>
  );
}

/** What happens to people from the moment it is on. */
function WhatFollows({ provider }: { provider: Provider }) {
  const { domains } = provider.authentication;
  return (
    <List size="sm" spacing="xs">
      <List.Item>A test sign-in passed with exactly these settings.</List.Item>
      <List.Item>
        {domains.length > 0
          ? `Whoever has an address in ${domains.join(', ')} is sent here.`
          : `People see the button “${provider.branding.buttonText ?? provider.name}” on the sign-in page.`}
      </List.Item>
      <List.Item>
        {provider.users.create ? 'Accounts are made at the first sign-in.' : 'Only people who have an account here get in.'}
      </List.Item>
    </List>
  );
}
