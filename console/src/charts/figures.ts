import { useQuery } from '@tanstack/react-query';
import type { TenantPaths } from '../../../src/client/index.ts';
import { api } from '../api/client.ts';

export type Figures = TenantPaths['/api/v1/sign-ins/figures']['get']['responses'][200]['content']['application/json'];
export type DayOfFigures = Figures['days'][number];

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

/** Figures in days as the clock of whoever looks has them; what is shown stays until the next is there. */
export function useFigures(days: number, identityProviderId: string | undefined) {
  return useQuery({
    queryKey: ['sign-ins', 'figures', days, identityProviderId],
    queryFn: async () =>
      (await api.GET('/api/v1/sign-ins/figures', { params: { query: { days, timeZone, identityProviderId } } })).data,
    placeholderData: (before) => before,
  });
}

/** Filter of the sign-in log for one day, as it stands in the address. */
export const dayFilter = ({ from, until }: DayOfFigures, identityProviderId: string | undefined): Record<string, string> => ({
  from,
  until,
  ...(identityProviderId === undefined ? {} : { identityProviderId }),
});
