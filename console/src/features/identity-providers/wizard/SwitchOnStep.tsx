import { Alert, Button, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ProblemNote } from '../../../ui/ProblemNote.tsx';
import { ReasonModal } from '../../../ui/ReasonModal.tsx';
import { useChange } from '../../../ui/useChange.tsx';
import { type Provider, patchProvider, touched } from '../api.ts';
import { useGoToTab } from '../routes.ts';
import { useWizardPlace } from './place.ts';

/** The last step: on, after a passed test; or for a reason that is written down. */
export function SwitchOnStep({ provider }: { provider: Provider }) {
  const { go } = useWizardPlace();
  const goTo = useGoToTab();
  const [asking, ask] = useDisclosure();
  const change = useChange((override: string | undefined) => patchProvider(provider.id, { enabled: true }, { override }), {
    touches: touched,
    done: `${provider.name} is switched on`,
  });
  const done = { onSuccess: () => goTo(provider.id, 'overview') };
  const { domains } = provider.authentication;
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
          <Title order={2}>{provider.verified ? 'Tested and ready' : 'Not tested with these settings'}</Title>
          {provider.verified ? (
            <List size="sm" spacing="xs">
              <List.Item>The test sign-in passed with exactly these settings.</List.Item>
              <List.Item>
                {domains.length > 0
                  ? `Whoever has an address in ${domains.join(', ')} is sent here.`
                  : `People see the button “${provider.branding.buttonText ?? provider.name}” on the sign-in page.`}
              </List.Item>
              <List.Item>
                {provider.users.create
                  ? 'Accounts are made at the first sign-in.'
                  : 'Only people who have an account here get in.'}
              </List.Item>
            </List>
          ) : (
            <Alert variant="light" color="yellow">
              <Text size="sm">
                No test has passed since the last change. Test it first: if a setting is wrong, people cannot sign in, or the
                wrong people can.
              </Text>
            </Alert>
          )}
          {change.error && !asking ? <ProblemNote error={change.error} /> : null}
          <Group gap="xs">
            {provider.verified ? (
              <Button onClick={() => change.mutate(undefined, done)} loading={change.isPending}>
                Switch on
              </Button>
            ) : (
              <>
                <Button onClick={() => go({ step: 'test' })}>Test it</Button>
                <Button variant="subtle" color="gray" onClick={ask.open}>
                  Switch on without a test …
                </Button>
              </>
            )}
          </Group>
        </Stack>
      </Paper>
      <Group justify="space-between">
        <Button variant="default" onClick={() => go({ step: 'test' })}>
          Back
        </Button>
        <Button variant="subtle" onClick={() => goTo(provider.id, 'overview')}>
          Leave it switched off for now
        </Button>
      </Group>
      <ReasonModal
        opened={asking}
        onClose={ask.close}
        title="Switch on without a passed test?"
        verb="Switch on anyway"
        pending={change.isPending}
        error={change.error}
        onConfirm={(override) => change.mutate(override, done)}
      >
        Nobody has signed in through these settings yet.
      </ReasonModal>
    </Stack>
  );
}
