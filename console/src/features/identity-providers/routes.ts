import { useNavigate, useParams, useSearch } from '@tanstack/react-router';

export const providerTabs = ['overview', 'settings', 'verify', 'changes', 'keys', 'groups', 'export'] as const;
export type ProviderTab = (typeof providerTabs)[number];

/** Provider and tab of the address. */
export function useProviderPlace(): { id: string; tab: ProviderTab } {
  const { id = '', tab } = useParams({ strict: false }) as { id?: string; tab?: string };
  return { id, tab: providerTabs.find((known) => known === tab) ?? 'overview' };
}

/** What stands in the address behind the question mark: texts alone. */
export function useQueryTexts(): Readonly<Record<string, string | undefined>> {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(search).map(([name, value]) => [name, value === undefined || value === null ? undefined : String(value)]),
  );
}

/** Changes what stands in the address; what is undefined goes. */
export function useSetQuery(): (change: Record<string, string | undefined>, how?: { replace?: boolean }) => void {
  const navigate = useNavigate();
  return (change, { replace = true } = {}) =>
    void navigate({
      to: '.',
      replace,
      search: (before: Record<string, unknown>) =>
        Object.fromEntries(
          Object.entries({ ...before, ...change })
            .filter(([, value]) => value !== undefined && value !== '')
            // A number written as text would stand in quotation marks in the address.
            .map(([name, value]) => [name, typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value]),
        ),
    } as never);
}

/** Goes to a tab of a provider. */
export function useGoToTab(): (id: string, tab: ProviderTab, search?: Record<string, string>) => void {
  const navigate = useNavigate();
  return (id, tab, search = {}) =>
    void navigate({
      to: '/identity-providers/$id/{-$tab}',
      params: { id, tab: tab === 'overview' ? undefined : tab },
      search,
    } as never);
}
