import { Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../../api/client.ts';
import { CopyValue } from '../../../ui/CopyValue.tsx';
import { Status } from '../../../ui/Status.tsx';
import { When } from '../../../ui/When.tsx';
import type { Provider } from '../api.ts';

const titles = {
  'sign-in': 'For signing in',
  directory: 'For reading groups',
} as const;

/** Microsoft: links by which an administrator of the directory consents for everybody, and what was reported last. */
export function AdminConsent({ provider }: { provider: Provider }) {
  const isEntra = provider.kind === 'microsoft-oidc' || Boolean(provider.saml?.['groupOverage']);
  const { data } = useQuery({
    queryKey: ['identity-providers', provider.id, 'admin-consent'],
    queryFn: async () =>
      (await api.GET('/api/v1/identity-providers/{id}/admin-consent', { params: { path: { id: provider.id } } })).data,
    enabled: isEntra,
  });
  if (!isEntra || !data || data.items.length === 0) return null;
  return (
    <Paper withBorder radius="lg" p="lg">
      <Stack gap="md">
        <Stack gap={4}>
          <Title order={2}>Admin consent</Title>
          <Text size="sm" c="dimmed">
            Send the link to an administrator of the Microsoft directory. Its return address has to be registered as a redirect
            URI.
          </Text>
        </Stack>
        {data.items.map((one) => (
          <Stack key={one.for} gap="xs">
            <CopyValue label={`${titles[one.for]}: link`} value={one.url} />
            <CopyValue label="Redirect URI to register" value={one.redirectUri} />
            <Text size="sm" c="dimmed" component="div">
              {one.reported ? (
                <>
                  <Status tone={one.reported.outcome === 'granted' ? 'good' : 'bad'}>
                    {one.reported.outcome === 'granted' ? 'Granted' : 'Refused'}
                  </Status>{' '}
                  reported <When at={one.reported.at} />
                  {one.reported.error ? `: ${one.reported.error}` : ''}. Nobody signs this report, so Verify tells more.
                </>
              ) : (
                'Nobody has come back from it yet.'
              )}
            </Text>
          </Stack>
        ))}
      </Stack>
    </Paper>
  );
}
