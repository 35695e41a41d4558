import { Alert, Button, Group, Paper, Select, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../../api/client.ts';
import { ProblemNote } from '../../../ui/ProblemNote.tsx';
import { useChange } from '../../../ui/useChange.tsx';
import { type Findings, type Provider, patchProvider, tagOf, touched } from '../api.ts';
import { attributes } from '../form/fields-common.ts';
import { tellMapping } from '../form/rule.ts';
import { FindingsView } from '../report/ReportView.tsx';
import { textOf } from '../words.ts';

const rows: readonly (readonly [string, string])[] = [
  ...attributes.filter(([id]) => id !== 'securityId'),
  ['groups', 'Groups'],
  ['roles', 'Roles'],
];

/** Attributes on the claims that really came, each with its value beside it; saved, it is shown at once what they make of this person. */
export function MapClaims({ provider, claims }: { provider: Provider; claims: Readonly<Record<string, unknown>> }) {
  const now = provider.claims as Readonly<Record<string, unknown>>;
  const [changed, setChanged] = useState<Readonly<Record<string, string | null>>>({});
  const save = useChange(
    async () => {
      const { provider: saved } = await patchProvider(provider.id, { claims: changed }, { revision: tagOf(provider) });
      return saved;
    },
    { touches: touched, done: 'Saved. Verify again before you switch it on.' },
  );
  const look = useChange(
    async () => {
      const params = { path: { id: provider.id } };
      return (
        await api.POST('/api/v1/identity-providers/{id}/preview', {
          params,
          body: { claims, revision: tagOf(provider) } as never,
        })
      ).data as Findings;
    },
    { touches: [] },
  );
  const options = Object.keys(claims).map((name) => ({ value: name, label: name }));
  return (
    <Paper withBorder radius="lg" p="lg">
      <Stack gap="md">
        <Stack gap={4}>
          <Title order={2}>Which claim is what</Title>
          <Text size="sm" c="dimmed">
            These are the claims that came in the test sign-in. More than a name can be said under Settings.
          </Text>
        </Stack>
        {save.error ? <ProblemNote error={save.error} /> : null}
        {rows.map(([id, label]) => {
          const mapping = id in changed ? changed[id] : now[id];
          const name = typeof mapping === 'string' ? mapping : undefined;
          const value = name === undefined ? undefined : claims[name];
          return (
            <div key={id} className="map-row">
              <Text size="sm" fw={500} component="label" htmlFor={`map-${id}`}>
                {label}
              </Text>
              {typeof mapping === 'object' && mapping !== null ? (
                <Text size="sm" c="dimmed">
                  By a rule: {tellMapping(mapping)}
                </Text>
              ) : (
                <Select
                  id={`map-${id}`}
                  data={name && !(name in claims) ? [{ value: name, label: name }, ...options] : options}
                  renderOption={({ option }) => (
                    <div style={{ minWidth: 0 }}>
                      <Text size="sm">{option.value}</Text>
                      <Text size="xs" c="dimmed" truncate>
                        {option.value in claims ? textOf(claims[option.value]).replaceAll('\n', ', ') : 'did not come'}
                      </Text>
                    </div>
                  )}
                  value={name ?? null}
                  onChange={(chosen) => setChanged((before) => ({ ...before, [id]: chosen }))}
                  placeholder="Not read"
                  searchable
                  clearable
                />
              )}
              <Text size="sm" className="timeline-fact" c={value === undefined ? 'dimmed' : undefined} lineClamp={2}>
                {value === undefined ? (name ? 'did not come' : '') : textOf(value).replaceAll('\n', ', ')}
              </Text>
            </div>
          );
        })}
        <Group gap="xs">
          <Button onClick={() => save.mutate(undefined)} disabled={Object.keys(changed).length === 0} loading={save.isPending}>
            Save the mapping
          </Button>
          <Button
            variant="default"
            onClick={() => look.mutate(undefined)}
            loading={look.isPending}
            disabled={Object.keys(changed).length > 0}
          >
            Try it on these claims
          </Button>
        </Group>
        <div aria-live="polite">
          {look.error ? <ProblemNote error={look.error} /> : null}
          {look.data ? (
            <Stack gap="sm">
              <Alert variant="light" color={look.data.summary.code ? 'red' : 'teal'} title={look.data.summary.title}>
                {look.data.summary.whatToDo}
              </Alert>
              <FindingsView findings={{ ...look.data, steps: [], claims: null }} open={['mappings', 'person']} />
            </Stack>
          ) : null}
        </div>
      </Stack>
    </Paper>
  );
}
