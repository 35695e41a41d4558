import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '../../../api/client.ts';
import { useMay } from '../../../api/me.ts';
import { useGroupNames, useRoleNames } from '../../../api/names.ts';
import { type Provider, usePresets, useReport, useReports } from '../api.ts';
import { textOf } from '../words.ts';
import type { FormContext } from './context.ts';

/** Claims of the last test in which any came: names, and what they held. */
export function useLastClaims(id: string): ReadonlyMap<string, string> {
  const last = useReports(id).data?.items.find(({ state }) => state === 'passed' || state === 'failed');
  const claims = useReport(id, last?.id).data?.claims;
  return useMemo(
    () => new Map(Object.entries(claims ?? {}).map(([name, value]) => [name, textOf(value).replaceAll('\n', ', ')])),
    [claims],
  );
}

/** Applications by id, for callers who may see them. */
export function useApplicationNames(): { id: string; name: string }[] {
  const mayRead = useMay('applications:read');
  const { data } = useQuery({
    queryKey: ['applications', 'names of identity providers'],
    queryFn: async () => (await api.GET('/api/v1/applications', { params: { query: { limit: 200 } } })).data?.items ?? [],
    enabled: mayRead,
  });
  return data ?? [];
}

/** Everything that the fields of a provider's form may be chosen from. */
export function useFactsFor(provider: Provider): Omit<FormContext, 'error'> {
  const mayChange = useMay('identity-providers:write');
  const seen = useQuery({
    queryKey: ['identity-providers', provider.id, 'groups-seen', 'names'],
    queryFn: async () => {
      const params = { path: { id: provider.id }, query: { limit: 200 } };
      return (await api.GET('/api/v1/identity-providers/{id}/groups-seen', { params })).data?.items ?? [];
    },
  });
  const [claims, groups, roles, presets] = [useLastClaims(provider.id), useGroupNames(), useRoleNames(), usePresets().data ?? []];
  return {
    provider,
    claims,
    groups,
    roles,
    presets: presets.filter(({ kinds }) => kinds.some(({ kind }) => kind === provider.kind)),
    seen: seen.data ?? [],
    applications: useApplicationNames(),
    disabled: !mayChange,
  };
}
