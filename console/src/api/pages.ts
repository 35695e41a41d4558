import { useInfiniteQuery } from '@tanstack/react-query';

interface Page<Row> {
  items: Row[];
  next: string | null;
}

/** A paged list of the API: `fetch` gets the cursor of the page that is wanted. */
export function usePages<Row>(key: readonly unknown[], fetch: (cursor: string | undefined) => Promise<Page<Row> | undefined>) {
  return useInfiniteQuery({
    queryKey: key,
    queryFn: async ({ pageParam }) => (await fetch(pageParam)) ?? { items: [], next: null },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}
