import type { User } from '#directory/index.ts';
import type { SessionId } from '#sessions/index.ts';
import type { Progress, SignedIn } from '../progress.ts';
import type { BreakGlassEvent, PasswordNeeds } from './needs.ts';

/** @see RFC 8176 §2 */
export const AMR = ['pwd'];

export interface EnteringByPassword {
  user: User;
  event: BreakGlassEvent['kind'];
  network: string;
  returnTo: string;
  applicationId: string | null;
  /** ACR values that were asked for: a password gives none, and they are not asked for again. */
  askedAcr: readonly string[];
  /** The session that this browser had: it ends. */
  previousSession: SessionId | undefined;
}

/**
 * Opens the session of somebody who has proven a password, or a set-up link; joins the running transaction. The session names no
 * identity provider, so that no provider's end ends it.
 */
export async function enterByPassword(
  needs: PasswordNeeds,
  { tenant, startedAt, reference, trace }: Progress,
  entering: EnteringByPassword,
): Promise<SignedIn> {
  const { user, event, network, applicationId, askedAcr, previousSession, returnTo } = entering;
  const now = needs.world.now();
  const { sessionIdleSeconds: idleSeconds, sessionLifetimeSeconds: lifetimeSeconds } = tenant.settings;
  const session = {
    userId: user.id,
    connectionId: null,
    authenticatedAt: now,
    amr: AMR,
    acr: null,
    askedAcr,
    lifetime: { idleSeconds, lifetimeSeconds },
    upstream: null,
  };
  const { id: sessionId } = await needs.sessions.open(tenant.id, session, previousSession);
  await needs.passwords.noteUse(tenant.id, user.id, now);
  await needs.signIns.write(tenant.id, {
    reference,
    startedAt,
    endedAt: now,
    outcome: 'signed-in',
    purpose: 'sign-in',
    suppressed: 0,
    code: null,
    userId: user.id,
    connectionId: null,
    applicationId,
    person: user.email,
    lines: trace.lines,
  });
  await needs.announce(tenant, { kind: event, user, network, reference });
  const said = { actor: { kind: 'user' as const, id: user.id }, target: `user:${user.id}`, reference };
  await needs.audit.append(tenant.id, { action: 'sign-in.succeeded', ...said, after: { method: 'password' } });
  await needs.audit.append(tenant.id, { action: 'break-glass.used', ...said, after: { how: event, network } });
  return { sessionId, returnTo, reference };
}
