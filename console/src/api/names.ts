import { useQuery } from '@tanstack/react-query';
import { api } from './client.ts';

/** Names to choose from; the first two hundred, which is more than anybody reads. */
export function useRoleNames(): string[] {
  const { data } = useQuery({
    queryKey: ['roles', 'names'],
    queryFn: async () => (await api.GET('/api/v1/roles', { params: { query: { limit: 200 } } })).data,
  });
  return data?.items.map(({ name }) => name) ?? [];
}

export function useGroupNames(): string[] {
  const { data } = useQuery({
    queryKey: ['groups', 'names'],
    queryFn: async () => (await api.GET('/api/v1/groups', { params: { query: { limit: 200 } } })).data,
  });
  return data?.items.map(({ name }) => name) ?? [];
}

/** Identity providers by id. */
export function useProviders(): { id: string; name: string }[] {
  const { data } = useQuery({
    queryKey: ['identity-providers', 'names'],
    queryFn: async () => (await api.GET('/api/v1/identity-providers', { params: { query: { limit: 200 } } })).data,
  });
  return data?.items.map(({ id, name }) => ({ id, name })) ?? [];
}
