import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../../api/client.ts';
import { useMay } from '../../../api/me.ts';
import { Shown } from '../../../ui/Shown.tsx';
import type { Provider } from '../api.ts';
import { OwnKeys } from './OwnKeys.tsx';
import { TheirKeys } from './TheirKeys.tsx';

/** Keys of ours that the provider trusts, and theirs that we trust. */
export function KeysTab({ provider }: { provider: Provider }) {
  const mayChange = useMay('identity-providers:write');
  const keys = useQuery({
    queryKey: ['identity-providers', provider.id, 'keys'],
    queryFn: async () => (await api.GET('/api/v1/identity-providers/{id}/keys', { params: { path: { id: provider.id } } })).data,
  });
  return (
    <Stack gap="lg">
      <Shown of={keys} rows={3}>
        {({ items }) => <OwnKeys provider={provider} keys={items} mayChange={mayChange} />}
      </Shown>
      <TheirKeys provider={provider} mayChange={mayChange} />
    </Stack>
  );
}
