import type { TenantId, UserId } from '#kernel/ids.ts';
import type { InputFault } from '#kernel/problem.ts';
import type { Membership, MembershipSource } from './user.ts';

/** What both stores of memberships have in common. */
interface Named<Of extends { id: string; name: string }> {
  findByIds(tenant: TenantId, ids: readonly string[]): Promise<Of[]>;
  findByNames(tenant: TenantId, names: readonly string[]): Promise<Of[]>;
}
interface Joined<Of extends { id: string }> {
  listMemberships(tenant: TenantId, userId: UserId): Promise<Membership<Of>[]>;
  setMemberships(
    tenant: TenantId,
    userId: UserId,
    source: MembershipSource,
    ids: readonly Of['id'][],
    how: 'replace' | 'add',
  ): Promise<void>;
}

/** Finds what is named by name or id, each once; a fault for each that there is not. */
export async function resolveNamed<Of extends { id: string; name: string }>(
  store: Named<Of>,
  tenant: TenantId,
  { pointer, values, keyOf }: { pointer: string; values: readonly string[]; keyOf(name: string): string },
): Promise<{ found: Of[]; faults: InputFault[] }> {
  const byId = new Map((await store.findByIds(tenant, values)).map((one) => [one.id, one]));
  const byName = new Map((await store.findByNames(tenant, values)).map((one) => [keyOf(one.name), one]));
  const found = new Map<string, Of>();
  const faults: InputFault[] = [];
  for (const [index, value] of values.entries()) {
    const one = byId.get(value) ?? byName.get(keyOf(value));
    if (one) found.set(one.id, one);
    else
      faults.push({
        pointer: `${pointer}/${index}`,
        code: 'unknown',
        detail: 'is neither the name nor the id of one that exists',
      });
  }
  return { found: [...found.values()], faults };
}

/**
 * Makes what a user has by hand exactly this. Memberships given at creation (`default`) count as given by hand: nothing else would ever
 * take them away. What an identity provider gives stays.
 */
export async function setByHand<Of extends { id: string }>(
  store: Joined<Of>,
  [tenant, userId]: [TenantId, UserId],
  wanted: readonly Of[],
): Promise<void> {
  const ids: readonly Of['id'][] = wanted.map(({ id }) => id);
  const held = await store.listMemberships(tenant, userId);
  const byDefault: readonly Of['id'][] = held.filter(({ source }) => source === 'default').map(({ of }) => of.id);
  await store.setMemberships(
    tenant,
    userId,
    'default',
    byDefault.filter((id) => ids.includes(id)),
    'replace',
  );
  await store.setMemberships(
    tenant,
    userId,
    'manual',
    ids.filter((id) => !byDefault.includes(id)),
    'replace',
  );
}
