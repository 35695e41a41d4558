import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from './client.ts';

/** Who uses the console, and what they may do. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async () => (await api.GET('/api/v1/me', {})).data,
  staleTime: 5 * 60_000,
});

/** Whether the person may do this; until it is known, no. */
export function useMay(permission: string): boolean {
  return useQuery(meQuery).data?.permissions.includes(permission) ?? false;
}
