import type { UserDirectory } from '#directory/index.ts';
import type { UserId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import type { SessionStore, UpstreamKept } from '#sessions/index.ts';
import type {
  Answer,
  Connection,
  ConnectionKind,
  HearsLogout,
  LogoutDemand,
  LogoutOutcome,
  LogsOut,
  Send,
} from '#upstream/index.ts';
import type { SpentStore } from '../attempts.ts';
import { type JudgeNeeds, withRenewedKeys } from '../judge-answer.ts';
import { type Brought, type ComeBackNeeds, lookAt } from './come-back.ts';
import { type GiveBackNeeds, giveBackTokens } from './give-back-tokens.ts';
import { problems } from './problems.ts';
import { type LogoutProgress, recordLogoutRefusal, recordSignedOut } from './record-logout.ts';
import type { RevocationStore } from './revocations.ts';

export interface HearNeeds extends ComeBackNeeds, Omit<GiveBackNeeds, 'connections'>, Omit<JudgeNeeds, 'world'> {
  connections: ComeBackNeeds['connections'] & GiveBackNeeds['connections'];
  revocations: Pick<RevocationStore, 'take' | 'hold'>;
  sessions: Pick<SessionStore, 'listByUpstreamKey' | 'listOfUserAt' | 'hasAnyOfUserAt' | 'endByUid'>;
  users: Pick<UserDirectory, 'findByLink'>;
  spent: Pick<SpentStore, 'spend'>;
  logoutOf(kind: ConnectionKind): Partial<LogsOut<unknown> & HearsLogout<unknown>>;
}

export interface Heard {
  outcome: LogoutOutcome;
  /** What the browser takes back to the provider; undefined where it waits for nothing. */
  send: Send | undefined;
  provider: string;
}

type Looking = LogoutProgress & { connection: Connection };

/**
 * Whether what was brought is a provider's demand; only a look at it.
 * @throws Problem `logout.connection_unknown`, `logout.unsupported` where its demands come another way
 */
export async function isDemand(
  needs: HearNeeds,
  { tenant, slug, answer }: Omit<Brought, 'browser'>,
  comesBy: 'browser' | 'server',
): Promise<boolean> {
  const connection = await needs.connections.findBySlug(tenant.id, slug);
  if (!connection) throw new Problem(problems.connection_unknown);
  const { logoutComesBy, demandsLogout } = needs.logoutOf(connection.kind);
  if (logoutComesBy !== comesBy || !demandsLogout) throw new Problem(problems.unsupported);
  return demandsLogout(answer);
}

/**
 * Ends the sessions here that a provider says have ended there: of this tenant, from this very connection, of the person that it names, and
 * where it names sessions, only those. Refresh tokens and codes go with them. What is spent, ended and told of it, is one transaction.
 *
 * @throws Problem `logout.demand_replayed`, `logout.unsupported`, and those of the protocol
 * @see SAML Core §3.7.3.1; OpenID Connect Back-Channel Logout 1.0 §2.7
 */
export async function hearLogout(needs: HearNeeds, brought: Omit<Brought, 'browser'>): Promise<Heard> {
  const progress: Looking = await lookAt(needs, brought);
  try {
    return await hear(needs, progress, brought.answer);
  } catch (error) {
    throw await recordLogoutRefusal(needs, progress, error);
  }
}

async function hear(needs: HearNeeds, progress: Looking, answer: Answer): Promise<Heard> {
  const judging = (live: Connection): Promise<LogoutDemand> => {
    const { readLogoutDemand } = needs.logoutOf(live.kind);
    if (!readLogoutDemand) throw new Problem(problems.unsupported);
    return readLogoutDemand(live.settings, answer, { ...needs.world, trace: progress.trace });
  };
  const demand = await withRenewedKeys(needs, progress, { connection: progress.connection, judging });
  const { connection } = progress;
  const outcome = await needs.transact(() => obey(needs, progress, demand));
  if (outcome === 'not-named') await recordLogoutRefusal(needs, progress, new Problem(problems.session_not_named));
  const world = { ...needs.world, trace: progress.trace };
  const send = needs.logoutOf(connection.kind).answerLogout?.(connection.settings, { demand, outcome }, world);
  return { outcome, send, provider: connection.name };
}

async function obey(needs: HearNeeds, progress: Looking, demand: LogoutDemand): Promise<LogoutOutcome> {
  await spend(needs, progress, demand);
  const { tenant, connection, trace } = progress;
  const theirs = await find(needs, progress, demand);
  const named = theirs.filter(({ upstream }) => isNamed(upstream, demand));
  const unreadable = theirs.filter(({ upstream }) => upstream === undefined).length;
  const received = { ofThePerson: theirs.length, named: named.length, ...(unreadable > 0 ? { unreadable } : {}) };
  trace.note('logout.sessions', { expected: [...demand.indexes], received });
  if (theirs.length > 0 && named.length === 0) return 'not-named';
  const users = [...new Set(named.map(({ userId }) => userId))];
  await needs.revocations.hold(tenant.id, { connectionId: connection.id, userIds: users });
  for (const { uid } of named) await needs.sessions.endByUid(tenant.id, uid);
  for (const userId of users) {
    if (await needs.sessions.hasAnyOfUserAt(tenant.id, userId, connection.id)) continue;
    await giveBackTokens(needs, tenant.id, { connectionId: connection.id, userId });
  }
  await recordSignedOut(needs, progress, users[0] ?? null);
  for (const session of named) await tell(needs, progress, session);
  return named.length > 0 ? 'ended' : 'none-left';
}

/** Each demand counts once, on whichever node: one that somebody has seen must not end tomorrow's session. */
async function spend({ spent }: HearNeeds, { tenant, connection, trace }: Looking, demand: LogoutDemand): Promise<void> {
  for (const { id, until } of demand.spend) {
    const first = await spent.spend(tenant.id, connection.id, id, until);
    trace.check({
      step: 'logout.replay',
      expected: 'never seen',
      received: first ? 'new' : 'seen before',
      holds: first,
      otherwise: problems.demand_replayed,
    });
  }
}

/** All sessions from this connection of whom the demand names, whether it names them or not. */
async function find(
  { sessions, users }: HearNeeds,
  { tenant, connection }: Looking,
  { key, subject, issuer }: LogoutDemand,
): Promise<UpstreamKept[]> {
  const byKey = key === undefined ? [] : await sessions.listByUpstreamKey(tenant.id, connection.id, key);
  // Without a key of theirs: sessions of before the provider's logout was set up, and providers that name the person alone.
  if (byKey.length > 0 || subject === undefined) return byKey;
  const user = await users.findByLink(tenant.id, { connectionId: connection.id, issuer, subject });
  return user ? sessions.listOfUserAt(tenant.id, user.id, connection.id) : [];
}

function isNamed(upstream: UpstreamKept['upstream'], demand: LogoutDemand): boolean {
  // It is the person's, and nobody can tell which one: better one sign-in too many than a session that outlives the provider's.
  if (upstream === undefined) return true;
  const { subject, index } = upstream;
  if (demand.subject !== undefined && subject !== demand.subject) return false;
  // A session that the provider gave no index to can only be meant by the person's name.
  return demand.indexes.length === 0 || typeof index !== 'string' || demand.indexes.includes(index);
}

function tell({ audit }: HearNeeds, { tenant, connection, reference }: Looking, { uid, userId }: Named): Promise<void> {
  return audit.append(tenant.id, {
    action: 'session.ended',
    actor: { kind: 'system' },
    target: `session:${uid}`,
    reference,
    after: { user: userId, asked: `connection:${connection.id}` },
  });
}

type Named = Pick<UpstreamKept, 'uid'> & { userId: UserId };
