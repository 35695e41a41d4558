import { createHash } from 'node:crypto';
import type { TenantId } from '#kernel/ids.ts';
import type { World } from '#kernel/world.ts';
import { type Keyring, openKeyring } from '#sql/keyring.ts';
import { openStore, type Store } from '#sql/store.ts';
import { openTestDatabase } from '#test/postgres/index.ts';

/** A world that repeats itself: the clock stands still until it is moved, random bytes are numbered, nothing is reached. */
export interface TestWorld extends World {
  /** Moves the clock on. */
  pass(seconds: number): void;
}

export function createTestWorld(
  answer: World['fetch'] = () => Promise.reject(new Error('this test reaches nothing')),
): TestWorld {
  let now = Date.parse('2026-11-23T09:00:00Z');
  let drawn = 0;
  return {
    now: () => new Date(now),
    pass: (seconds) => void (now += seconds * 1000),
    randomBytes: (length) => createHash('sha512').update(`drawn ${++drawn}`).digest().subarray(0, length),
    fetch: answer,
  };
}

/** Writes tenants that rows can belong to, named after their ids. */
export async function insertTenants(store: Store, ids: readonly string[], now = new Date(0)): Promise<void> {
  const at = now.getTime();
  for (const id of ids) {
    const name = id.slice('tnt_'.length);
    const rest = { region: 'na', status: 'active', settings: '{}', created_at: at, updated_at: at } as const;
    await store
      .db()
      .insertInto('tenants')
      .values({ id, name, display_name: name, ...rest })
      .execute();
  }
}

/** A database with two tenants: whatever is done to one must not be seen in the other. */
export interface TestTenants {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly world: TestWorld;
  readonly acme: TenantId;
  readonly globex: TenantId;
  close(): Promise<void>;
}

export async function openTestTenants(world = createTestWorld()): Promise<TestTenants> {
  const database = await openTestDatabase();
  const store = openStore(database.url);
  await insertTenants(store, ['tnt_acme', 'tnt_globex'], world.now());
  return {
    store,
    world,
    acme: 'tnt_acme' as TenantId,
    globex: 'tnt_globex' as TenantId,
    keyring: openKeyring(['a master key of a test, long enough']),
    async close() {
      await store.close();
      await database.drop();
    },
  };
}
