import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { api } from '../../../api/client.ts';
import { tenantUrl } from '../../../place.ts';
import { ProblemNote } from '../../../ui/ProblemNote.tsx';
import { useChange } from '../../../ui/useChange.tsx';
import { type OwnKey, type Provider, touched } from '../api.ts';
import { OneKey } from './OneKey.tsx';

type Use = OwnKey['use'];

export const keyUses: Readonly<Record<Use, { title: string; about: string }>> = {
  signing: { title: 'Signs our requests', about: 'The provider checks our requests with it.' },
  decryption: { title: 'Opens encrypted answers', about: 'The provider encrypts to it.' },
  'client-assertion': {
    title: 'Proves who we are',
    about: 'In place of a client secret, and for reading groups from Microsoft.',
  },
};

/** What keys of ours are for with this provider. */
function usesOf({ kind, oidc, saml }: Provider, keys: readonly OwnKey[]): Use[] {
  const uses: Use[] = kind === 'saml' ? ['signing', 'decryption'] : [];
  const proves = oidc?.['clientAuthentication'] === 'private_key_jwt' || oidc?.['groupOverage'] || saml?.['groupOverage'];
  if (proves) uses.push('client-assertion');
  return [...new Set([...uses, ...keys.map(({ use }) => use)])];
}

/** Ours, by use, with the steps of changing to a new one without a gap. */
export function OwnKeys({ provider, keys, mayChange }: { provider: Provider; keys: readonly OwnKey[]; mayChange: boolean }) {
  const uses = usesOf(provider, keys);
  const make = useChange(
    async (use: Use) =>
      (await api.POST('/api/v1/identity-providers/{id}/keys', { params: { path: { id: provider.id } }, body: { use } })).data,
    { touches: touched, done: 'The next key is published' },
  );
  return (
    <Paper withBorder radius="lg" p="lg">
      <Stack gap="lg">
        <Group justify="space-between" align="flex-start">
          <Stack gap={4} maw={620}>
            <Title order={2}>Our keys</Title>
            <Text size="sm" c="dimmed">
              {uses.length === 0
                ? 'None are needed: we prove who we are with a client secret.'
                : 'To change one without a gap: make the next one, hand it to the provider, then let it take over. Until then both are accepted.'}
            </Text>
          </Stack>
          {provider.kind === 'saml' ? (
            <Button component="a" variant="default" href={`${tenantUrl}/sso/${provider.slug}/metadata`} target="_blank">
              Our metadata
            </Button>
          ) : null}
        </Group>
        {make.error ? <ProblemNote error={make.error} /> : null}
        {uses.map((use) => {
          const own = keys.filter((key) => key.use === use);
          const hasNext = own.some(({ state }) => state === 'next');
          return (
            <Stack key={use} gap="sm">
              <Group justify="space-between">
                <Stack gap={0}>
                  <Text fw={600}>{keyUses[use].title}</Text>
                  <Text size="xs" c="dimmed">
                    {keyUses[use].about}
                  </Text>
                </Stack>
                {mayChange && !hasNext ? (
                  <Button
                    size="xs"
                    variant="default"
                    onClick={() => make.mutate(use)}
                    loading={make.isPending && make.variables === use}
                  >
                    {own.length === 0 ? 'Make a key' : 'Make the next key'}
                  </Button>
                ) : null}
              </Group>
              {own.map((key) => (
                <OneKey key={key.id} provider={provider} own={key} mayChange={mayChange} />
              ))}
            </Stack>
          );
        })}
      </Stack>
    </Paper>
  );
}
