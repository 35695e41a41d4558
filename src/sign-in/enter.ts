import type { AuditLog } from '#audit/index.ts';
import { Problem } from '#kernel/problem.ts';
import type { World } from '#kernel/world.ts';
import type { NewSession, Session, SessionId, SessionStore } from '#sessions/index.ts';
import type { Tenant } from '#tenants/index.ts';
import {
  type Connection,
  type ConnectionDirectory,
  type GroupsSeen,
  type UpstreamIdentity,
  type UpstreamSession,
  Work,
} from '#upstream/index.ts';
import { checkAccess } from './access.ts';
import type { Account } from './account.ts';
import { type Admission, decideAdmission } from './admit.ts';
import { type Admitted, applyAdmission } from './apply-admission.ts';
import type { SpentStore } from './attempts.ts';
import { checkStillBound } from './checks/attempt.ts';
import { checkFreshness } from './checks/freshness.ts';
import { checkReplay } from './checks/replay.ts';
import { explainAdmission } from './explain-admission.ts';
import { explainMappings } from './explain-mappings.ts';
import { type ArrivalNeeds, type Arriving, findArrival } from './find-arrival.ts';
import { type Attributes, type ClaimList, mapClaims } from './map-claims.ts';
import { applyMemberships, type MembershipNeeds } from './memberships.ts';
import { admissionProblems, problems } from './problems.ts';
import type { Progress, SignedIn } from './progress.ts';
import { recordCreation, recordSignIn } from './record.ts';
import type { SignInLog } from './sign-ins.ts';

export interface EnterNeeds extends ArrivalNeeds, MembershipNeeds {
  connections: Pick<ConnectionDirectory, 'holdForSignIn'>;
  spent: SpentStore;
  sessions: SessionStore;
  signIns: SignInLog;
  audit: AuditLog;
  /** Where groups that came are noted. */
  groupsSeen?: GroupsSeen;
  world: World;
  /** Answers in the running transaction what the person signed in for, if that can be done without the browser's coming back. */
  answerAtOnce?(signedIn: {
    tenant: Tenant;
    tenantUrl: string;
    returnTo: string;
    session: { id: SessionId; session: Session };
  }): Promise<string | undefined>;
}

type Admitting = Exclude<Admission, { kind: 'refused' }>;
export type ArriveNeeds = Pick<EnterNeeds, 'users' | 'domains' | 'groups' | 'roles' | 'spent' | 'audit' | 'world'>;
export type Arriver = Omit<Progress, 'identity' | 'connection'> & {
  identity: UpstreamIdentity;
  connection: Connection;
  /** Told the groups that came, also of whoever is refused then: somebody must be able to map them. A test sign-in has none. */
  noteGroups?: ((values: readonly string[]) => void) | undefined;
};

/** `waiting`: the account was made and kept, and waits for its activation; nobody is signed in. */
export type Entered = ({ kind: 'signed-in' } & SignedIn) | { kind: 'waiting' };

/**
 * From a verified identity to a session, in one transaction: the answer is spent, the person admitted, groups and roles follow, the
 * session opens, trace and audit entry are written. Everything stands or falls together.
 */
export async function enter(
  needs: EnterNeeds,
  progress: Progress & { identity: UpstreamIdentity },
  { previousSession, tenantUrl }: { previousSession: SessionId | undefined; tenantUrl: string },
): Promise<Entered> {
  const { tenant, identity, trace, reference, connection, attempt } = progress;
  if (!connection || !attempt) throw new Problem(problems.attempt_unknown);
  const noteGroups =
    needs.groupsSeen && ((values: readonly string[]) => needs.groupsSeen?.note(tenant.id, connection.id, values));
  checkStillBound(attempt, await needs.connections.holdForSignIn(tenant.id, connection.id), trace);
  const { admission, ...admitted } = await arrive(needs, { ...progress, connection, noteGroups });
  const { user } = admitted;
  if (user.status === 'pending') {
    await recordCreation(needs, progress, admitted);
    return { kind: 'waiting' };
  }
  const now = needs.world.now();
  checkFreshness(attempt, identity, { trace, now });
  const { returnTo, kept } = attempt;
  const wanted: NewSession = {
    userId: user.id,
    connectionId: connection.id,
    askedAcr: kept.askedAcr,
    applications: kept.applicationId ? [kept.applicationId] : [],
    lifetime: { idleSeconds: tenant.settings.sessionIdleSeconds, lifetimeSeconds: tenant.settings.sessionLifetimeSeconds },
    ...vouchedFor(identity, now),
  };
  const session = await needs.sessions.open(tenant.id, wanted, previousSession);
  await recordSignIn(needs, progress, { admission, admitted });
  const answeredAt = await needs.answerAtOnce?.({ tenant, tenantUrl, returnTo, session });
  return { kind: 'signed-in', sessionId: session.id, returnTo, reference, answeredAt };
}

