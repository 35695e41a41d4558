import { Alert, Stack, Text } from '@mantine/core';
import { tenantUrl } from '../../../place.ts';
import { CopyValue } from '../../../ui/CopyValue.tsx';
import type { Health, Provider } from '../api.ts';

/** What one wants to do next with a provider that is on and that nobody has used: sign in through it. */
export function TryIt({ provider, health }: { provider: Provider; health: Health }) {
  const { lastSuccessAt, lastRefusal } = health.signIns;
  if (!provider.enabled || lastSuccessAt || lastRefusal) return null;
  return (
    <Alert variant="light" color="ink" title="Try it as your people will">
      <Stack gap="sm">
        <Text size="sm">
          Open this address in a private window: in this one you are signed in already, and would not be asked. Applications lead
          there by themselves, from their sign-in page.
        </Text>
        <CopyValue label="Sign in through this provider" value={`${tenantUrl}/sso/${provider.slug}/start`} />
      </Stack>
    </Alert>
  );
}
