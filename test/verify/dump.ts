import { openStore } from '#sql/store.ts';
import type { TestGateway } from '../kit/gateway.ts';

/** What a test sign-in may write: the record of itself. */
const OF_VERIFY = new Set(['attempts', 'verifications', 'sign_ins', 'audit_events', 'migrations']);

export type Dump = Readonly<Record<string, readonly string[]>>;

/** Every row of every other table, whatever its columns are. What Verify notes beside a revision is left out. */
export async function dump({ database }: TestGateway): Promise<Dump> {
  const store = openStore(database);
  try {
    const tables = await store.db().introspection.getTables();
    const wanted = tables.map(({ name }) => name).filter((name) => !OF_VERIFY.has(name));
    const rows = await Promise.all(
      wanted.map(
        async (name) =>
          [
            name,
            await store
              .db()
              .selectFrom(name as 'users')
              .selectAll()
              .execute(),
          ] as const,
      ),
    );
    return Object.fromEntries(rows.map(([name, found]) => [name, found.map(lineOf).sort()]));
  } finally {
    await store.close();
  }
}

function lineOf(row: object): string {
  return JSON.stringify(Object.entries(row).filter(([column]) => !column.startsWith('verif')));
}
