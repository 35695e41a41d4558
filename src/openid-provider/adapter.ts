import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import { errors, Provider } from 'oidc-provider';
import type { AuditLog } from '#audit/index.ts';
import type { UserId } from '#kernel/ids.ts';
import type { World } from '#kernel/world.ts';
import type { SessionStore } from '#sessions/index.ts';
import type { Tenant } from '#tenants/index.ts';
import type { ApplicationStore } from './application.ts';
import type { Artifact, ArtifactKind, ArtifactStore, KeptArtifact } from './artifacts.ts';
import { clientMetadataOf } from './client-metadata.ts';
import { findApplication } from './find-application.ts';
import { consentIdOf, readGrantId } from './grants.ts';
import { holdOrigin } from './hold-origin.ts';
import { nothing } from './nothing.ts';
import { problems } from './problems.ts';
import { currentScope, type FoundApplication } from './request-scope.ts';
import { routes } from './routes.ts';
import { knownScopes } from './scopes.ts';
import { createSessionAdapter } from './session-adapter.ts';

export interface AdapterNeeds {
  applications: ApplicationStore;
  artifacts: ArtifactStore;
  sessions: SessionStore;
  audit: AuditLog;
  world: World;
}

/**
 * oidc-provider's storage, over our ports. Every call is under the tenant of its request.
 * @see https://github.com/panva/node-oidc-provider/blob/main/example/my_adapter.js
 */
export function createAdapterFactory(needs: AdapterNeeds): AdapterFactory {
  return (model) => {
    if (model === 'Session') return createSessionAdapter(needs);
    if (model === 'Client') return { ...nothing, find: (id) => findClient(needs, id) };
    if (model === 'Grant') return { ...nothing, find: (id) => findGrant(needs, id) };
    return createArtifactAdapter(needs, model as ArtifactKind);
  };
}

async function findClient(needs: AdapterNeeds, id: string): Promise<AdapterPayload | undefined> {
  const found = await findRegistered(needs, id);
  return found && clientMetadataOf(found, currentScope().tenant);
}

/** Read once a request. */
async function findRegistered({ applications }: AdapterNeeds, id: string): Promise<FoundApplication | undefined> {
  const scope = currentScope();
  const found = scope.applications.get(id) ?? (await scope.unit.read(() => findApplication(applications, scope.tenant.id, id)));
  if (found) scope.applications.set(id, found);
  return found;
}

async function findGrant(needs: AdapterNeeds, id: string): Promise<AdapterPayload | undefined> {
  const grant = readGrantId(id);
  if (!grant) return undefined;
  const granted = (scope: string): AdapterPayload => ({
    jti: id,
    kind: 'Grant',
    accountId: grant.userId,
    clientId: grant.applicationId,
    openid: { scope },
  });
  // What the application is registered for was checked when its tokens were asked for; changing that ends them. What was asked for at
  // the very moment of the change is worth nothing either, as long as the application is not of the house.
  if (grant.basis === 'registered')
    return (await findRegistered(needs, grant.applicationId))?.application.firstParty
      ? granted(knownScopes.join(' '))
      : undefined;
  const consentId = consentIdOf(grant.applicationId, grant.userId);
  const { tenant, unit } = currentScope();
  const consent = await unit.read(() => needs.artifacts.find(tenant.id, { kind: 'Consent', id: consentId }));
  return consent ? granted((consent.payload['scopes'] as string[]).join(' ')) : undefined;
}

