import type { AuditLog } from '#audit/index.ts';
import type { ApplicationId } from '#kernel/ids.ts';
import { createTrace } from '#kernel/trace.ts';
import { newSecret, type Transact, type World } from '#kernel/world.ts';
import type { Session, SessionId, SessionStore } from '#sessions/index.ts';
import type { Tenant } from '#tenants/index.ts';
import type { Connection, ConnectionDirectory, ConnectionKind, LogsOut, Send, UpstreamSession } from '#upstream/index.ts';
import { browserSecretOf, hashBrowser } from '../start.ts';
import type { DepartureStore } from './departures.ts';
import { type GiveBackNeeds, giveBackTokens } from './give-back-tokens.ts';
import type { RevocationStore } from './revocations.ts';

export interface SignOutNeeds extends GiveBackNeeds {
  revocations: Pick<RevocationStore, 'take' | 'hold'>;
  sessions: Pick<SessionStore, 'findUpstream' | 'end' | 'hasAnyOfUserAt'>;
  connections: Pick<ConnectionDirectory, 'find'>;
  departures: Pick<DepartureStore, 'save'>;
  audit: AuditLog;
  transact: Transact;
  world: World;
  /** Empty for a protocol that cannot. */
  logoutOf(kind: ConnectionKind): Partial<LogsOut<unknown>>;
  /** The way to the provider failed; the person is signed out here all the same. */
  onLogoutFault(error: unknown): void;
}

/** Somebody who leaves, by our own page or because an application asked and they agreed. */
export interface Leaving {
  tenant: Tenant;
  session: { id: SessionId; session: Session };
  /** The browser's own secret, from its cookie. */
  browser: string | undefined;
  /** Where the application wants the person then, as it has registered it; null for our own page. */
  target: string | null;
  /** Who asked. */
  applicationId: ApplicationId | undefined;
}

/** The browser goes on to the provider, to sign out there. */
export interface Going {
  send: Send;
  /** The secret that the browser must hold from now on. */
  browser: string;
  /** The provider's name, for people. */
  provider: string;
}

/** A provider has so long to send the browser back. Nothing waits for it. */
export const DEPARTURE_SECONDS = 10 * 60;

/**
 * Signs a person out. Our session ends first, with all that rests on it, and is gone for good before anybody else is asked: a provider that
 * fails, or never sends the browser back, has kept nothing alive.
 *
 * @returns the way to the provider; undefined where there is none
 * @see OpenID Connect RP-Initiated Logout 1.0 §2; SAML Profiles §4.4.3.1
 */
export async function signOut(needs: SignOutNeeds, leaving: Leaving): Promise<Going | undefined> {
  const { tenant, session } = leaving;
  const kept = await readKept(needs, leaving);
  await needs.transact(() => end(needs, leaving));
  const { connectionId } = session.session;
  if (kept === null || connectionId === null) return undefined;
  try {
    const connection = await needs.connections.find(tenant.id, connectionId);
    return connection && (await depart(needs, leaving, { connection, session: kept }));
  } catch (error) {
    needs.onLogoutFault(error);
    return undefined;
  }
}

/** Before the session is gone; what cannot be read keeps nobody signed in. */
async function readKept(needs: SignOutNeeds, { tenant, session }: Leaving): Promise<UpstreamSession | null> {
  try {
    return (await needs.sessions.findUpstream(tenant.id, session.session.uid)) as UpstreamSession | null;
  } catch (error) {
    needs.onLogoutFault(error);
    return null;
  }
}

async function end(needs: SignOutNeeds, { tenant, session: { id, session }, applicationId }: Leaving): Promise<void> {
  const { uid, userId, connectionId } = session;
  if (connectionId !== null) await needs.revocations.hold(tenant.id, { connectionId, userIds: [userId] });
  await needs.sessions.end(tenant.id, id);
  if (connectionId !== null && !(await needs.sessions.hasAnyOfUserAt(tenant.id, userId, connectionId)))
    await giveBackTokens(needs, tenant.id, { connectionId, userId });
  await needs.audit.append(tenant.id, {
    action: 'session.ended',
    actor: { kind: 'user', id: userId },
    target: `session:${uid}`,
    ...(applicationId === undefined ? {} : { after: { asked: applicationId } }),
  });
}

async function depart(
  needs: SignOutNeeds,
  { tenant, browser: known, target }: Leaving,
  { connection, session }: { connection: Connection; session: UpstreamSession },
): Promise<Going | undefined> {
  const { world } = needs;
  const handle = newSecret(world);
  const trace = createTrace(world);
  const begun = needs.logoutOf(connection.kind).beginLogout?.(connection.settings, { handle, session }, { ...world, trace });
  if (!begun) return undefined;
  const browser = browserSecretOf(known, world);
  await needs.departures.save(tenant.id, handle, {
    connectionId: connection.id,
    browserHash: hashBrowser(browser),
    expiresAt: new Date(world.now().getTime() + DEPARTURE_SECONDS * 1000),
    kept: { target, remember: begun.remember },
  });
  return { send: begun.send, browser, provider: connection.name };
}
