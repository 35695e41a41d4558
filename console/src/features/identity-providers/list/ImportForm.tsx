import { Alert, Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../../api/client.ts';
import { Facts } from '../../../ui/Facts.tsx';
import { faultAt } from '../../../ui/faults.ts';
import { ProblemNote } from '../../../ui/ProblemNote.tsx';
import { useChange } from '../../../ui/useChange.tsx';
import type { Kind, Provider } from '../api.ts';
import { useGoToTab } from '../routes.ts';
import { protocolNames } from '../words.ts';
import type { ChosenFile } from './ImportZone.tsx';

interface Seen {
  name: string;
  slug: string;
  kind: string;
  isSealed: boolean;
  needsSecret: boolean;
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
const textAt = (value: unknown, name: string): string => {
  const member = memberOf(value, name);
  return typeof member === 'string' ? member : '';
};

function lookAt(document: unknown): Seen | undefined {
  const provider = memberOf(document, 'identityProvider');
  if (textAt(document, 'format') !== 'sallyport.identity-provider' || provider === undefined) return undefined;
  const method = textAt(memberOf(provider, 'oidc'), 'clientAuthentication');
  const isSealed = memberOf(document, 'secrets') !== undefined;
  return {
    name: textAt(provider, 'name'),
    slug: textAt(provider, 'slug'),
    kind: textAt(provider, 'kind'),
    isSealed,
    needsSecret: !isSealed && method.startsWith('client_secret'),
  };
}

/** What the document holds, what it should be called here, and the secrets that it left behind. */
export function ImportForm({ file, onDone }: { file: ChosenFile; onDone: () => void }) {
  const seen = file.fault === undefined ? lookAt(file.document) : undefined;
  const goTo = useGoToTab();
  const [name, setName] = useState(seen?.name ?? '');
  const [slug, setSlug] = useState(seen?.slug ?? '');
  const [passphrase, setPassphrase] = useState('');
  const [clientSecret, setClientSecret] = useState('');
  const change = useChange(
    async () => {
      const body = {
        document: file.document,
        name,
        slug,
        enabled: false,
        ...(passphrase ? { passphrase } : {}),
        ...(clientSecret ? { secrets: { clientSecret } } : {}),
      };
      return (await api.POST('/api/v1/identity-providers/import', { body: body as never })).data as Provider;
    },
    { touches: ['identity-providers'], done: 'Imported as a draft' },
  );
  if (!seen) {
    return (
      <Alert color="red" variant="light" title={`${file.name} cannot be imported`} role="alert">
        {file.fault ?? 'This is JSON, but not an identity provider that was exported here.'} Choose the file that “Export and
        removal” of a provider has made, or connect the provider anew.
      </Alert>
    );
  }
  const submit = (): void =>
    change.mutate(undefined, {
      onSuccess: (made) => {
        onDone();
        goTo(made.id, 'overview');
      },
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap="md">
        {change.error ? <ProblemNote error={change.error} /> : null}
        <Facts
          facts={[
            ['File', file.name],
            ['Protocol', protocolNames[seen.kind as Kind] ?? seen.kind],
            ['Secrets', seen.isSealed ? 'In the file, under a passphrase' : 'Not in the file'],
          ]}
        />
        <TextInput
          label="Name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          error={faultAt(change.error, '/name')}
        />
        <TextInput
          label="Short name in addresses"
          description="Part of the addresses that the provider’s administrator enters. It never changes."
          value={slug}
          onChange={(event) => setSlug(event.currentTarget.value)}
          required
          error={faultAt(change.error, '/slug')}
        />
        {seen.isSealed ? (
          <PasswordInput
            label="Passphrase"
            description="What whoever exported it chose."
            value={passphrase}
            onChange={(event) => setPassphrase(event.currentTarget.value)}
            error={faultAt(change.error, '/passphrase')}
          />
        ) : null}
        {seen.needsSecret ? (
          <PasswordInput
            label="Client secret"
            description="May be left out and set later; nobody signs in before."
            value={clientSecret}
            onChange={(event) => setClientSecret(event.currentTarget.value)}
            error={faultAt(change.error, '/secrets/clientSecret')}
          />
        ) : null}
        <Text size="sm" c="dimmed">
          It comes in switched off. Verify it, then switch it on.
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={change.isPending}>
            Import
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
