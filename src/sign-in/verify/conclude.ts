import type { Person } from '#directory/index.ts';
import type { ApplicationId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import type { Transact, World } from '#kernel/world.ts';
import type { Tenant } from '#tenants/index.ts';
import type {
  Answer,
  Connection,
  ConnectionDirectory,
  ConnectionKind,
  UpstreamIdentity,
  UpstreamProtocol,
} from '#upstream/index.ts';
import type { Attempt } from '../attempts.ts';
import { checkAge, checkConnection } from '../checks/attempt.ts';
import { type ArriveNeeds, type Arriver, arrive } from '../enter.ts';
import { problems as signInProblems } from '../problems.ts';
import type { Progress } from '../progress.ts';
import { type KeepNeeds, keepReport } from './keep-report.ts';
import { problems } from './problems.ts';
import { rehearse } from './rehearse.ts';
import { type Found, reportOf } from './report.ts';
import type { TokenPreview, Verification } from './verification.ts';

/** A person as they would be after this sign-in. */
export interface PreviewedPerson {
  person: Person;
  connection: Connection;
  identity: UpstreamIdentity;
  applicationId: ApplicationId | null;
}

/** What an application would be told of them. */
export type PreviewTokens = (tenant: Tenant, previewed: PreviewedPerson) => Promise<TokenPreview | null>;

/** What the people here are looked at with. */
export interface RehearseNeeds extends ArriveNeeds {
  transact: Transact;
  previewTokens: PreviewTokens;
}

export interface ConcludeNeeds extends KeepNeeds, RehearseNeeds {
  connections: Pick<ConnectionDirectory, 'findRevision'>;
  protocolOf(kind: ConnectionKind): UpstreamProtocol<unknown>;
  transact: Transact;
  world: World;
}

/** An attempt whose purpose is a test, on its way; the connection is the one at whose address the answer arrived. */
export type Testing = Progress & { attempt: Attempt; connection: Connection };

/**
 * Ends a test sign-in: the protocol verifies the answer, and everything that a sign-in would do is done in a transaction that falls. The
 * protocol itself works outside of it: it has no store to write to, and a transaction must not wait for somebody else's server.
 *
 * Opens no session, whatever the provider says.
 *
 * @returns the id of the verification, whose report says what came of it
 * @throws Problem `sign_in.attempt_unknown` when there is none to report to
 */
export async function concludeVerification(
  needs: ConcludeNeeds,
  testing: Testing,
  { id, answer }: { id: string; answer: Answer },
): Promise<string> {
  const verification = await needs.verifications.find(testing.tenant.id, id);
  if (!verification) throw new Problem(signInProblems.attempt_unknown);
  const progress: Testing = { ...testing, account: {} };
  const found: Found = { applicationId: verification.applicationId, progress, current: testing.connection };
  try {
    await test(needs, { progress, found, verification }, answer);
  } catch (failure) {
    found.failure = failure;
  }
  await keepReport(needs, progress, { verification, report: reportOf(found) });
  // Whoever tests sees that it is our fault; so does whoever keeps the service up.
  if (found.failure instanceof Error && !(found.failure instanceof Problem)) throw found.failure;
  return id;
}

interface Test {
  progress: Testing;
  found: Found;
  verification: Verification;
}

async function test(needs: ConcludeNeeds, { progress, found, verification }: Test, answer: Answer): Promise<void> {
  const { tenant, trace, attempt } = progress;
  const { state, connectionId, revision } = verification;
  trace.check({
    step: 'verify.waiting',
    expected: 'waiting',
    received: state,
    holds: state === 'waiting',
    otherwise: problems.not_waiting,
  });
  checkAge(attempt, { trace, now: needs.world.now() });
  checkConnection(attempt, progress.connection, trace);
  const tested = await needs.connections.findRevision(tenant.id, connectionId, revision);
  trace.check({ step: 'verify.revision', expected: revision, holds: tested !== undefined, otherwise: problems.revision_gone });
  if (!tested) throw new Problem(problems.revision_gone);
  progress.connection = tested;
  const world = { ...needs.world, trace };
  const identity = await needs.protocolOf(tested.kind).finish(tested.settings, answer, attempt.kept.remember, world);
  progress.identity = identity;
  await rehearseArrival(needs, found, { ...progress, identity, connection: tested });
}

/** Everything up to the session, and what is there then; afterwards what was there before, which is what is there again. */
export async function rehearseArrival(needs: RehearseNeeds, found: Found, progress: Arriver): Promise<void> {
  const { tenant, connection, identity } = progress;
  const { applicationId } = found;
  const would = await rehearse(needs.transact, async () => {
    const { user, created } = await arrive(needs, progress);
    const groups = await needs.groups.listMemberships(tenant.id, user.id);
    const roles = await needs.roles.listMemberships(tenant.id, user.id);
    const person = await needs.users.findPerson(tenant.id, user.id);
    const tokens = person && (await needs.previewTokens(tenant, { person, connection, identity, applicationId }));
    return { user, groups, roles, tokens: tokens ? (created ? withoutSubject(tokens) : tokens) : null };
  });
  const { id } = would.user;
  found.groups = { before: await needs.groups.listMemberships(tenant.id, id), after: would.groups };
  found.roles = { before: await needs.roles.listMemberships(tenant.id, id), after: would.roles };
  found.tokens = would.tokens;
}

/** The id of an account that there is not yet is made anew at the first sign-in: nobody must write this one down. */
function withoutSubject(tokens: TokenPreview): TokenPreview {
  const sub = '(made at the first sign-in)';
  return { ...tokens, idToken: { ...tokens.idToken, sub }, userinfo: { ...tokens.userinfo, sub } };
}
