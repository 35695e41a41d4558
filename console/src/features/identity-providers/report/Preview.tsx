import { Alert, Button, Group, Paper, SegmentedControl, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../../api/client.ts';
import { faultAt } from '../../../ui/faults.ts';
import { ProblemNote } from '../../../ui/ProblemNote.tsx';
import { useChange } from '../../../ui/useChange.tsx';
import { type Findings, type Provider, tagOf } from '../api.ts';
import { FindingsView } from './ReportView.tsx';

const forms = {
  idToken: { label: 'ID token', hint: 'eyJhbGciOi…', about: 'As the provider issued it. Its signature is checked.' },
  samlResponse: {
    label: 'SAML response',
    hint: '<samlp:Response …> or base64',
    about: 'XML, or base64 as the browser posted it.',
  },
  claims: {
    label: 'Claims',
    hint: '{ "sub": "…", "email": "ada@example.com", "groups": ["Staff"] }',
    about: 'JSON. Nothing is checked; only what the settings make of it is shown.',
  },
} as const;
type Form = keyof typeof forms;

/** What the settings make of something pasted: no browser, no sign-in, nothing is changed. */
export function Preview({ provider, applicationId }: { provider: Provider; applicationId?: string }) {
  const offered: Form[] = provider.kind === 'saml' ? ['samlResponse', 'claims'] : ['idToken', 'claims'];
  const [form, setForm] = useState<Form>(offered[0] ?? 'claims');
  const [text, setText] = useState('');
  const [fault, setFault] = useState<string>();
  const look = useChange(
    async (given: Record<string, unknown>) =>
      (
        await api.POST('/api/v1/identity-providers/{id}/preview', {
          params: { path: { id: provider.id } },
          body: { ...given, revision: tagOf(provider), ...(applicationId ? { applicationId } : {}) } as never,
        })
      ).data as Findings,
    { touches: [] },
  );
  const submit = (): void => {
    setFault(undefined);
    if (form !== 'claims') return look.mutate({ [form]: text.trim() });
    try {
      look.mutate({ claims: JSON.parse(text) });
    } catch {
      setFault('This is not JSON.');
    }
  };
  return (
    <Stack gap="lg">
      <Paper withBorder radius="lg" p="lg">
        <Stack gap="sm">
          <SegmentedControl
            w="fit-content"
            aria-label="What is pasted"
            value={form}
            onChange={(to) => setForm(to as Form)}
            data={offered.map((one) => ({ value: one, label: forms[one].label }))}
          />
          <Textarea
            aria-label={forms[form].label}
            description={forms[form].about}
            placeholder={forms[form].hint}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            error={fault ?? faultAt(look.error, `/${form}`)}
            autosize
            minRows={5}
            maxRows={16}
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
          />
          <Group>
            <Button onClick={submit} loading={look.isPending} disabled={text.trim() === ''}>
              Show what comes of it
            </Button>
          </Group>
        </Stack>
      </Paper>
      <div aria-live="polite">
        {look.error ? <ProblemNote error={look.error} /> : null}
        {look.data ? (
          <Stack gap="md">
            <Alert
              variant="light"
              color={look.data.summary.code ? 'red' : look.data.checked ? 'teal' : 'yellow'}
              title={look.data.summary.title}
            >
              <Text size="sm">{look.data.summary.whatToDo}</Text>
              <Text size="xs" c="dimmed" mt={6}>
                {look.data.checked
                  ? 'The signature and every check held that needs no browser.'
                  : `Not checked: ${look.data.unchecked.join(', ') || 'the signature'}.`}
              </Text>
            </Alert>
            <FindingsView findings={look.data} open={['mappings', 'person', 'groups']} />
          </Stack>
        ) : null}
      </div>
    </Stack>
  );
}
