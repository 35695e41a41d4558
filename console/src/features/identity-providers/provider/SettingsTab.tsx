import { Alert, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../../api/client.ts';
import { Shown } from '../../../ui/Shown.tsx';
import { type Provider, providerQuery, tagOf } from '../api.ts';
import type { Doc } from '../form/document.ts';
import { SettingsForm } from '../form/SettingsForm.tsx';

/** All settings. Where a change waits already, it is that one which is built on. */
export function SettingsTab({ provider }: { provider: Provider }) {
  const staged = provider.staged?.revision;
  const query = useQuery({
    ...providerQuery(provider.id),
    queryKey: [
      'identity-providers',
      provider.id,
      'editable',
      tagOf(provider),
      staged === undefined ? 'live' : 'waiting',
    ] as never,
    queryFn: async () => {
      if (staged === undefined) return provider;
      const params = { path: { id: provider.id, number: String(staged) } };
      const { data } = await api.GET('/api/v1/identity-providers/{id}/revisions/{number}', { params });
      return data ? { ...data.document, verified: false, staged: provider.staged } : provider;
    },
  });
  return (
    <Shown of={query} rows={8}>
      {(editable) => (
        <Stack gap="lg">
          {staged === undefined ? null : (
            <Alert color="ink" variant="light">
              You see the settings with the change that waits. What you save here is put on top of it.
            </Alert>
          )}
          <SettingsForm
            key={`${tagOf(provider)} ${staged === undefined ? 'live' : 'waiting'}`}
            provider={provider}
            base={editable as unknown as Doc}
          />
        </Stack>
      )}
    </Shown>
  );
}
