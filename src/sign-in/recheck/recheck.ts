import type { AuditLog } from '#audit/index.ts';
import type { LinkKey, UserDirectory } from '#directory/index.ts';
import type { ConnectionId } from '#kernel/ids.ts';
import { createTrace, type Trace } from '#kernel/trace.ts';
import type { Transact, World } from '#kernel/world.ts';
import type { Session, SessionStore } from '#sessions/index.ts';
import type { Tenant } from '#tenants/index.ts';
import type { Connection, ConnectionDirectory, Recheck, SignInWorld } from '#upstream/index.ts';
import { type GiveBackNeeds, giveBackLate } from '../logout/give-back-tokens.ts';
import type { RevocationStore } from '../logout/revocations.ts';
import { newReference } from '../reference.ts';
import type { SignInLog } from '../sign-ins.ts';
import { problems } from './problems.ts';
import type { RecheckStore } from './rechecks.ts';

export interface RecheckNeeds {
  connections: Pick<ConnectionDirectory, 'find'>;
  users: Pick<UserDirectory, 'find' | 'findRefreshToken' | 'replaceRefreshToken'>;
  sessions: Pick<SessionStore, 'findUpstream' | 'endOfUserAt'>;
  rechecks: RecheckStore;
  revocations: Pick<RevocationStore, 'add'>;
  revokerOf: GiveBackNeeds['revokerOf'];
  signIns: Pick<SignInLog, 'write'>;
  audit: Pick<AuditLog, 'append'>;
  transact: Transact;
  world: World;
  /** Undefined for a protocol that cannot. */
  askProvider(connection: Connection, refreshToken: string, world: SignInWorld): Promise<Recheck | undefined>;
}

const MINUTE = 60_000;
/** After no answer it is tried sooner than usual. */
const RETRY_MINUTES = 5;

export type Rechecked = 'not due' | 'cannot' | 'alive' | 'unknown' | 'gone';

/**
 * Asks the provider whether somebody whose application has just used a refresh token is still there, at most once in `recheckMinutes`.
 * Whoever is gone loses the sessions that came from this provider and the tokens that rest on them. A provider that gives no answer
 * takes nothing from anybody.
 */
export async function recheckPerson(needs: RecheckNeeds, tenant: Tenant, session: Session): Promise<Rechecked> {
  const { userId, connectionId } = session;
  const { recheckMinutes } = tenant.settings;
  if (connectionId === null || recheckMinutes === 0) return 'cannot';
  const now = needs.world.now();
  const before = new Date(now.getTime() - recheckMinutes * MINUTE);
  if (session.authenticatedAt > before) return 'not due';
  const link = await findLink(needs, tenant, { uid: session.uid, connectionId });
  const refreshToken = link && (await needs.users.findRefreshToken(tenant.id, link));
  const connection = await needs.connections.find(tenant.id, connectionId);
  if (!link || !refreshToken || !connection) return 'cannot';
  const key = { userId, connectionId };
  if (!(await needs.rechecks.claim(tenant.id, key, { now, before }))) return 'not due';
  const trace = createTrace(needs.world);
  const answer = await needs.askProvider(connection, refreshToken, { ...needs.world, trace });
  switch (answer?.kind) {
    case undefined:
      return 'cannot';
    case 'alive':
      // Before anything else: where tokens rotate, the one that was used is worth nothing any more.
      if (answer.refreshToken !== undefined)
        await keep(needs, tenant, { connection, link, was: refreshToken, becomes: answer.refreshToken });
      return 'alive';
    case 'unknown': {
      const wait = Math.min(RETRY_MINUTES, recheckMinutes) * MINUTE;
      await needs.rechecks.setChecked(tenant.id, key, new Date(now.getTime() + wait - recheckMinutes * MINUTE));
      return 'unknown';
    }
    case 'gone':
      return end(needs, { tenant, session, connection, link, refreshToken, trace }, answer.code);
  }
}

/** The account at the provider that this very session came from. */
async function findLink(
  { sessions }: RecheckNeeds,
  tenant: Tenant,
  { uid, connectionId }: { uid: string; connectionId: ConnectionId },
): Promise<LinkKey | undefined> {
  const upstream = await sessions.findUpstream(tenant.id, uid);
  const { issuer, subject } = upstream ?? {};
  return typeof issuer === 'string' && typeof subject === 'string' ? { connectionId, issuer, subject } : undefined;
}

interface Rotated {
  /** As it was asked. */
  connection: Connection;
  link: LinkKey;
  was: string;
  becomes: string;
}

async function keep(needs: RecheckNeeds, tenant: Tenant, { connection, link, was, becomes }: Rotated): Promise<void> {
  const { users, transact } = needs;
  await transact(async () => {
    if (await users.replaceRefreshToken(tenant.id, link, { was, becomes })) return;
    // A sign-in has brought another one meanwhile: that one stays, and might end with this one if it were given back (RFC 7009 §2.1).
    if ((await users.findRefreshToken(tenant.id, link)) !== undefined) return;
    // Whoever it is for has left meanwhile: nobody would ever give it back.
    await giveBackLate(needs, tenant.id, { connection, link, token: becomes });
  });
}

interface Gone {
  tenant: Tenant;
  session: Session;
  connection: Connection;
  link: LinkKey;
  refreshToken: string;
  trace: Trace;
}

/** @param told what the provider said, by its own number where it has one */
async function end(needs: RecheckNeeds, gone: Gone, told: string): Promise<Rechecked> {
  const { tenant, session, connection, link, refreshToken, trace } = gone;
  const reference = newReference(needs.world);
  const user = await needs.users.find(tenant.id, session.userId);
  const ended = await needs.transact(async () => {
    // Whoever signed in meanwhile has a newer token, and was vouched for just now.
    if (!(await needs.users.replaceRefreshToken(tenant.id, link, { was: refreshToken, becomes: null }))) return false;
    await needs.sessions.endOfUserAt(tenant.id, session.userId, connection.id);
    await needs.signIns.write(tenant.id, {
      reference,
      startedAt: needs.world.now(),
      endedAt: needs.world.now(),
      outcome: 'refused',
      purpose: 'sign-in',
      connectionId: connection.id,
      userId: session.userId,
      applicationId: null,
      person: user?.email ?? link.subject.slice(0, 200),
      code: problems.person_gone.code,
      lines: trace.lines,
      suppressed: 0,
    });
    await needs.audit.append(tenant.id, {
      action: 'session.ended-by-recheck',
      actor: { kind: 'system' },
      target: `user:${session.userId}`,
      reference,
      code: problems.person_gone.code,
      after: { connection: connection.slug, told },
    });
    return true;
  });
  return ended ? 'gone' : 'not due';
}
