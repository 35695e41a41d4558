import { Anchor, Paper, Stack, Text, Title } from '@mantine/core';
import { tenantUrl } from '../../../place.ts';
import { CopyValue } from '../../../ui/CopyValue.tsx';
import { type Provider, useGuide } from '../api.ts';
import { useQueryTexts, useSetQuery } from '../routes.ts';
import { GuideSteps } from '../wizard/GuideSteps.tsx';

const textAt = (fields: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined => {
  const value = fields?.[name];
  return typeof value === 'string' ? value : undefined;
};

/** What the provider's administrator enters on the other side; the whole way through that console on demand. */
export function ValuesToCopy({ provider }: { provider: Provider }) {
  const { guide } = useQueryTexts();
  const set = useSetQuery();
  const { oidc, saml, slug } = provider;
  const values: [string, string | undefined][] = saml
    ? [
        ['Metadata (has everything in it)', `${tenantUrl}/sso/${slug}/metadata`],
        ['Assertion consumer service (ACS) URL', textAt(saml, 'acsUrl')],
        ['Entity ID (audience)', textAt(saml, 'spEntityId')],
        ['Single logout URL', textAt(saml, 'sloUrl') === undefined ? undefined : textAt(saml, 'spSloUrl')],
      ]
    : [
        ['Redirect URI', textAt(oidc, 'redirectUri')],
        [
          'Post-logout redirect URI',
          textAt(oidc, 'endSessionEndpoint') === undefined ? undefined : textAt(oidc, 'postLogoutRedirectUri'),
        ],
        [
          'Public keys (JWKS)',
          textAt(oidc, 'clientAuthentication') === 'private_key_jwt' ? `${tenantUrl}/sso/${slug}/jwks` : undefined,
        ],
        ['Initiate login URI', oidc?.['allowThirdPartyInitiated'] === true ? textAt(oidc, 'initiateLoginUri') : undefined],
      ];
  return (
    <Paper withBorder radius="lg" p="lg">
      <Stack gap="md">
        <Title order={2}>For the provider’s administrator</Title>
        {values.map(([label, value]) => (value ? <CopyValue key={label} label={label} value={value} /> : null))}
        <Text size="sm">
          <Anchor
            component="button"
            type="button"
            size="sm"
            onClick={() => set({ guide: guide ? undefined : '1' })}
            aria-expanded={Boolean(guide)}
          >
            {guide ? 'Hide the guide' : 'Show where to enter them, step by step'}
          </Anchor>
        </Text>
        {guide ? <Guide id={provider.id} /> : null}
      </Stack>
    </Paper>
  );
}

function Guide({ id }: { id: string }) {
  const { data } = useGuide(id);
  return data ? <GuideSteps guide={data} /> : null;
}
