import { useQuery } from '@tanstack/react-query';
import { api } from './client.ts';
import { useMay } from './me.ts';

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

/** Names of the identity providers by id. */
export function useProviderNames(): ReadonlyMap<string, string> {
  return new Map(useProviders().map(({ id, name }) => [id, name]));
}

/** Names of applications by client id; empty for people who may not see them. */
export function useApplicationNames(): ReadonlyMap<string, string> {
  const { data } = useQuery({
    queryKey: ['applications', 'names'],
    queryFn: async () => (await api.GET('/api/v1/applications', { params: { query: { limit: 200 } } })).data,
    enabled: useMay('applications:read'),
  });
  return new Map(data?.items.map(({ id, name }) => [id, name]));
}
