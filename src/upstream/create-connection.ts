import { isObject, mergePatch } from '#directory/index.ts';
import { type ConnectionId, newId, type TenantId } from '#kernel/ids.ts';
import { type InputFault, Problem } from '#kernel/problem.ts';
import type { StoredConnection } from './connection-register.ts';
import { defaultClaims, SLUG, slugOf } from './connections.schema.ts';
import { factsOf } from './facts.ts';
import { listAll } from './find-uses.ts';
import { checkGrants, ensureNamed } from './grants.ts';
import type { OwnKey } from './keys/own-keys.ts';
import type { Change, ConnectionNeeds } from './needs.ts';
import { prepare } from './prepare.ts';
import { presetFaults, sharedDirectoryFaults, withPreset } from './presets/apply-preset.ts';
import { problems } from './problems.ts';
import { registeredOf } from './read-document.ts';
import type { RevisionOrigin } from './revisions/revision.ts';

/** Whoever makes a provider that is on from the first moment says so; nothing can have been verified yet. */
const UNASKED = 'switched on as it was made';

/** Tries for a free slug when it is made from the name. */
const SLUG_TRIES = 50;

/** A connection that can be written: nothing is found wrong with it. */
export interface NewConnection {
  stored: StoredConnection;
  newKeys: OwnKey[];
}

/** Who makes a connection, and out of what. */
export interface Creation extends Change {
  /** Why it goes live unverified when it is on. */
  override?: string;
  origin?: 'created' | 'imported';
  /** Keys of ours that it brings along. */
  keys?: readonly Omit<OwnKey, 'connectionId'>[];
}

/**
 * Connects an identity provider: fills in what the preset, the kind and the provider's own metadata say, makes keys of ours, and the groups and
 * roles that are named and missing.
 *
 * It is a draft unless the document says that it is on: then it goes live unverified, which is told as an override.
 *
 * @throws Problem `upstream.input_invalid`, `upstream.beyond_caller`, `upstream.slug_taken`
 */
export async function createConnection(needs: ConnectionNeeds, change: Creation, body: unknown): Promise<StoredConnection> {
  const made = await prepareNew(needs, change, body);
  await writeNew(needs, change, made);
  return made.stored;
}

/** The first half of making one, outside any transaction: it is judged as a whole. @throws Problem `upstream.input_invalid` */
export async function prepareNew(needs: ConnectionNeeds, change: Creation, body: unknown): Promise<NewConnection> {
  if (!isObject(body)) throw new Problem(problems.input_invalid, { errors: [notAnObject] });
  const { tenant, tenantUrl } = change;
  const kind = body['kind'] === 'saml' ? 'saml' : 'oidc';
  const general = { claims: defaultClaims(kind) };
  // What is imported is whole already; a preset of this release would put back what was left out.
  const isImported = change.origin === 'imported';
  const given = isObject(body['claims']) ? body : mergePatch(general, body);
  const whole = isImported ? given : withIdentifyingClaim(withPreset(general, body));
  const document = whole as Record<string, unknown>;
  const slug = typeof document['slug'] === 'string' ? document['slug'] : await freeSlug(needs, tenant, document['name']);
  const id = newId<ConnectionId>('idp', needs.world);
  const keys = (change.keys ?? []).map((key) => ({ ...key, connectionId: id }));
  const mayMiss = isImported ? registeredOf(needs.registry, document)?.secrets : [];
  const candidate = { id, document, keys, mayMiss, connectionUrl: `${tenantUrl}/sso/${SLUG.test(slug) ? slug : '-'}` };
  const faults = [...(isImported ? [] : presetFaults(document)), ...sharedDirectoryFaults(document)];
  const prepared = await prepare(needs, candidate, [...faults, ...(await defaultFaults(needs, tenant, { id, document }))]);
  const now = needs.world.now();
  const { secrets, newKeys } = prepared;
  const numbers = { revision: 1, trustRevision: 1 };
  const stored = { id, slug, ...numbers, document: { ...prepared.document, slug }, secrets, createdAt: now, updatedAt: now };
  return { stored, newKeys: [...keys, ...newKeys] };
}

/**
 * Where nobody says which claim identifies the account, it is the one that the identifying attribute is filled from: an address that is
 * mapped from `urn:oid:0.9.2342.19200300.100.1.3` does not come as `email`.
 */