/**
 * Everything that a verified identity does to the people here: the answer is spent, the person admitted, groups and roles follow. Joins
 * the running transaction. Verify does the same, and lets its transaction fall.
 */
export async function arrive(needs: ArriveNeeds, progress: Arriver): Promise<Admitted & { admission: Admitting['kind'] }> {
  const { tenant, identity, trace, connection, account } = progress;
  await checkReplay(needs.spent, { tenant: tenant.id, connection, identity }, trace);
  const work = new Work();
  const attributes = mapClaims(connection.policy.claims, identity.claims, { overage: identity.overage, work });
  if (account) account.mappings = explainMappings(connection.policy, identity);
  trace.note('admission.claims', { received: summary(attributes) });
  if (attributes.groups.kind === 'values') progress.noteGroups?.(attributes.groups.values);
  checkAccess(connection, identity, { trace, account });
  const admitted = await admit(needs, { tenant, connection, identity, attributes, work, trace, account });
  const { user, created } = admitted;
  await applyMemberships(needs, { ...progress, tenant: tenant.id, userId: user.id, attributes, created });
  return admitted;
}

/** Finds out who this is here, decides, and makes or updates the account as decided. */
async function admit(
  needs: ArriveNeeds,
  arriving: Arriving & { account?: Account | undefined },
): Promise<Admitted & { admission: Admitting['kind'] }> {
  const { tenant, connection, identity, attributes, account } = arriving;
  const arrival = await findArrival(needs, arriving);
  const admission = decideAdmission(arrival);
  if (account) account.person = explainAdmission(admission, arrival, arriving);
  checkAdmission(admission, arriving);
  const applying = { tenant: tenant.id, connection, identity, attributes, emailVerified: arrival.emailVerified };
  const admitted = await applyAdmission(needs, admission, applying);
  if (account?.person) account.person = { ...account.person, after: admitted.user };
  return { ...admitted, admission: admission.kind };
}

function checkAdmission(admission: Admission, { trace, tenant, attributes }: Arriving): asserts admission is Admitting {
  if (admission.kind !== 'refused') {
    trace.note('admission.decision', { received: admission.kind });
    return;
  }
  const detail =
    admission.problem === admissionProblems.no_account
      ? `${attributes.email ?? 'This person'} has no active account in ${tenant.displayName}. Ask your administrator.`
      : admission.detail;
  trace.check({
    step: 'admission.decision',
    received: admission.detail ?? null,
    holds: false,
    otherwise: admission.problem,
    detail,
  });
}

/** What the provider says of the sign-in itself: when and how the person authenticated, and what ends it there. */
function vouchedFor(
  identity: UpstreamIdentity,
  now: Date,
): Pick<NewSession, 'authenticatedAt' | 'amr' | 'acr' | 'upstream' | 'upstreamKey'> {
  const { authenticatedAt: stated, amr, acr } = identity;
  // The provider's word on when; never later than now.
  const authenticatedAt = stated !== null && stated < now ? stated : now;
  return { authenticatedAt, amr, acr, upstream: upstreamOf(identity), upstreamKey: identity.session.key };
}

/** As `UpstreamSession` has it. */
function upstreamOf({ session, issuer, subject }: UpstreamIdentity): UpstreamSession {
  const { index, nameId, idToken } = session;
  return { issuer, subject, index, nameId, idToken };
}

function summary(attributes: Attributes): Record<string, string | readonly string[]> {
  const { custom, groups, roles, ...single } = attributes;
  return { ...single, groups: shown(groups), roles: shown(roles), custom: Object.keys(custom) };
}

/** As many as somebody would read: ten thousand of them would be a trace of half a megabyte. */
const MOST_SHOWN = 200;

function shown(list: ClaimList): string | readonly string[] {
  if (list.kind !== 'values') return list.kind;
  const { values } = list;
  return values.length <= MOST_SHOWN ? values : [...values.slice(0, MOST_SHOWN), `… ${values.length - MOST_SHOWN} more`];
}