function createArtifactAdapter(needs: AdapterNeeds, kind: ArtifactKind): Adapter {
  const { artifacts } = needs;
  // Everybody who spends or ends something of a family holds its session first: one order, so that nobody waits in a circle.
  const writeInOrder = async (work: (tenant: Tenant) => Promise<void>): Promise<void> => {
    await holdOrigin(needs);
    const { tenant, unit } = currentScope();
    await unit.write(() => work(tenant));
  };
  return {
    ...nothing,
    async find(id) {
      const scope = currentScope();
      const kept = await scope.unit.read(() => artifacts.find(scope.tenant.id, { kind, id }));
      if (kept?.sessionUid) scope.originUid = kept.sessionUid;
      return kept && putBack(kept, { kind, id, issuer: scope.issuer });
    },
    async upsert(id, payload, expiresIn) {
      const { tenant, unit } = currentScope();
      const artifact = toArtifact(payload, expiresIn, needs.world);
      if (kind !== 'ReplayDetection') return unit.write(() => artifacts.put(tenant.id, { kind, id }, artifact));
      const isFirst = await unit.write(() => artifacts.add(tenant.id, { kind, id }, artifact));
      // Two nodes looked at once and both found nothing; only one may go on.
      if (!isFirst) throw new errors.InvalidClientAuth({ detail: problems.assertion_reused.code });
    },
    consume: (id) => writeInOrder((tenant) => consume(needs, tenant, { kind, id })),
    destroy: (id) => writeInOrder((tenant) => artifacts.remove(tenant.id, { kind, id })),
    revokeByGrantId: (grantId) => writeInOrder((tenant) => endFamily(needs, tenant, grantId)),
  };
}

/** Everything of a model but its id, which is the bearer value; nor what holds it or another one inside. */
function toArtifact(payload: AdapterPayload, expiresIn: number | undefined, world: World): Artifact {
  const { jti, returnTo, session, sessionUid, consumed, ...kept } = payload;
  const { cookie, ...origin } = session ?? {};
  return {
    payload: { ...kept, ...(session ? { session: origin } : {}) },
    grantId: payload.grantId ?? null,
    sessionUid: sessionUid ?? origin.uid ?? null,
    accountId: (payload.accountId ?? origin.accountId ?? null) as UserId | null,
    expiresAt: expiresIn === undefined ? null : new Date(world.now().getTime() + expiresIn * 1000),
  };
}

function putBack(
  { payload, sessionUid, consumedAt }: KeptArtifact,
  { kind, id, issuer }: { kind: ArtifactKind; id: string; issuer: string },
): AdapterPayload {
  return {
    ...payload,
    jti: id,
    // It may have moved to another session since.
    ...(sessionUid ? { sessionUid } : {}),
    ...(kind === 'Interaction' ? { returnTo: `${issuer}${routes.authorization}/${id}` } : {}),
    ...(consumedAt ? { consumed: Math.floor(consumedAt.getTime() / 1000) } : {}),
  };
}

/**
 * Spends a code or a refresh token. Whoever comes second, from whichever node, ends the family that the first one got.
 * @see RFC 6749 §4.1.2; RFC 9700 §4.14.2
 */
async function consume(needs: AdapterNeeds, tenant: Tenant, { kind, id }: { kind: ArtifactKind; id: string }): Promise<void> {
  const outcome = await needs.artifacts.consume(tenant.id, { kind, id }, needs.world.now());
  if (outcome === 'consumed') return;
  const kept = await needs.artifacts.find(tenant.id, { kind, id });
  if (kept?.grantId) await endFamily(needs, tenant, kept.grantId);
  throw new errors.InvalidGrant({ detail: `${kind} is ${outcome}` });
}

/** At the token endpoint a family is ended for one reason only: something of it came back. That is told to the tenant, once. */
async function endFamily({ artifacts, audit }: AdapterNeeds, tenant: Tenant, grantId: string): Promise<void> {
  await artifacts.endOfGrant(tenant.id, grantId);
  const scope = currentScope();
  const oidc = Provider.ctx?.oidc;
  const grant = readGrantId(grantId);
  if (oidc?.route !== 'token' || scope.familyEnded || !grant) return;
  scope.familyEnded = true;
  const problem = oidc.params?.['grant_type'] === 'refresh_token' ? problems.refresh_token_reused : problems.code_reused;
  await audit.append(tenant.id, {
    action: 'grant.ended',
    actor: { kind: 'application', id: grant.applicationId },
    target: `user:${grant.userId}`,
    code: problem.code,
  });
}
