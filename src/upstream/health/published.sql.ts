import type { Selectable } from 'kysely';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import type { PublishedBook, PublishedFacts } from './published.ts';

/** What the refreshing of metadata and keys has written down of each provider. */
export function createPublishedBook({ store }: { store: Store }): PublishedBook {
  return {
    async findPublished(tenant, id) {
      const row = await store
        .db()
        .selectFrom('connection_refreshes')
        .selectAll()
        .where('tenant_id', '=', tenant)
        .where('connection_id', '=', id)
        .executeTakeFirst();
      return row && toFacts(row);
    },
  };
}

/** What was found is JSON of another file's making: what is not as expected is left out. */
function toFacts(row: Selectable<Tables['connection_refreshes']>): PublishedFacts {
  const result = JSON.parse(row.result) as { url?: unknown; differences?: unknown; kids?: unknown };
  const time = (at: number | null): Date | null => (at === null ? null : new Date(at));
  return {
    url: typeof result.url === 'string' ? result.url : null,
    checkedAt: time(row.attempted_at),
    succeededAt: time(row.succeeded_at),
    reachable: row.attempted_at === null ? null : row.problem === null,
    problem: row.problem,
    differences: listOf(result.differences).filter(isDifference),
    validUntil: time(row.valid_until),
    kids: listOf(result.kids).filter((kid) => typeof kid === 'string'),
  };
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function isDifference(value: unknown): value is PublishedFacts['differences'][number] {
  return typeof value === 'object' && value !== null && typeof (value as { pointer?: unknown }).pointer === 'string';
}
