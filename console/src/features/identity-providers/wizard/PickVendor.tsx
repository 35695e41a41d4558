import { Button, Group, Paper, SimpleGrid, Stack, Text, TextInput, ThemeIcon, Title } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import { KeyIcon, SearchIcon } from '../../../ui/icons.tsx';
import { Shown } from '../../../ui/Shown.tsx';
import { type Kind, type Preset, usePresets } from '../api.ts';
import { freeSlug, useWizardPlace } from './place.ts';
import { useTakenSlugs } from './taken.ts';

/** What people call a product besides its name. */
const otherNames: Readonly<Record<string, string>> = {
  entra: 'microsoft azure ad active directory office 365 m365',
  okta: 'workforce',
  auth0: 'okta customer identity ciam',
  ping: 'pingone pingfederate pingidentity',
  google: 'workspace gsuite gmail',
  adfs: 'active directory federation services windows server microsoft',
  onelogin: 'one identity',
  jumpcloud: 'jump cloud',
  keycloak: 'red hat rhbk',
  'generic-oidc': 'any other openid connect oidc custom own',
  'generic-saml': 'any other saml custom own shibboleth simplesamlphp',
};

const generic: Readonly<Record<string, string>> = {
  'generic-oidc': 'Any OpenID Connect provider',
  'generic-saml': 'Any SAML provider',
};
const titleOf = ({ id, title }: Preset): string => generic[id] ?? title;

const kindNames: Record<Kind, string> = { 'microsoft-oidc': 'OpenID Connect', oidc: 'OpenID Connect', saml: 'SAML' };

/** Cards of all vendors, with search; the choice of protocol on the card itself. */
export function PickVendor({ presets }: { presets: ReturnType<typeof usePresets> }) {
  const [wanted, setWanted] = useState('');
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ id, title }: Preset): boolean => {
    const known = `${title} ${id} ${otherNames[id] ?? ''}`.toLowerCase();
    return words.every((word) => known.includes(word));
  };
  return (
    <Stack gap="lg">
      <TextInput
        aria-label="Find your product"
        placeholder="Find your product"
        leftSection={<SearchIcon size={16} />}
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
        maw={360}
        data-autofocus
      />
      <Shown of={presets as UseQueryResult<Preset[]>}>
        {(all) => {
          const found = all.filter(fits);
          const shown = found.length > 0 ? found : all.filter(({ id }) => id.startsWith('generic'));
          return (
            <>
              {found.length === 0 ? (
                <Text size="sm" c="dimmed" role="status">
                  Not in the list. Whatever speaks one of these two works:
                </Text>
              ) : null}
              <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="md">
                {shown.map((preset) => (
                  <VendorCard key={preset.id} preset={preset} />
                ))}
              </SimpleGrid>
            </>
          );
        }}
      </Shown>
    </Stack>
  );
}

function VendorCard({ preset }: { preset: Preset }) {
  const { go } = useWizardPlace();
  const taken = useTakenSlugs();
  const isGeneric = preset.id.startsWith('generic');
  const choose = (kind: Kind): void =>
    go({
      step: 'there',
      preset: preset.id,
      kind,
      name: isGeneric ? '' : preset.title,
      slug: isGeneric ? '' : freeSlug(preset.id, taken),
    });
  return (
    <Paper withBorder radius="lg" p="md">
      <Stack gap="md" justify="space-between" h="100%">
        <Group gap="sm" wrap="nowrap">
          <ThemeIcon variant="light" size={36} radius="md" aria-hidden>
            {isGeneric ? <KeyIcon /> : <b>{preset.title.charAt(0)}</b>}
          </ThemeIcon>
          <Title order={2} fz="sm" lh={1.3}>
            {titleOf(preset)}
          </Title>
        </Group>
        <Group gap="xs">
          {preset.kinds.map(({ kind }, index) => (
            <Button
              key={kind}
              size="xs"
              variant={index === 0 ? 'light' : 'default'}
              onClick={() => choose(kind)}
              aria-label={isGeneric ? `Choose ${titleOf(preset)}` : `${preset.title} by ${kindNames[kind]}`}
            >
              {isGeneric ? 'Choose' : kindNames[kind]}
            </Button>
          ))}
        </Group>
      </Stack>
    </Paper>
  );
}
