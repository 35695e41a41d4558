import type { AuditLog } from '#audit/index.ts';
import { Problem } from '#kernel/problem.ts';
import type { World } from '#kernel/world.ts';
import type { SessionId, SessionStore } from '#sessions/index.ts';
import type { UpstreamIdentity } from '#upstream/index.ts';
import { type Admission, decideAdmission } from './admit.ts';
import { applyAdmission } from './apply-admission.ts';
import type { SpentStore } from './attempts.ts';
import { checkFreshness } from './checks/freshness.ts';
import { checkReplay } from './checks/replay.ts';
import { type ArrivalNeeds, findArrival } from './find-arrival.ts';
import type { Progress, SignedIn } from './finish.ts';
import { type Attributes, mapClaims } from './map-claims.ts';
import { applyMemberships, type MembershipNeeds } from './memberships.ts';
import { admissionProblems, problems } from './problems.ts';
import { recordCreation, recordSignIn } from './record.ts';
import type { SignInLog } from './sign-ins.ts';

export interface EnterNeeds extends ArrivalNeeds, MembershipNeeds {
  spent: SpentStore;
  sessions: SessionStore;
  signIns: SignInLog;
  audit: AuditLog;
  world: World;
}

/** `waiting`: the account was made and kept, and waits for its activation; nobody is signed in. */
export type Entered = ({ kind: 'signed-in' } & SignedIn) | { kind: 'waiting' };

/**
 * From a verified identity to a session, in one transaction: the answer is spent, the person admitted, groups and roles follow, the
 * session opens, trace and audit entry are written. Everything stands or falls together.
 */
export async function enter(
  needs: EnterNeeds,
  progress: Progress & { identity: UpstreamIdentity },
  previous: SessionId | undefined,
): Promise<Entered> {
  const { tenant, identity, trace, reference } = progress;
  const { connection, attempt } = progress;
  if (!connection || !attempt) throw new Problem(problems.attempt_unknown);
  await checkReplay(needs.spent, { tenant: tenant.id, connection, identity }, trace);
  const attributes = mapClaims(connection.policy.claims, identity.claims);
  trace.note('admission.claims', { received: summary(attributes) });
  const arrival = await findArrival(needs, { tenant, connection, identity, attributes, trace });
  const admission = decideAdmission(arrival);
  checkAdmission(admission, progress, attributes);
  const emailVerified = identity.emailVerification === 'verified' || arrival.emailTrusted;
  const admitted = await applyAdmission(needs, admission, { tenant: tenant.id, connection, identity, attributes, emailVerified });
  await applyMemberships(needs, {
    tenant: tenant.id,
    userId: admitted.user.id,
    connection,
    attributes,
    created: admitted.created,
    trace,
  });
  if (admitted.user.status === 'pending') {
    await recordCreation(needs, progress, admitted);
    return { kind: 'waiting' };
  }
  checkFreshness(attempt, identity, { trace, now: needs.world.now() });
  const { id } = await needs.sessions.open(
    tenant.id,
    {
      userId: admitted.user.id,
      connectionId: connection.id,
      // The provider's word on when the person authenticated; never later than now.
      authenticatedAt: earlier(identity.authenticatedAt, needs.world.now()),
      amr: identity.amr,
      acr: identity.acr,
      askedAcr: attempt.kept.askedAcr,
      lifetime: { idleSeconds: tenant.settings.sessionIdleSeconds, lifetimeSeconds: tenant.settings.sessionLifetimeSeconds },
      upstream: upstreamOf(identity),
    },
    previous,
  );
  await recordSignIn(needs, progress, { admission: admission.kind, admitted });
  return { kind: 'signed-in', sessionId: id, returnTo: attempt.returnTo, reference };
}

function checkAdmission(
  admission: Admission,
  { trace, tenant }: Progress,
  attributes: Attributes,
): asserts admission is Exclude<Admission, { kind: 'refused' }> {
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

function earlier(stated: Date | null, now: Date): Date {
  return stated !== null && stated < now ? stated : now;
}

function upstreamOf({ session, issuer, subject }: UpstreamIdentity): Record<string, unknown> | null {
  const { index, nameId, idToken } = session;
  return index || nameId || idToken ? { issuer, subject, index, nameId, idToken } : null;
}

function summary(attributes: Attributes): Record<string, string | readonly string[]> {
  const { custom, groups, roles, ...single } = attributes;
  return { ...single, groups, roles, custom: Object.keys(custom) };
}
