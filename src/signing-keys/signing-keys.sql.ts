import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { TenantId } from '#kernel/ids.ts';
import type { World } from '#kernel/world.ts';
import type { Keyring } from '#sql/keyring.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import { makeKey } from './make-key.job.ts';
import {
  decideRotation,
  type KeyState,
  type PublishedKey,
  type RotationStep,
  type SigningAlgorithm,
  type SigningKey,
  type SigningKeys,
} from './signing-key.ts';

export interface SigningKeyNeeds {
  store: Store;
  keyring: Keyring;
  world: World;
}

type Row = Tables['signing_keys'];

const placeOf = (tenant: string, kid: string): string => `signing_keys.private_jwk/${tenant}/${kid}`;

export function createSigningKeys(needs: SigningKeyNeeds): SigningKeys {
  // One search for primes a tenant and node, however many requests arrive before the first key is there.
  const making = new Map<string, Promise<SigningKey>>();
  return {
    async getActive(tenant, algorithm) {
      const found = await findActive(needs, tenant, algorithm);
      if (found) return found;
      const slot = `${tenant} ${algorithm}`;
      const made = making.get(slot) ?? makeFirst(needs, tenant, algorithm).finally(() => making.delete(slot));
      making.set(slot, made);
      return made;
    },
    list: (tenant) => list(needs, tenant),
    async listPublic(tenant) {
      return { keys: (await list(needs, tenant)).map(({ publicJwk }) => publicJwk) };
    },
    rotate: (tenant, algorithm, when = 'due') => rotate(needs, { tenant, algorithm }, when),
  };
}

async function findActive(
  { store, keyring }: SigningKeyNeeds,
  tenant: TenantId,
  algorithm: SigningAlgorithm,
): Promise<SigningKey | undefined> {
  const row = await store
    .db()
    .selectFrom('signing_keys')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('algorithm', '=', algorithm)
    .where('state', '=', 'active')
    .executeTakeFirst();
  if (!row) return undefined;
  return { ...toPublished(row), privateKey: unseal(keyring, row) };
}

async function makeFirst(needs: SigningKeyNeeds, tenant: TenantId, algorithm: SigningAlgorithm): Promise<SigningKey> {
  const inserted = await insert(needs, { tenant, algorithm }, 'active');
  // Another node was first: its key is the tenant's key, ours is forgotten.
  const active = inserted ?? (await findActive(needs, tenant, algorithm));
  if (!active) throw new Error(`the active ${algorithm} key of ${tenant} was there and is gone`);
  return active;
}

/** @returns undefined when a key in that state is there already, by the unique index `signing_keys_one_active` */
async function insert(
  { store, keyring, world }: SigningKeyNeeds,
  { tenant, algorithm }: { tenant: TenantId; algorithm: SigningAlgorithm },
  state: KeyState,
): Promise<SigningKey | undefined> {
  const { privateKey, publicJwk } = await makeKey(algorithm);
  const now = world.now().getTime();
  const row: Row = {
    tenant_id: tenant,
    id: publicJwk.kid,
    algorithm,
    public_jwk: JSON.stringify(publicJwk),
    sealed_private_jwk: keyring.seal(placeOf(tenant, publicJwk.kid), JSON.stringify(privateKey.export({ format: 'jwk' }))),
    state,
    created_at: now,
    activated_at: state === 'active' ? now : null,
    retired_at: null,
  };
  const { numInsertedOrUpdatedRows } = await store
    .db()
    .insertInto('signing_keys')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n ? { ...toPublished(row), privateKey } : undefined;
}

async function list({ store }: SigningKeyNeeds, tenant: TenantId): Promise<PublishedKey[]> {
  const rows = await store
    .db()
    .selectFrom('signing_keys')
    .select(publishedColumns)
    .where('tenant_id', '=', tenant)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map(toPublished);
}

async function rotate(
  needs: SigningKeyNeeds,
  { tenant, algorithm }: { tenant: TenantId; algorithm: SigningAlgorithm },
  when: 'due' | 'forced',
): Promise<RotationStep> {
  const { store, world } = needs;
  const now = world.now();
  const keys = (await list(needs, tenant)).filter((key) => key.algorithm === algorithm);
  const step = decideRotation(keys, now, when);
  if (step.kind === 'make-next') await insert(needs, { tenant, algorithm }, 'next');
  if (step.kind === 'activate') await store.transact(() => activate(needs, { tenant, algorithm }, step.kid));
  if (step.kind === 'remove') {
    await store
      .db()
      .deleteFrom('signing_keys')
      .where('tenant_id', '=', tenant)
      .where('id', 'in', [...step.kids])
      .where('state', '=', 'retired')
      .execute();
  }
  return step;
}

/** Of two nodes that do this at once, the second finds no `next` key any more and leaves everything as it is. */
async function activate(
  { store, world }: SigningKeyNeeds,
  { tenant, algorithm }: { tenant: TenantId; algorithm: SigningAlgorithm },
  kid: string,
): Promise<void> {
  const now = world.now().getTime();
  const query = store
    .db()
    .selectFrom('signing_keys')
    .select('id')
    .where('tenant_id', '=', tenant)
    .where('id', '=', kid)
    .where('state', '=', 'next');
  const next = await (store.capabilities.rowLocks ? query.forUpdate() : query).executeTakeFirst();
  if (!next) return;
  await store
    .db()
    .updateTable('signing_keys')
    .set({ state: 'retired', retired_at: now })
    .where('tenant_id', '=', tenant)
    .where('algorithm', '=', algorithm)
    .where('state', '=', 'active')
    .execute();
  await store
    .db()
    .updateTable('signing_keys')
    .set({ state: 'active', activated_at: now })
    .where('tenant_id', '=', tenant)
    .where('id', '=', kid)
    .execute();
}

const publishedColumns = ['id', 'algorithm', 'state', 'public_jwk', 'created_at', 'activated_at', 'retired_at'] as const;

function toPublished(row: Pick<Row, (typeof publishedColumns)[number]>): PublishedKey {
  return {
    kid: row.id,
    algorithm: row.algorithm as SigningAlgorithm,
    state: row.state,
    publicJwk: JSON.parse(row.public_jwk),
    createdAt: new Date(row.created_at),
    activatedAt: row.activated_at === null ? null : new Date(row.activated_at),
    retiredAt: row.retired_at === null ? null : new Date(row.retired_at),
  };
}

function unseal(keyring: Keyring, row: Row): KeyObject {
  return createPrivateKey({
    key: JSON.parse(keyring.unseal(placeOf(row.tenant_id, row.id), row.sealed_private_jwk)),
    format: 'jwk',
  });
}
