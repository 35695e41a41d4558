import type { Adapter, AdapterPayload } from 'oidc-provider';
import { errors } from 'oidc-provider';
import type { World } from '#kernel/world.ts';
import type { Session, SessionId, SessionStore } from '#sessions/index.ts';
import type { Tenant } from '#tenants/index.ts';
import { nothing } from './nothing.ts';
import { currentScope } from './request-scope.ts';

/** Use that moves the idle end by less than this part of the idle time is not written down. */
const NOTICED_PART = 0.1;

/**
 * oidc-provider's session is ours: its cookie is our cookie. The Provider never opens or ends one; it notes the applications that the
 * person has entered, and may give the session a new secret.
 */
export function createSessionAdapter(needs: { sessions: SessionStore; world: World }): Adapter {
  const { sessions } = needs;
  return {
    ...nothing,
    /** Only the session that the route has found: two readers of a cookie header could each take another one. */
    async find(id) {
      const { session } = currentScope();
      return session?.id === id ? toPayload(session.session, id) : undefined;
    },
    async findByUid(uid) {
      const { tenant, unit } = currentScope();
      const session = await unit.read(() => sessions.findByUid(tenant.id, uid));
      // The secret is known to the browser alone; a session found by its handle is read, never written.
      return session && toPayload(session, uid);
    },
    upsert: (id, payload) => save(needs, { id: id as SessionId, payload }),
  };
}

function toPayload(session: Session, id: string): AdapterPayload {
  return {
    kind: 'Session',
    jti: id,
    uid: session.uid,
    accountId: session.userId,
    loginTs: seconds(session.authenticatedAt),
    exp: seconds(session.expiresAt),
    ...(session.acr ? { acr: session.acr } : {}),
    ...(session.amr.length > 0 ? { amr: [...session.amr] } : {}),
    authorizations: Object.fromEntries(session.applications.map((id) => [id, { sid: session.uid }])),
  };
}

async function save(
  { sessions, world }: { sessions: SessionStore; world: World },
  { id, payload }: { id: SessionId; payload: AdapterPayload },
): Promise<void> {
  const scope = currentScope();
  // A browser without a session: the Provider would keep an empty one for it, we do not.
  if (!scope.session || payload.uid !== scope.session.session.uid) return;
  const { tenant } = scope;
  const { session } = scope.session;
  const isRenamed = scope.session.id !== id;
  const entries = entriesOf(Object.keys(payload.authorizations ?? {}), tenant);
  if (!isRenamed && !isWorthNoting(session, entries, world.now())) return;
  const isAlive = await scope.unit.write(async () => {
    if (isRenamed && !(await sessions.rename(tenant.id, session.uid, id))) return false;
    return sessions.touch(tenant.id, id, entries);
  });
  // Ended by somebody else meanwhile: what was about to be issued must not go out.
  if (!isAlive) throw new errors.LoginRequired('the session has ended');
  if (isRenamed) scope.renamedTo = id;
  scope.session = { id, session: { ...session, applications: entries.applications } };
}

/** What is noted of a session when an application has been entered. */
interface Entries {
  readonly applications: readonly string[];
  readonly idleSeconds: number;
}

const entriesOf = (applications: readonly string[], { settings }: Tenant): Entries => ({
  applications,
  idleSeconds: settings.sessionIdleSeconds,
});

/** @returns undefined when the application had been entered before, and the idle end would hardly move */
export function entriesAfter(
  session: Session,
  { applicationId, tenant, now }: { applicationId: string; tenant: Tenant; now: Date },
): Entries | undefined {
  const entries = entriesOf([...new Set([...session.applications, applicationId])], tenant);
  return isWorthNoting(session, entries, now) ? entries : undefined;
}

function isWorthNoting(session: Session, { applications, idleSeconds }: Entries, now: Date): boolean {
  if (applications.length !== session.applications.length) return true;
  const { expiresAt, endsAt } = session;
  const idleEnd = Math.min(now.getTime() + idleSeconds * 1000, endsAt.getTime());
  return idleEnd - expiresAt.getTime() > idleSeconds * 1000 * NOTICED_PART;
}

const seconds = (time: Date): number => Math.floor(time.getTime() / 1000);
