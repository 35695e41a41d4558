import type { Actor } from '#audit/index.ts';
import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import { getConnection } from '../change-connection.ts';
import type { ConnectionNeeds } from '../needs.ts';
import { registeredOf } from '../read-document.ts';
import type { KeyRegister } from './key-register.ts';
import { newKey } from './new-key.ts';
import { activeKey, factsOfKey, type KeyUse, type OwnKey } from './own-keys.ts';
import { problems } from './problems.ts';

export interface RollNeeds extends Pick<ConnectionNeeds, 'registry' | 'world' | 'makeRsaKey' | 'audit' | 'transact'> {
  connections: ConnectionNeeds['connections'] & KeyRegister;
}

/** Who changes the keys of which connection. */
export interface KeyChange {
  tenant: TenantId;
  id: ConnectionId;
  by: Actor;
}

/** Room for a rollover a year that nobody cleans up after; OIDC settings take ten. */
const MOST_OF_A_USE = 6;

/**
 * Makes a next key: published and decrypting at once, signing only when it is activated. Where none of that use is there, it is active.
 *
 * @throws Problem `upstream.connection_unknown`, `own_keys.input_invalid`, `own_keys.next_waiting`, `own_keys.too_many`
 */
export async function makeNextKey(needs: RollNeeds, change: KeyChange, use: KeyUse): Promise<OwnKey> {
  checkUse(needs, await getConnection(needs, change), use);
  const made = await newKey(needs, change.id, use);
  return needs.transact(async () => {
    await needs.connections.hold(change.tenant);
    await getConnection(needs, change);
    const keys = (await needs.connections.listKeys(change.tenant, change.id)).filter((key) => key.use === use);
    if (keys.some(({ state }) => state === 'next')) throw new Problem(problems.next_waiting);
    if (keys.length >= MOST_OF_A_USE) throw new Problem(problems.too_many);
    const key: OwnKey = activeKey(keys, use) ? { ...made, state: 'next', activatedAt: null } : made;
    if ((await needs.connections.addKey(change.tenant, key)) === 'taken') throw new Problem(problems.next_waiting);
    await tell(needs, change, { action: 'key-made', after: key });
    return key;
  });
}

function checkUse({ registry }: RollNeeds, { document }: Awaited<ReturnType<typeof getConnection>>, use: KeyUse): void {
  // Groups that do not fit into an answer are read with a client assertion, whatever the protocol.
  if (use === 'client-assertion' || registeredOf(registry, document)?.member === 'saml') return;
  const detail = `an identity provider of kind ${document.kind} has no such key`;
  throw new Problem(problems.input_invalid, { errors: [{ pointer: '/use', code: 'not_of_this_kind', detail }] });
}

/**
 * Makes a key the one that signs, now or at a planned moment; the one that did is retired, stays published and goes on decrypting. A
 * retired key may be activated again: the way back when the provider was not told in time.
 *
 * @param at undefined: now; null: takes a plan back
 * @throws Problem `upstream.connection_unknown`, `own_keys.key_unknown`, `own_keys.key_expired`, `own_keys.input_invalid`
 */
export function activateKey(
  needs: RollNeeds,
  change: KeyChange,
  { key: id, at }: { key: string; at?: Date | null },
): Promise<OwnKey> {
  return inTransaction(needs, change, async () => {
    const key = await getKey(needs, change, id);
    const now = needs.world.now();
    if (at === null || (at !== undefined && at > now)) return plan(needs, change, { key, at });
    if (key.state === 'active') return key;
    if (key.expiresAt <= now) throw new Problem(problems.key_expired);
    await needs.connections.activateKey(change.tenant, { connection: change.id, key: id, use: key.use }, now);
    return toldAnew(needs, change, { action: 'key-activated', before: key });
  });
}

async function plan(needs: RollNeeds, change: KeyChange, { key, at }: { key: OwnKey; at: Date | null }): Promise<OwnKey> {
  if (key.state === 'active') throw new Problem(problems.key_active);
  if (at && at >= key.expiresAt) {
    const detail = `must be before the certificate expires, ${key.expiresAt.toISOString()}`;
    throw new Problem(problems.input_invalid, { errors: [{ pointer: '/at', code: 'too_late', detail }] });
  }
  await needs.connections.planKey(change.tenant, { connection: change.id, key: key.id }, at);
  return toldAnew(needs, change, { action: 'key-planned', before: key });
}

/**
 * Takes a key out of the row of those that may sign. It stays published and goes on decrypting until it is removed.
 *
 * @throws Problem `upstream.connection_unknown`, `own_keys.key_unknown`, `own_keys.key_active`
 */
export function retireKey(needs: RollNeeds, change: KeyChange, id: string): Promise<OwnKey> {
  return inTransaction(needs, change, async () => {
    const key = await getKey(needs, change, id);
    if (key.state === 'active') throw new Problem(problems.key_active);
    if (key.state === 'retired') return key;
    await needs.connections.retireKey(change.tenant, { connection: change.id, key: id }, needs.world.now());
    return toldAnew(needs, change, { action: 'key-retired', before: key });
  });
}

/**
 * Removes a key for good: what was encrypted for it can no longer be read. Never the active one.
 *
 * @throws Problem `upstream.connection_unknown`, `own_keys.key_unknown`, `own_keys.key_active`
 */
export function removeKey(needs: RollNeeds, change: KeyChange, id: string): Promise<void> {
  return inTransaction(needs, change, async () => {
    const key = await getKey(needs, change, id);
    if (key.state === 'active') throw new Problem(problems.key_active);
    await needs.connections.removeKey(change.tenant, { connection: change.id, key: id });
    await tell(needs, change, { action: 'key-removed', before: key });
  });
}

function inTransaction<Result>(needs: RollNeeds, change: KeyChange, work: () => Promise<Result>): Promise<Result> {
  return needs.transact(async () => {
    await needs.connections.hold(change.tenant);
    await getConnection(needs, change);
    return work();
  });
}

async function getKey({ connections }: RollNeeds, { tenant, id }: KeyChange, wanted: string): Promise<OwnKey> {
  const key = (await connections.listKeys(tenant, id)).find((one) => one.id === wanted);
  if (!key) throw new Problem(problems.key_unknown);
  return key;
}

interface Told {
  action: 'key-made' | 'key-activated' | 'key-planned' | 'key-retired' | 'key-removed';
  before?: OwnKey;
  after?: OwnKey;
}

async function toldAnew(needs: RollNeeds, change: KeyChange, told: Told & { before: OwnKey }): Promise<OwnKey> {
  const after = await getKey(needs, change, told.before.id);
  await tell(needs, change, { ...told, after });
  return after;
}

function tell({ audit }: RollNeeds, { tenant, id, by }: KeyChange, { action, before, after }: Told): Promise<void> {
  return audit.append(tenant, {
    action: `identity-provider.${action}`,
    actor: by,
    target: `connection:${id}`,
    ...(before ? { before: factsOfKey(before) } : {}),
    ...(after ? { after: factsOfKey(after) } : {}),
  });
}
