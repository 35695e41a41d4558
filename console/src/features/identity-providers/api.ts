import { queryOptions, useQuery } from '@tanstack/react-query';
import type { TenantPaths } from '../../../../src/client/index.ts';
import { api } from '../../api/client.ts';

type Answer<
  Path extends keyof TenantPaths,
  Method extends 'get' | 'post' = 'get',
  Status extends number = 200,
> = TenantPaths[Path][Method] extends { responses: infer All }
  ? Status extends keyof All
    ? All[Status] extends { content: { 'application/json': infer Body } }
      ? Body
      : never
    : never
  : never;

export type Provider = Answer<'/api/v1/identity-providers/{id}'>;
export type Kind = Provider['kind'];
export type Health = Answer<'/api/v1/identity-providers/{id}/health'>;
export type Preset = Answer<'/api/v1/identity-provider-presets'>['items'][number];
export type Guide = Answer<'/api/v1/identity-providers/{id}/guide'>;
export type Report = Answer<'/api/v1/identity-providers/{id}/verify/{verification}'>;
export type Findings = Answer<'/api/v1/identity-providers/{id}/preview', 'post'>;
export type Difference = NonNullable<Provider['staged']>['differences'][number];
export type Revision = Answer<'/api/v1/identity-providers/{id}/revisions'>['items'][number];
export type OwnKey = Answer<'/api/v1/identity-providers/{id}/keys'>['items'][number];
export type SeenGroup = Answer<'/api/v1/identity-providers/{id}/groups-seen'>['items'][number];
export type Fetched = Answer<'/api/v1/identity-providers/fetch-configuration', 'post'>;

const KEY = 'identity-providers';
/** What a change of a provider may have touched: everything that is known of providers. */
export const touched = [KEY] as const;

export const providerQuery = (id: string) =>
  queryOptions({
    queryKey: [KEY, id],
    queryFn: async () => (await api.GET('/api/v1/identity-providers/{id}', { params: { path: { id } } })).data,
  });

export const useProvider = (id: string) => useQuery(providerQuery(id));

export const useHealth = (id: string) =>
  useQuery({
    queryKey: [KEY, id, 'health'],
    queryFn: async () => (await api.GET('/api/v1/identity-providers/{id}/health', { params: { path: { id } } })).data,
  });

/** Health of all providers by id: one request for a whole list. */
export const useAllHealth = () =>
  useQuery({
    queryKey: [KEY, 'health-by-id'],
    queryFn: async () => {
      const { data } = await api.GET('/api/v1/identity-providers/health', {});
      return new Map((data?.items ?? []).map((one) => [one.identityProviderId, one]));
    },
  });

export const usePresets = () =>
  useQuery({
    queryKey: ['identity-provider-presets'],
    queryFn: async () =>
      (await api.GET('/api/v1/identity-provider-presets', { params: { query: { language: 'en' } } })).data?.items ?? [],
    staleTime: Number.POSITIVE_INFINITY,
  });

export const useVendorGuide = (preset: string, kind: Kind, slug: string) =>
  useQuery({
    queryKey: ['identity-provider-presets', preset, kind, slug],
    queryFn: async () => {
      const params = { path: { preset }, query: { kind, slug, language: 'en' as const } };
      return (await api.GET('/api/v1/identity-provider-presets/{preset}/guide', { params })).data;
    },
    staleTime: Number.POSITIVE_INFINITY,
    enabled: slug !== '',
    placeholderData: (previous) => previous,
  });

export const useGuide = (id: string) =>
  useQuery({
    queryKey: [KEY, id, 'guide'],
    queryFn: async () => {
      const params = { path: { id }, query: { language: 'en' as const } };
      return (await api.GET('/api/v1/identity-providers/{id}/guide', { params })).data;
    },
  });

/** A test sign-in; asked again every two seconds while somebody is still at the provider. */
export const useReport = (id: string, verification: string | undefined) =>
  useQuery({
    queryKey: [KEY, id, 'verify', verification],
    queryFn: async () => {
      const params = { path: { id, verification: verification ?? '' } };
      return (await api.GET('/api/v1/identity-providers/{id}/verify/{verification}', { params })).data;
    },
    enabled: verification !== undefined,
    refetchInterval: ({ state }) => (state.data?.state === 'waiting' ? 2000 : false),
  });

export const useReports = (id: string) =>
  useQuery({
    queryKey: [KEY, id, 'verify'],
    queryFn: async () =>
      (await api.GET('/api/v1/identity-providers/{id}/verify', { params: { path: { id }, query: { limit: 20 } } })).data,
  });

/** Changes a provider by merge patch. @returns whether it went live or waits, and the provider as it is now */
export async function patchProvider(
  id: string,
  patch: Record<string, unknown>,
  { override, revision }: { override?: string; revision?: number } = {},
): Promise<{ staged: boolean; provider: Provider }> {
  const { data, response } = await api.PATCH('/api/v1/identity-providers/{id}', {
    params: { path: { id }, query: override ? { override } : {} },
    headers: revision === undefined ? {} : { 'if-match': `"${revision}"` },
    body: patch,
  });
  return { staged: response.status === 202, provider: data as Provider };
}

/** The revision that a change builds on: the staged one, where there is one. */
export const tagOf = ({ revision, staged }: Pick<Provider, 'revision' | 'staged'>): number => staged?.revision ?? revision;
