import type { ApplicationId, ConnectionId } from '#kernel/ids.ts';
import { type InputFault, isProblem, Problem } from '#kernel/problem.ts';
import { createTrace, type TraceLine } from '#kernel/trace.ts';
import type { Tenant } from '#tenants/index.ts';
import type { Connection, ConnectionKind, Inspected, Pasted, SignInWorld, UpstreamIdentity } from '#upstream/index.ts';
import type { Progress } from '../progress.ts';
import { type RehearseNeeds, rehearseArrival } from './conclude.ts';
import { problems } from './problems.ts';
import { type Found, reportOf, summaryOf } from './report.ts';
import { checkApplication, findTested, type StartVerificationNeeds } from './start-verification.ts';
import type { Report, Summary } from './verification.ts';

export interface PreviewNeeds extends RehearseNeeds, Pick<StartVerificationNeeds, 'connections' | 'revisions' | 'isApplication'> {
  /** Judges what was pasted by the protocol of the connection. */
  inspect(connection: Connection, pasted: Pasted, world: SignInWorld): Promise<Inspected>;
}

/** What somebody wants to look at: something that a provider made, or claims as such. */
export interface PreviewWish extends Pasted {
  claims?: Readonly<Record<string, unknown>> | undefined;
  revision?: number | undefined;
  applicationId?: ApplicationId | undefined;
}

export interface Preview extends Report {
  readonly identityProviderId: ConnectionId;
  readonly revision: number;
  /** The signature and every check held that needs no attempt. */
  readonly checked: boolean;
  readonly unchecked: readonly string[];
}

/**
 * What this revision would make of something pasted: the same as a test sign-in tells, without a browser. Nothing is created, nobody is let
 * in; whether it is genuine is said.
 *
 * @throws Problem `upstream.connection_unknown`, `verify.revision_unknown`, `verify.application_unknown`, `verify.input_invalid`
 */
export async function preview(
  needs: PreviewNeeds,
  { tenant, connectionId }: { tenant: Tenant; connectionId: ConnectionId },
  wish: PreviewWish,
): Promise<Preview> {
  const connection = await findTested(needs, { tenant, connectionId, revision: wish.revision });
  await checkApplication(needs, { tenant, applicationId: wish.applicationId });
  const errors = faultsOf(connection.kind, wish);
  if (errors.length > 0) throw new Problem(problems.input_invalid, { errors });
  const progress: Progress = {
    tenant,
    startedAt: needs.world.now(),
    reference: '',
    trace: createTrace(needs.world),
    earlierLines: [],
    connection,
    account: {},
  };
  const { inspected, refused } = await inspect(needs, progress, { connection, wish });
  const found: Found = { applicationId: wish.applicationId ?? null, progress };
  if (inspected) {
    progress.identity = inspected.identity;
    await rehearseArrival(needs, found, { ...progress, connection, identity: inspected.identity }).catch((failure: unknown) => {
      if (!isProblem(failure)) throw failure;
      found.failure = failure;
    });
  }
  const report = reportOf(found);
  const checked = refused === null && wish.claims === undefined && (wish.idToken ?? wish.samlResponse) !== undefined;
  return {
    ...report,
    summary: refused ?? (found.failure === undefined ? passed(checked) : report.summary),
    identityProviderId: connection.id,
    revision: connection.revision,
    checked,
    unchecked: inspected?.unchecked ?? ['whatever comes after the check that refused'],
  };
}

const FIELDS = {
  oidc: ['idToken', 'userinfo', 'claims'],
  'microsoft-oidc': ['idToken', 'userinfo', 'claims'],
  saml: ['samlResponse', 'claims'],
} as const satisfies Record<ConnectionKind, readonly string[]>;

