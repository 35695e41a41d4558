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
import { problems } from './problems.ts';

/** Tries for a free slug when it is made from the name. */
const SLUG_TRIES = 50;

/**
 * Connects an identity provider: fills in what the kind and the provider's own metadata say, makes keys of ours, and the groups and
 * roles that are named and missing.
 *
 * @throws Problem `upstream.input_invalid`, `upstream.beyond_caller`, `upstream.slug_taken`
 */
export async function createConnection(needs: ConnectionNeeds, change: Change, body: unknown): Promise<StoredConnection> {
  if (!isObject(body)) throw new Problem(problems.input_invalid, { errors: [notAnObject] });
  const { tenant, tenantUrl } = change;
  const kind = body['kind'] === 'saml' ? 'saml' : 'oidc';
  const document = mergePatch({ claims: defaultClaims(kind) }, body) as Record<string, unknown>;
  const slug = typeof document['slug'] === 'string' ? document['slug'] : await freeSlug(needs, tenant, document['name']);
  const id = newId<ConnectionId>('idp', needs.world);
  const candidate = { id, document, keys: [], connectionUrl: `${tenantUrl}/sso/${SLUG.test(slug) ? slug : '-'}` };
  const prepared = await prepare(needs, candidate, await defaultFaults(needs, tenant, { id, document }));
  const now = needs.world.now();
  const { secrets, newKeys } = prepared;
  const numbers = { revision: 1, trustRevision: 1 };
  const stored = { id, slug, ...numbers, document: { ...prepared.document, slug }, secrets, createdAt: now, updatedAt: now };
  await needs.transact(() => write(needs, change, { stored, newKeys }));
  return stored;
}

export const notAnObject: InputFault = { pointer: '', code: 'invalid_type', detail: 'must be an object' };

async function write(
  needs: ConnectionNeeds,
  change: Change,
  { stored, newKeys }: { stored: StoredConnection; newKeys: OwnKey[] },
) {
  const { tenant, by } = change;
  await needs.connections.hold(tenant);
  await checkDefault(needs, tenant, stored);
  await checkGrants(needs, change, { after: stored.document });
  if ((await needs.connections.insert(tenant, stored)) === 'taken') {
    throw new Problem(problems.slug_taken, { errors: [{ pointer: '/slug', code: 'taken', detail: `${stored.slug} is taken` }] });
  }
  await needs.connections.addKeys(tenant, newKeys);
  await ensureNamed(needs, change, stored.document);
  const target = `connection:${stored.id}`;
  await needs.audit.append(tenant, { action: 'identity-provider.created', actor: by, target, after: factsOf(stored) });
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
export async function checkDefault(needs: ConnectionNeeds, tenant: TenantId, stored: StoredConnection): Promise<void> {
  const errors = await defaultFaults(needs, tenant, stored);
  if (errors.length > 0) throw new Problem(problems.input_invalid, { errors });
}
