import type { AuditLog } from '#audit/index.ts';
import { Problem } from '#kernel/problem.ts';
import { createTrace, type Trace } from '#kernel/trace.ts';
import type { Transact, World } from '#kernel/world.ts';
import type { SessionId, SessionStore } from '#sessions/index.ts';
import type { Tenant } from '#tenants/index.ts';
import type {
  Answer,
  Connection,
  ConnectionDirectory,
  ConnectionKind,
  UpstreamIdentity,
  UpstreamProtocol,
} from '#upstream/index.ts';
import { Raced } from './apply-admission.ts';
import type { Attempt, AttemptStore, SpentStore } from './attempts.ts';
import { checkTaken } from './checks/attempt.ts';
import { type Entered, type EnterNeeds, enter } from './enter.ts';
import { judgeAnswer } from './judge-answer.ts';
import { type Begun, type PortalNeeds, startFromPortal } from './portal.ts';
import { admissionProblems, problems } from './problems.ts';
import type { Progress } from './progress.ts';
import { recordRefusal } from './record.ts';
import { newReference } from './reference.ts';
import type { SignInLog } from './sign-ins.ts';
import { hashBrowser } from './start.ts';
import { type ConcludeNeeds, concludeVerification } from './verify/conclude.ts';

export interface FinishNeeds extends EnterNeeds, ConcludeNeeds, PortalNeeds {
  connections: ConnectionDirectory;
  attempts: AttemptStore;
  spent: SpentStore;
  sessions: SessionStore;
  signIns: SignInLog;
  audit: AuditLog;
  protocolOf(kind: ConnectionKind): UpstreamProtocol<unknown>;
  transact: Transact;
  world: World;
}

/**
 * `verified`: a test sign-in is over, whatever came of it; its report says what. `begun`: the answer came from the provider's portal, and a
 * sign-in of ours begins there.
 */
export type Finished = Extract<Entered, { kind: 'signed-in' }> | { kind: 'verified'; verification: string } | Begun;

/** What the browser brought to `/sso/{slug}/…`. */
export interface Arrived {
  tenant: Tenant;
  tenantUrl: string;
  slug: string;
  answer: Answer;
  /** The browser's own secret, from its cookie. */
  browser: string | undefined;
  /** The session that this browser had: it ends when a new one opens. */
  previousSession: SessionId | undefined;
}

/**
 * Finishes a sign-in: takes the attempt, has the protocol verify the answer, admits the person, opens the session. Every refusal is
 * recorded with its trace before it is thrown on; `facts.reference` of the problem finds it.
 *
 * @throws Problem `sign_in.*`, `admission.*`, and those of the protocol
 */
export async function finish(needs: FinishNeeds, arrived: Arrived): Promise<Finished> {
  const progress: Progress = {
    tenant: arrived.tenant,
    startedAt: needs.world.now(),
    reference: newReference(needs.world),
    trace: createTrace(needs.world),
    earlierLines: [],
  };
  try {
    const connection = await findConnection(needs, arrived, progress);
    checkBinding(connection, arrived.answer, progress.trace);
    if (needs.portalOf(connection.kind).isUnasked(arrived.answer))
      return await startFromPortal(needs, { ...arrived, connection }, progress);
    const taken = await takeAttempt(needs, { ...arrived, connection }, progress);
    const { purpose } = taken.attempt.kept;
    // Decided by the attempt alone, before anything of the answer is believed.
    if (purpose.kind === 'verify') {
      const about = { id: purpose.verification, answer: arrived.answer };
      return { kind: 'verified', verification: await concludeVerification(needs, { ...progress, ...taken }, about) };
    }
    const identity = await judgeAnswer(needs, progress, { ...taken, answer: arrived.answer });
    const entered = await enterOnce(needs, { ...progress, identity }, arrived);
    if (entered.kind === 'signed-in') return entered;
    throw new Problem(admissionProblems.account_pending);
  } catch (error) {
    throw await recordRefusal(needs, progress, error);
  }
}

interface Taken {
  connection: Connection;
  attempt: Attempt;
}

/** Finds the attempt that the answer belongs to, and makes sure that nobody else can. */
async function takeAttempt(
  needs: FinishNeeds,
  { tenant, connection, answer, browser }: Arrived & { connection: Connection },
  progress: Progress,
): Promise<Taken> {
  const { trace } = progress;
  const handle = needs.protocolOf(connection.kind).findHandle(answer);
  trace.check({
    step: 'sign_in.handle',
    expected: 'answers a sign-in started here',
    holds: handle !== undefined,
    otherwise: problems.answer_without_handle,
  });
  const taken = await needs.attempts.take(tenant.id, handle ?? '', {
    browserHash: hashBrowser(browser ?? ''),
    now: needs.world.now(),
  });
  if (taken.kind === 'taken-before' || taken.kind === 'other-browser')
    trace.note('sign_in.earlier', { received: taken.reference });
  const attempt = checkTaken(taken, trace);
  progress.attempt = attempt;
  progress.reference = attempt.kept.reference;
  progress.startedAt = attempt.createdAt;
  progress.earlierLines = attempt.kept.lines;
  return { connection, attempt };
}

/** @throws Problem `sign_in.connection_unknown` */
export async function findConnection(
  { connections }: { connections: Pick<ConnectionDirectory, 'findBySlug'> },
  { tenant, slug }: Pick<Arrived, 'tenant' | 'slug'>,
  progress: Progress,
): Promise<Connection> {
  const connection = await connections.findBySlug(tenant.id, slug);
  progress.trace.check({
    step: 'sign_in.connection_exists',
    received: slug.slice(0, 80),
    holds: connection !== undefined,
    otherwise: problems.connection_unknown,
  });
  if (!connection) throw new Problem(problems.connection_unknown);
  progress.connection = connection;
  return connection;
}

function checkBinding(connection: Connection, { via }: Answer, trace: Trace): void {
  const expected = connection.kind === 'saml' ? 'form' : 'query';
  trace.check({
    step: 'sign_in.binding',
    expected,
    received: via,
    holds: via === expected,
    otherwise: problems.binding_unsupported,
  });
}

/** Two first sign-ins of one person at the same moment: the one that loses the race finds the account on its second try. */
async function enterOnce(
  needs: FinishNeeds,
  progress: Progress & { identity: UpstreamIdentity },
  browser: Pick<Arrived, 'previousSession' | 'tenantUrl'>,
): Promise<Entered> {
  try {
    return await needs.transact(() => enter(needs, progress, browser));
  } catch (error) {
    if (!(error instanceof Raced)) throw error;
    return needs.transact(() => enter(needs, progress, browser));
  }
}
