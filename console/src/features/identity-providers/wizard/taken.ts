import { useQuery } from '@tanstack/react-query';
import { api } from '../../../api/client.ts';

/** Short names that are in use already. */
export function useTakenSlugs(): string[] {
  const { data } = useQuery({
    queryKey: ['identity-providers', 'slugs'],
    queryFn: async () =>
      (await api.GET('/api/v1/identity-providers', { params: { query: { limit: 200 } } })).data?.items.map(({ slug }) => slug) ??
      [],
  });
  return data ?? [];
}
