import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { Shown } from '../../../ui/Shown.tsx';
import { type Provider, tagOf, useReport } from '../api.ts';
import { ReportView } from '../report/ReportView.tsx';
import { StartVerify } from '../report/StartVerify.tsx';
import { MapClaims } from './MapClaims.tsx';
import { useWizardPlace } from './place.ts';

/** A test sign-in, what came of it, and which claim becomes which attribute. */
export function VerifyStep({ provider }: { provider: Provider }) {
  const { report, go } = useWizardPlace();
  const query = useReport(provider.id, report);
  return (
    <Stack gap="lg">
      <Paper withBorder radius="lg" p="lg">
        <Group justify="space-between" align="flex-start">
          <Stack gap={4} maw={560}>
            <Title order={2}>Sign in once yourself</Title>
            <Text size="sm" c="dimmed">
              It goes through {provider.name} for real, in a new tab, and changes nothing. What comes back is shown here.
            </Text>
          </Stack>
          <StartVerify
            id={provider.id}
            revision={tagOf(provider)}
            onStarted={(verification) => go({ report: verification }, { replace: true })}
          >
            {report ? 'Verify again' : 'Start Verify'}
          </StartVerify>
        </Group>
      </Paper>
      {report ? (
        <Shown of={query} rows={3}>
          {(told) => (
            <Stack gap="lg">
              <ReportView
                key={`${told.id} ${told.state}`}
                report={told}
                onPassed="Look at what came of your claims, then continue and switch it on."
              />
              {told.claims && Object.keys(told.claims).length > 0 ? (
                <MapClaims key={`${told.id} ${provider.revision}`} provider={provider} claims={told.claims} />
              ) : null}
            </Stack>
          )}
        </Shown>
      ) : null}
      <Group justify="space-between">
        <Button variant="default" onClick={() => go({ step: 'people' })}>
          Back
        </Button>
        <Button variant={provider.verified ? 'filled' : 'default'} onClick={() => go({ step: 'on' })}>
          {provider.verified ? 'Continue' : 'Continue unverified'}
        </Button>
      </Group>
    </Stack>
  );
}
