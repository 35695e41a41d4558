import type { TenantId } from '#kernel/ids.ts';
import type { World } from '#kernel/world.ts';
import type { PublishedKey, SigningAlgorithm, SigningKey, SigningKeys } from '#signing-keys/index.ts';

/** A tenant's keys as its Provider needs them. */
export interface TenantKeys {
  /** Signs. */
  readonly active: SigningKey;
  /** The others, which only verify: those that have signed, will sign, or are of another algorithm. */
  readonly others: readonly PublishedKey[];
}

export interface TenantKeyNeeds {
  signingKeys: SigningKeys;
  world: World;
}

/** Some 2 kB each: 20 MB hold the keys of all tenants of a large installation. */
export const TENANTS_KEPT = 10_000;

/**
 * For so long a node may not know of another node's rotation. Harmless: a key is published for days before it signs and for weeks after,
 * and the JWK set is read from the store each time.
 */
const TRUSTED_MILLISECONDS = 60_000;

interface Kept {
  readonly version: string;
  readonly seenAt: number;
  readonly keys: TenantKeys;
}

/** Keeps the keys of tenants that sign often: reading and unsealing one costs as much as a signature. */
export function createTenantKeys(needs: TenantKeyNeeds): (tenant: TenantId, algorithm: SigningAlgorithm) => Promise<TenantKeys> {
  const kept = new Map<string, Kept>();
  return async (tenant, algorithm) => {
    const slot = `${tenant} ${algorithm}`;
    const known = kept.get(slot);
    const now = needs.world.now().getTime();
    if (known && now - known.seenAt < TRUSTED_MILLISECONDS) return known.keys;
    const fresh = await read(needs, { tenant, algorithm, now }, known);
    // At the end: the one that was looked at longest ago is the first to go.
    kept.delete(slot);
    kept.set(slot, fresh);
    const [oldest] = kept.keys();
    if (kept.size > TENANTS_KEPT && oldest !== undefined) kept.delete(oldest);
    return fresh.keys;
  };
}

async function read(
  { signingKeys }: TenantKeyNeeds,
  { tenant, algorithm, now }: { tenant: TenantId; algorithm: SigningAlgorithm; now: number },
  known: Kept | undefined,
): Promise<Kept> {
  const published = await signingKeys.list(tenant);
  const version = published.map(({ kid, state }) => `${kid} ${state}`).join();
  if (known?.version === version) return { ...known, seenAt: now };
  const active = await signingKeys.getActive(tenant, algorithm);
  return { version, seenAt: now, keys: { active, others: published.filter(({ kid }) => kid !== active.kid) } };
}
