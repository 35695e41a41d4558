import { differences, isObject, mergePatch } from '#directory/index.ts';
import type { ConnectionId } from '#kernel/ids.ts';
import { type InputFault, isProblem, Problem } from '#kernel/problem.ts';
import type { StoredConnection } from './connection-register.ts';
import { checkDefault, defaultFaults, notAnObject } from './create-connection.ts';
import { factsOf } from './facts.ts';
import { checkGrants, ensureNamed } from './grants.ts';
import type { OwnKey } from './keys/own-keys.ts';
import type { Change, ConnectionNeeds } from './needs.ts';
import { type Prepared, prepare } from './prepare.ts';
import { problems } from './problems.ts';
import { readSettings, registeredOf } from './read-document.ts';
import type { Registered } from './registry.ts';

/** Somebody else may change it between reading and writing; then the change is made anew on what they left. */
const TRIES = 5;

export interface ConnectionChange extends Change {
  id: ConnectionId;
  /** The revision that the caller has read; undefined: whatever there is. */
  revision?: number;
}

/**
 * Changes a connection by JSON merge patch (RFC 7396) over the stored document; a secret that is not named stays. Every change is a
 * revision; sign-ins that began under another one are refused.
 *
 * @throws Problem `upstream.connection_unknown`, `upstream.revision_differs`, `upstream.input_invalid`, `upstream.beyond_caller`,
 *   `upstream.changed_meanwhile`
 */
export async function changeConnection(
  needs: ConnectionNeeds,
  change: ConnectionChange,
  patch: unknown,
): Promise<StoredConnection> {
  if (!isObject(patch)) throw new Problem(problems.input_invalid, { errors: [notAnObject] });
  for (let tried = 0; tried < TRIES; tried++) {
    const before = await getConnection(needs, change);
    if (change.revision !== undefined && change.revision !== before.revision) throw new Problem(problems.revision_differs);
    const keys = await needs.connections.listKeys(change.tenant, change.id);
    const prepared = await prepareChange(needs, change, { before, keys, patch });
    const written = await needs.transact(() => write(needs, change, { before, prepared }));
    if (written) return written;
  }
  throw new Problem(problems.changed_meanwhile);
}

/** @throws Problem `upstream.connection_unknown` */
export async function getConnection(
  { connections }: Pick<ConnectionNeeds, 'connections'>,
  { tenant, id }: Pick<ConnectionChange, 'tenant' | 'id'>,
): Promise<StoredConnection> {
  const stored = await connections.read(tenant, id);
  if (!stored) throw new Problem(problems.connection_unknown);
  return stored;
}

interface Patching {
  before: StoredConnection;
  keys: readonly OwnKey[];
  patch: Record<string, unknown>;
}

async function prepareChange(
  needs: ConnectionNeeds,
  { tenant, tenantUrl, id }: ConnectionChange,
  patching: Patching,
): Promise<Prepared> {
  const { before, keys, patch } = patching;
  const entry = registeredOf(needs.registry, before.document);
  if (!entry) throw new Error(`connection ${id} is of a kind that this release does not know`);
  const document = patched(entry, patching);
  const connectionUrl = `${tenantUrl}/sso/${before.slug}`;
  const faults = [...fixedFaults(before, document), ...(await defaultFaults(needs, tenant, { id, document }))];
  const prepared = await prepare(needs, { id, document, keys, connectionUrl }, faults);
  const told = secretFaults(
    entry,
    { before: settingsBefore(entry, patching, connectionUrl), after: prepared.settings },
    { before, patch },
  );
  if (told.length > 0) throw new Problem(problems.input_invalid, { errors: told });
  return prepared;
}

/** The document that results, secrets in place; what a changed field makes stale is dropped, to be given or fetched anew. */
function patched({ member, staleWith }: Registered, { before: { document, secrets }, patch }: Patching): Record<string, unknown> {
  const stored: Record<string, unknown> = { ...document[member] };
  const changes = isObject(patch[member]) ? patch[member] : {};
  const stale = Object.entries(staleWith).flatMap(([trigger, fields]) =>
    Object.hasOwn(changes, trigger) && changes[trigger] !== stored[trigger] ? fields : [],
  );
  const kept = Object.fromEntries(Object.entries(stored).filter(([name]) => !stale.includes(name)));
  return mergePatch({ ...document, [member]: { ...kept, ...secrets } }, patch) as Record<string, unknown>;
}

/** Redirect URIs and entity ids hold the slug: the provider's side would not know the new one. */
function fixedFaults({ document, slug }: StoredConnection, candidate: Record<string, unknown>): InputFault[] {
  const fixed: [string, unknown][] = [
    ['kind', document.kind],
    ['slug', slug],
  ];
  return fixed
    .filter(([name, value]) => candidate[name] !== value)
    .map(([name, value]) => ({ pointer: `/${name}`, code: 'read_only', detail: `stays ${value}` }));
}

function settingsBefore(entry: Registered, { before, keys }: Patching, connectionUrl: string): unknown {
  try {
    return readSettings(entry, { ...before.document[entry.member], ...before.secrets }, { connectionUrl, keys });
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}

/** Who cannot read a secret must not have it sent to a host of their own choice either. */
function secretFaults(
  entry: Registered,
  settings: { before: unknown; after: unknown },
  { before: { secrets }, patch }: Pick<Patching, 'before' | 'patch'>,
): InputFault[] {
  const target = settings.before === undefined ? undefined : entry.secretsGoTo(settings.before);
  if (target === entry.secretsGoTo(settings.after)) return [];
  const changes = isObject(patch[entry.member]) ? (patch[entry.member] as object) : {};
  return Object.keys(secrets)
    .filter((name) => !Object.hasOwn(changes, name))
    .map((name) => ({
      pointer: `/${entry.member}/${name}`,
      code: 'required_anew',
      detail: 'is needed again, because it would be sent to another host than before',
    }));
}

/** Undefined when somebody else was faster. */
async function write(
  needs: ConnectionNeeds,
  change: ConnectionChange,
  { before, prepared }: { before: StoredConnection; prepared: Prepared },
): Promise<StoredConnection | undefined> {
  const { tenant, id, by } = change;
  await needs.connections.hold(tenant);
  const { document, secrets, newKeys } = prepared;
  const revision = before.revision + 1;
  const after = { ...before, document, secrets, revision, trustRevision: revision, updatedAt: needs.world.now() };
  const facts = differences(factsOf(before), factsOf(after));
  const sameSecrets = JSON.stringify(before.secrets) === JSON.stringify(secrets);
  if (Object.keys(facts.after).length === 0 && sameSecrets && newKeys.length === 0) return before;
  await checkDefault(needs, tenant, after);
  await checkGrants(needs, change, { before: before.document, after: document });
  if (!(await needs.connections.replace(tenant, after, before.revision))) return undefined;
  await needs.connections.addKeys(tenant, newKeys);
  await ensureNamed(needs, change, document);
  if (letsIn(before) && !letsIn(after)) await needs.endSessionsOfConnection(tenant, id);
  const told = sameSecrets ? facts : { before: facts.before, after: { ...facts.after, secretsChanged: true } };
  await needs.audit.append(tenant, { action: 'identity-provider.changed', actor: by, target: `connection:${id}`, ...told });
  return after;
}

const letsIn = ({ document: { enabled, authentication } }: StoredConnection): boolean => enabled && authentication.enabled;
