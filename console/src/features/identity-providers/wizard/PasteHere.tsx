import { Alert, Anchor, Button, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../../api/client.ts';
import { allAtFields } from '../../../ui/faults.ts';
import { ProblemNote } from '../../../ui/ProblemNote.tsx';
import { useChange } from '../../../ui/useChange.tsx';
import { type Fetched, type Preset, type Provider, touched } from '../api.ts';
import { ByHand } from './ByHand.tsx';
import { FoundFacts } from './FoundFacts.tsx';
import { documentOf, isEnough, type Pasted, shownPointers, sourceOf } from './pasted.ts';
import { useWizardPlace } from './place.ts';
import { OidcSource, SamlSource } from './Sources.tsx';

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
    async (found: Fetched | undefined) => {
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
    // What was found stays, as long as it is that provider's.
    if (['issuer', 'directoryId', 'metadataUrl', 'metadata', 'hand'].some((name) => name in more)) look.reset();
    make.reset();
  };
  const fetchNow = (): void => {
    if (!source) return;
    go({ issuer: pasted.issuer, metadataUrl: pasted.metadataUrl }, { replace: true });
    look.mutate(source);
  };
  const keep = (): void =>
    make.mutate(look.data, {
      onSuccess: (made) => go({ id: made.id, step: 'people', issuer: undefined, metadataUrl: undefined }, { replace: true }),
    });
  const error = make.error ?? look.error;
  const Source = kind === 'saml' ? SamlSource : OidcSource;
  const isReady = isEnough(pasted, look.data, kind);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && (look.data || pasted.hand)) keep();
        else if (!pasted.hand) fetchNow();
      }}
    >
      <Stack gap="lg">
        {error && !allAtFields(error, shownPointers) ? <ProblemNote error={error} /> : null}
        <Paper withBorder radius="lg" p="lg">
          <Stack gap="md">
            <Title order={2}>Paste what the provider shows</Title>
            {pasted.hand && kind === 'saml' ? null : <Source kind={kind} pasted={pasted} onChange={change} error={error} />}
            {pasted.hand ? (
              <ByHand
                member={kind === 'saml' ? 'saml' : 'oidc'}
                values={pasted.hand}
                onChange={(hand) => change({ hand })}
                error={error}
              />
            ) : null}
            <Group>
              {pasted.hand ? null : (
                <Button
                  type={look.data ? 'button' : 'submit'}
                  variant={look.data ? 'default' : 'filled'}
                  onClick={look.data ? fetchNow : undefined}
                  loading={look.isPending}
                  disabled={!source}
                >
                  Fetch configuration
                </Button>
              )}
              {kind === 'microsoft-oidc' ? null : (
                <Anchor component="button" type="button" size="sm" onClick={() => change({ hand: pasted.hand ? undefined : {} })}>
                  {pasted.hand ? 'Fetch it instead' : 'Nothing can be fetched? Enter it by hand'}
                </Anchor>
              )}
            </Group>
          </Stack>
        </Paper>
        <div aria-live="polite">
          {look.data && !pasted.hand ? (
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
          ) : null}
        </div>
        <Group justify="space-between">
          <Button variant="default" onClick={() => go({ step: 'there' })}>
            Back
          </Button>
          <Group gap="md" justify="flex-end" flex={1}>
            {isReady ? null : (
              <Text size="sm" c="dimmed">
                {pasted.hand || look.data ? 'Fill in the fields with a star.' : 'Fetch the configuration first.'}
              </Text>
            )}
            <Button onClick={keep} disabled={!isReady} loading={make.isPending}>
              Save the draft and continue
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
