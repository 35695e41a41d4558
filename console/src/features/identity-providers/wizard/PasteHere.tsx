import { Alert, Button, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../../api/client.ts';
import { allAtFields } from '../../../ui/faults.ts';
import { ProblemNote } from '../../../ui/ProblemNote.tsx';
import { useChange } from '../../../ui/useChange.tsx';
import { type Fetched, type Preset, type Provider, touched } from '../api.ts';
import { FoundFacts } from './FoundFacts.tsx';
import { OidcSource, SamlSource } from './Sources.tsx';
import { useWizardPlace } from './place.ts';

/** What was brought back from the vendor's console. Lives in this tab alone: secrets are not for addresses. */
export interface Pasted {
  issuer: string;
  directoryId: string;
  clientId: string;
  /** How we prove who we are. */
  proof: 'secret' | 'private_key_jwt' | 'none';
  clientSecret: string;
  clientSecretExpiresAt: string;
  metadataUrl: string;
  metadata: string;
}

const fields = [
  '/slug',
  '/name',
  '/oidc/issuer',
  '/oidc/directoryId',
  '/oidc/clientId',
  '/oidc/clientSecret',
  '/oidc/clientSecretExpiresAt',
  '/saml/metadataUrl',
  '/issuer',
  '/metadataUrl',
  '/metadata',
];

/** What to ask for the configuration; nothing while it is not known yet. */
function sourceOf({ issuer, directoryId, metadataUrl, metadata }: Pasted, kind: string): Record<string, string> | undefined {
  if (kind === 'saml')
    return metadata.trim() ? { metadata } : metadataUrl.trim() ? { metadataUrl: metadataUrl.trim() } : undefined;
  if (kind === 'microsoft-oidc')
    return directoryId.trim() ? { issuer: `https://login.microsoftonline.com/${directoryId.trim()}/v2.0` } : undefined;
  return issuer.trim() ? { issuer: issuer.trim() } : undefined;
}

function documentOf(pasted: Pasted, found: Fetched | undefined, kind: string): Record<string, unknown> {
  const settings = found?.settings ?? {};
  if (kind === 'saml') {
    const address = pasted.metadata.trim() === '' && pasted.metadataUrl.trim() ? { metadataUrl: pasted.metadataUrl.trim() } : {};
    return { saml: { ...settings, ...address } };
  }
  const given = {
    clientId: pasted.clientId.trim(),
    ...(pasted.proof === 'secret' ? { clientSecret: pasted.clientSecret || undefined } : { clientAuthentication: pasted.proof }),
    ...(pasted.proof === 'secret' && pasted.clientSecretExpiresAt
      ? { clientSecretExpiresAt: `${pasted.clientSecretExpiresAt}T23:59:59Z` }
      : {}),
  };
  if (kind === 'microsoft-oidc') return { oidc: { directoryId: pasted.directoryId.trim(), ...given } };
  return { oidc: { issuer: pasted.issuer.trim(), ...settings, ...given } };
}

/** Paste what the vendor's console shows, look at what is found there, and keep it as a draft. */
export function PasteHere({ presets }: { presets: readonly Preset[] }) {
  const { kind, preset, name, slug, issuer, metadataUrl, go } = useWizardPlace();
  const [pasted, setPasted] = useState<Pasted>({
    issuer,
    directoryId: '',
    clientId: '',
    proof: 'secret',
    clientSecret: '',
    clientSecretExpiresAt: '',
    metadataUrl,
    metadata: '',
  });
  const source = sourceOf(pasted, kind);
  const look = useChange(
    async (wanted: Record<string, string>) =>
      (await api.POST('/api/v1/identity-providers/fetch-configuration', { body: wanted })).data as Fetched,
    { touches: [] },
  );
  const make = useChange(
    async (found: Fetched) => {
      const vendor = presets.find(({ id }) => id === preset);
      const buttonText = preset.startsWith('generic') ? `Sign in with ${name}` : vendor?.buttonText;
      const document = {
        kind,
        preset,
        name,
        slug,
        ...documentOf(pasted, found, kind),
        users: { create: true, update: true },
        branding: { buttonText },
      };
      return (await api.POST('/api/v1/identity-providers', { body: document as never })).data as Provider;
    },
    { touches: touched },
  );
  const change = (more: Partial<Pasted>): void => {
    setPasted((before) => ({ ...before, ...more }));
    look.reset();
    make.reset();
  };
  const fetchNow = (): void => {
    if (!source) return;
    go({ issuer: pasted.issuer, metadataUrl: pasted.metadataUrl }, { replace: true });
    look.mutate(source);
  };
  const keep = (): void =>
    look.data &&
    make.mutate(look.data, {
      onSuccess: (made) => go({ id: made.id, step: 'people', issuer: undefined, metadataUrl: undefined }, { replace: true }),
    });
  const error = make.error ?? look.error;
  const Source = kind === 'saml' ? SamlSource : OidcSource;
  const isComplete = kind === 'saml' || pasted.clientId.trim() !== '';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (look.data) keep();
        else fetchNow();
      }}
    >
      <Stack gap="lg">
        {error && !allAtFields(error, fields) ? <ProblemNote error={error} /> : null}
        <Paper withBorder radius="lg" p="lg">
          <Stack gap="md">
            <Title order={2}>Paste theirs here</Title>
            <Source kind={kind} pasted={pasted} onChange={change} error={error} />
            <Group>
              <Button
                type={look.data ? 'button' : 'submit'}
                variant={look.data ? 'default' : 'filled'}
                onClick={look.data ? fetchNow : undefined}
                loading={look.isPending}
                disabled={!source}
              >
                Fetch configuration
              </Button>
            </Group>
          </Stack>
        </Paper>
        <div aria-live="polite">
          {look.data ? (
            <Paper withBorder radius="lg" p="lg">
              <Stack gap="md">
                <Title order={2}>This is what was found</Title>
                <FoundFacts settings={look.data.settings} />
                {look.data.preset && look.data.preset !== preset && presets.some(({ id }) => id === look.data?.preset) ? (
                  <Alert
                    variant="light"
                    color="yellow"
                    title={`This looks like ${presets.find(({ id }) => id === look.data?.preset)?.title}`}
                  >
                    <Text size="sm">If it is, go back and choose that vendor: its guide and its claims fit better.</Text>
                  </Alert>
                ) : null}
                {look.data.warnings.length > 0 ? (
                  <Alert variant="light" color="yellow" title="Worth knowing">
                    <List size="sm" spacing="xs">
                      {look.data.warnings.map(({ code, detail }) => (
                        <List.Item key={`${code} ${detail}`}>{detail}</List.Item>
                      ))}
                    </List>
                  </Alert>
                ) : null}
              </Stack>
            </Paper>
          ) : null}
        </div>
        <Group justify="space-between">
          <Button variant="default" onClick={() => go({ step: 'there' })}>
            Back
          </Button>
          <Button type={look.data ? 'submit' : 'button'} disabled={!look.data || !isComplete} loading={make.isPending}>
            Keep as a draft
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