function faultsOf(kind: ConnectionKind, wish: PreviewWish): InputFault[] {
  const given = (['idToken', 'userinfo', 'samlResponse', 'claims'] as const).filter((name) => wish[name] !== undefined);
  const allowed: readonly string[] = FIELDS[kind];
  const strange = given
    .filter((name) => !allowed.includes(name))
    .map((name) => ({ pointer: `/${name}`, code: 'not_of_this_kind', detail: `does not come from a provider of kind ${kind}` }));
  if (strange.length > 0) return strange;
  if (given.length === 0) return [{ pointer: '', code: 'required', detail: `needs ${allowed.join(', or ')}` }];
  const isMixed = wish.claims !== undefined && given.length > 1;
  return isMixed ? [{ pointer: '/claims', code: 'ambiguous', detail: 'stands alone' }] : [];
}

/** A pasted message is old; its times say nothing of the rest. */
const OF_TIME = [
  'oidc.token_expired',
  'oidc.token_too_old',
  'saml.issued_out_of_time',
  'saml.confirmation_expired',
  'saml.expired',
  'saml.session_expired',
];

interface Judged {
  inspected: Inspected | undefined;
  /** Why a sign-in would be refused before anybody is looked at. */
  refused: Summary | null;
}

async function inspect(
  needs: PreviewNeeds,
  progress: Progress,
  { connection, wish }: { connection: Connection; wish: PreviewWish },
): Promise<Judged> {
  if (wish.claims !== undefined && connection.kind === 'saml') return { inspected: asClaims(wish.claims), refused: null };
  const pasted = wish.claims === undefined ? wish : { userinfo: wish.claims };
  try {
    const first = await needs.inspect(connection, pasted, { ...needs.world, trace: progress.trace });
    const issuedAt = first.identity.issuedAt;
    if (first.refusal === null) return { inspected: first, refused: null };
    const refused = summaryOf(progress, first.refusal);
    if (!OF_TIME.includes(first.refusal.code) || issuedAt === null) return { inspected: first, refused };
    return await inspectThen(needs, progress, { connection, pasted, issuedAt, refused });
  } catch (refusal) {
    if (!isProblem(refusal)) throw refusal;
    return { inspected: undefined, refused: summaryOf(progress, refusal) };
  }
}

/** Once more as if it were then: an old message is looked at more often than a fresh one. */
async function inspectThen(
  needs: PreviewNeeds,
  progress: Progress,
  { connection, pasted, issuedAt, refused }: { connection: Connection; pasted: Pasted; issuedAt: Date; refused: Summary },
): Promise<Judged> {
  const first = progress.trace.lines.map(
    (line): TraceLine => (line.verdict === 'refused' ? { ...line, verdict: 'noted' } : line),
  );
  progress.earlierLines = first;
  const world = { ...needs.world, now: () => issuedAt };
  progress.trace = createTrace(world);
  const then = await needs.inspect(connection, pasted, { ...world, trace: progress.trace });
  if (then.refusal !== null) return { inspected: then, refused: summaryOf(progress, then.refusal) };
  return {
    inspected: { ...then, unchecked: [...then.unchecked, `its times: it was judged as if it were ${issuedAt.toISOString()}`] },
    refused: {
      code: refused.code,
      title: refused.title,
      whatToDo: `Paste a fresh one to have its times judged, too: this one was made at ${issuedAt.toISOString()}. Everything else that needs no sign-in of ours was checked and holds.`,
      where: 'person',
    },
  };
}

function asClaims(claims: Readonly<Record<string, unknown>>): Inspected {
  const identity: UpstreamIdentity = {
    issuer: '',
    subject: '',
    // Nobody is linked to claims that somebody wrote.
    subjectKind: 'passing',
    claims,
    overage: [],
    emailVerification: 'unstated',
    authenticatedAt: null,
    issuedAt: null,
    acr: null,
    amr: [],
    spend: [],
    session: {},
  };
  return { identity, refusal: null, unchecked: ['everything: the claims were pasted as such'] };
}

function passed(checked: boolean): Summary {
  return {
    code: null,
    title: checked
      ? 'Checked: a person who signs in with this is let in.'
      : 'Not checked: this is what would become of these claims.',
    whatToDo: checked
      ? 'Nothing has to be changed. Verify signs in through the provider itself, and is what switches it on.'
      : 'Paste a signed ID token or a SAML response to have it checked, or start Verify: nobody vouches for these claims.',
    where: 'here',
  };
}