function withIdentifyingClaim(document: Record<string, unknown>): Record<string, unknown> {
  const { claims, authentication = {} } = document;
  if (!isObject(claims) || !isObject(authentication) || authentication['claim'] !== undefined) return document;
  const { userAttribute = 'email' } = authentication;
  const mapped = typeof userAttribute === 'string' ? claims[userAttribute] : undefined;
  if (typeof mapped !== 'string' && !isObject(mapped)) return document;
  // A default names nobody.
  const { default: _none, ...claim } = isObject(mapped) ? mapped : {};
  return { ...document, authentication: { ...authentication, claim: isObject(mapped) ? claim : mapped } };
}

/** The second half, in the running transaction or one of its own. @throws Problem `upstream.beyond_caller`, `upstream.slug_taken` */
export function writeNew(needs: ConnectionNeeds, change: Creation, made: NewConnection): Promise<void> {
  const { override = UNASKED, origin = 'created' } = change;
  return needs.transact(() => write(needs, change, { ...made, override, origin }));
}

export const notAnObject: InputFault = { pointer: '', code: 'invalid_type', detail: 'must be an object' };

async function write(
  needs: ConnectionNeeds,
  change: Change,
  {
    stored,
    newKeys,
    override,
    origin,
  }: { stored: StoredConnection; newKeys: OwnKey[]; override: string; origin: RevisionOrigin },
) {
  const { tenant, by } = change;
  const { document, secrets } = stored;
  await needs.connections.hold(tenant);
  await checkDefault(needs, tenant, stored);
  await checkGrants(needs, change, { after: document });
  if ((await needs.connections.insert(tenant, stored)) === 'taken') {
    throw new Problem(problems.slug_taken, { errors: [{ pointer: '/slug', code: 'taken', detail: `${stored.slug} is taken` }] });
  }
  await needs.connections.addKeys(tenant, newKeys);
  const at = stored.createdAt;
  const revision = { number: stored.revision, base: null, origin, source: null, madeAt: at, madeBy: by, verification: null };
  const current = { state: document.enabled ? 'live' : 'draft', activatedAt: at, activatedBy: by } as const;
  const why = document.enabled ? override : null;
  await needs.revisions.add(tenant, stored.id, { document, secrets, ...revision, ...current, override: why });
  await ensureNamed(needs, change, document);
  const target = `connection:${stored.id}`;
  const after = { ...factsOf(stored), ...(why === null ? {} : { verified: false, override: why }) };
  await needs.audit.append(tenant, { action: 'identity-provider.created', actor: by, target, after });
}

async function freeSlug({ connections }: ConnectionNeeds, tenant: TenantId, name: unknown): Promise<string> {
  const wanted = slugOf(typeof name === 'string' ? name : '');
  const taken = new Set((await listAll(connections, tenant)).map(({ slug }) => slug));
  const tries = [wanted, ...Array.from({ length: SLUG_TRIES }, (_, index) => `${wanted}-${index + 2}`)];
  return tries.find((slug) => !taken.has(slug)) ?? wanted;
}

/** A second default provider is refused rather than put in place of the first: whoever set that one should know. */
export async function defaultFaults(
  { connections }: ConnectionNeeds,
  tenant: TenantId,
  { id, document }: { id: ConnectionId; document: Record<string, unknown> },
): Promise<InputFault[]> {
  const wishes = isObject(document['authentication']) && document['authentication']['default'] === true;
  if (!wishes) return [];
  const holder = (await listAll(connections, tenant)).find((other) => other.id !== id && other.document.authentication.default);
  return holder
    ? [{ pointer: '/authentication/default', code: 'default_taken', detail: `${holder.document.name} is the default provider` }]
    : [];
}

/** Once more where nobody else can become the default meanwhile. @throws Problem `upstream.input_invalid` */
export async function checkDefault(
  needs: ConnectionNeeds,
  tenant: TenantId,
  stored: Pick<StoredConnection, 'id' | 'document'>,
): Promise<void> {
  const errors = await defaultFaults(needs, tenant, stored);
  if (errors.length > 0) throw new Problem(problems.input_invalid, { errors });
}
