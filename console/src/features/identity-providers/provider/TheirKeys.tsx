import { Alert, Button, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../../api/client.ts';
import { Facts } from '../../../ui/Facts.tsx';
import { ProblemNote } from '../../../ui/ProblemNote.tsx';
import { Shown } from '../../../ui/Shown.tsx';
import { Status } from '../../../ui/Status.tsx';
import { useChange } from '../../../ui/useChange.tsx';
import { When } from '../../../ui/When.tsx';
import { type Provider, touched, useHealth } from '../api.ts';
import { shortened } from '../words.ts';
import { DifferenceList } from './DifferenceList.tsx';

/** What the provider publishes: when it was read, in what it differs, which keys it signs with. */
export function TheirKeys({ provider, mayChange }: { provider: Provider; mayChange: boolean }) {
  const params = { path: { id: provider.id } };
  const query = useQuery({
    queryKey: ['identity-providers', provider.id, 'refresh'],
    queryFn: async () => (await api.GET('/api/v1/identity-providers/{id}/refresh', { params })).data,
  });
  const read = useChange(async () => (await api.POST('/api/v1/identity-providers/{id}/refresh', { params })).data, {
    touches: touched,
    done: 'Read anew',
  });
  const stage = useChange(async () => (await api.POST('/api/v1/identity-providers/{id}/refresh/stage', { params })).data, {
    touches: touched,
    done: 'The differences wait to be verified',
  });
  const published = provider.kind === 'saml' ? provider.saml?.['metadataUrl'] : provider.oidc?.['issuer'];
  return (
    <Paper withBorder radius="lg" p="lg">
      <Stack gap="lg">
        <Group justify="space-between" align="flex-start">
          <Stack gap={4} maw={620}>
            <Title order={2}>What the provider publishes</Title>
            <Text size="sm" c="dimmed">
              {published
                ? provider.kind === 'saml'
                  ? 'Read again automatically every few hours. New signing certificates are added at once; everything else is only told here.'
                  : 'Read again automatically every few hours. Signing keys are always taken as published; everything else is only told here.'
                : 'There is no metadata address, so nothing is read automatically. Certificates are added under Settings.'}
            </Text>
          </Stack>
          {mayChange && published ? (
            <Button variant="default" onClick={() => read.mutate(undefined)} loading={read.isPending}>
              Read it now
            </Button>
          ) : null}
        </Group>
        {read.error ? <ProblemNote error={read.error} /> : null}
        {stage.error ? <ProblemNote error={stage.error} /> : null}
        <Certificates provider={provider} />
        <Shown of={query} rows={2}>
          {(told) => (
            <Stack gap="md">
              {told.problem ? (
                <Alert color="yellow" variant="light" title={told.problem.title || 'It could not be read'}>
                  <Text size="sm">{[told.problem.detail, told.problem.remedy].filter(Boolean).join(' ')}</Text>
                </Alert>
              ) : null}
              {told.state === 'never' ? null : (
                <Facts
                  facts={[
                    ['Address', told.url],
                    ['Read', <When key="read" at={told.succeededAt} />],
                    ['Next time', told.nextAt ? <When key="next" at={told.nextAt} /> : null],
                    ['Valid until', told.validUntil ? <When key="valid" at={told.validUntil} /> : null],
                    ['Keys', told.keys.length > 0 ? told.keys.map((key) => <div key={key}>{shortened(key, 48)}</div>) : null],
                  ]}
                />
              )}
              {told.notes.length > 0 ? (
                <List size="sm" spacing="xs">
                  {told.notes.map(({ code, detail }) => (
                    <List.Item key={`${code} ${detail}`}>{detail}</List.Item>
                  ))}
                </List>
              ) : null}
              {told.differences.length > 0 ? (
                <Stack gap="sm">
                  <Text fw={600}>It publishes something else than what is set</Text>
                  <DifferenceList differences={told.differences} words={['Set here', 'Published']} />
                  {mayChange ? (
                    <Button w="fit-content" onClick={() => stage.mutate(undefined)} loading={stage.isPending}>
                      Take it over as a change to verify
                    </Button>
                  ) : null}
                </Stack>
              ) : null}
            </Stack>
          )}
        </Shown>
      </Stack>
    </Paper>
  );
}

/** Certificates that may sign, by their end. */
function Certificates({ provider }: { provider: Provider }) {
  const expiries = useHealth(provider.id).data?.expiries.filter(({ kind }) => kind === 'verification-certificate') ?? [];
  if (expiries.length === 0) return null;
  return (
    <Stack gap="xs">
      {expiries.map(({ what, expiresAt, state, replaced }) => (
        <Paper key={what} withBorder radius="md" px="md" py="sm">
          <Group justify="space-between" gap="xs">
            <Text size="xs" ff="monospace" className="timeline-fact" flex={1} miw={220}>
              SHA-256 {what}
            </Text>
            <Group gap="xs">
              <Text size="sm" component="div">
                Ends <When at={expiresAt} />
              </Text>
              <Status tone={state === 'later' ? 'good' : state === 'expired' ? 'bad' : 'warn'}>
                {state === 'expired' ? 'Expired' : state === 'later' ? 'Valid' : replaced ? 'Has a successor' : 'Ends soon'}
              </Status>
            </Group>
          </Group>
        </Paper>
      ))}
    </Stack>
  );
}
