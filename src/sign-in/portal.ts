import type { ApplicationId, TenantId } from '#kernel/ids.ts';
import type { Trace } from '#kernel/trace.ts';
import type { Transact } from '#kernel/world.ts';
import type { Tenant } from '#tenants/index.ts';
import type { Answer, Connection, ConnectionKind, PortalStart, Send, StartsAtPortal } from '#upstream/index.ts';
import type { AttemptStore, SpentStore } from './attempts.ts';
import { checkUsable } from './checks/attempt.ts';
import { checkReplay } from './checks/replay.ts';
import { type JudgeNeeds, withRenewedKeys } from './judge-answer.ts';
import { problems } from './problems.ts';
import type { Progress } from './progress.ts';
import { beginAttempt, browserSecretOf, hashBrowser } from './start.ts';

export interface PortalNeeds extends JudgeNeeds {
  attempts: AttemptStore;
  spent: SpentStore;
  portalOf(kind: ConnectionKind): StartsAtPortal<unknown>;
  /** The application that somebody wants to get to, out of those that registered where people may be led. */
  findLanding(
    tenant: TenantId,
    wish: { target: string | undefined; otherwise: ApplicationId | null },
  ): Promise<{ applicationId: ApplicationId; returnTo: string } | undefined>;
  transact: Transact;
}

/** What a provider's portal sent, by a browser. */
export interface FromPortal {
  tenant: Tenant;
  tenantUrl: string;
  connection: Connection;
  answer: Answer;
  /** The browser's own secret, from its cookie. */
  browser: string | undefined;
}

/** The browser is sent to the provider; nobody is signed in. */
export interface Begun {
  kind: 'begun';
  send: Send;
  /** The secret that the browser must hold from now on. */
  browser: string;
  /** The provider's name, for people. */
  provider: string;
}

/** Where people end whom no application expects. */
const DONE = '/sign-in/done';

/**
 * Turns what a portal sent into a sign-in of our own at the same provider: verified first, so that junk goes no further; spent, so that it
 * counts once; then a request of ours is begun in this browser, whose answer is judged like any other. What was posted into a browser by
 * somebody else thus signs nobody in: the provider is asked who sits there (login CSRF).
 *
 * @throws Problem `sign_in.connection_disabled`, `sign_in.portal_off`, `sign_in.answer_replayed`, `sign_in.portal_loop`, and those of the protocol
 * @see SAML Profiles §4.1.5; OpenID Connect Core 1.0 §4; RFC 9700 §4.7
 */
export async function startFromPortal(needs: PortalNeeds, from: FromPortal, progress: Progress): Promise<Begun> {
  const { tenant, tenantUrl, answer } = from;
  const start = await withRenewedKeys(needs, progress, {
    connection: from.connection,
    judging: (live) => judge(needs, { connection: live, answer }, progress.trace),
  });
  const connection = progress.connection ?? from.connection;
  await spend(needs, { ...from, connection, start }, progress.trace);
  const landing = await findLanding(needs, { ...from, connection, start }, progress.trace);
  const request = {
    tenant,
    tenantUrl,
    returnTo: landing?.returnTo ?? DONE,
    loginHint: start.loginHint,
    forceAuthn: false,
    acrValues: [],
    applicationId: landing?.applicationId ?? null,
  };
  const browser = browserSecretOf(from.browser, needs.world);
  const { reference, trace, earlierLines } = progress;
  // A sign-in, whatever was sent: nothing that comes from a portal is a test.
  const purpose = { kind: 'sign-in' as const };
  const send = await beginAttempt(needs, request, { connection, browser, purpose, reference, trace, earlierLines });
  return { kind: 'begun', send, browser, provider: connection.name };
}

function judge(
  needs: PortalNeeds,
  { connection, answer }: { connection: Connection; answer: Answer },
  trace: Trace,
): Promise<PortalStart> {
  checkUsable(connection, trace);
  const portal = needs.portalOf(connection.kind);
  const allowed = portal.allowsPortal(connection.settings);
  trace.check({ step: 'sign_in.portal', expected: true, received: allowed, holds: allowed, otherwise: problems.portal_off });
  return portal.readPortalStart(connection.settings, answer, { ...needs.world, trace });
}

type Started = FromPortal & { start: PortalStart };

/** So often a minute a browser is sent on by signed messages: a provider that answers our requests as if nobody had asked ends here. */
const TURNS_A_MINUTE = 5;
const MINUTE = 60_000;

async function spend(needs: PortalNeeds, { tenant, connection, browser, start }: Started, trace: Trace): Promise<void> {
  if (start.spend.length === 0) return;
  await needs.transact(async () => {
    await checkReplay(needs.spent, { tenant: tenant.id, connection, identity: start }, trace);
    if (browser !== undefined) await checkTurns(needs, { tenant: tenant.id, connection, browser }, trace);
  });
}

async function checkTurns(
  { spent, world }: PortalNeeds,
  { tenant, connection, browser }: { tenant: TenantId; connection: Connection; browser: string },
  trace: Trace,
): Promise<void> {
  const now = world.now().getTime();
  const turn = `portal-turn:${hashBrowser(browser)}:${Math.floor(now / MINUTE)}`;
  const until = new Date(now + 2 * MINUTE);
  let taken = 1;
  while (taken <= TURNS_A_MINUTE && !(await spent.spend(tenant, connection.id, `${turn}:${taken}`, until))) taken += 1;
  trace.check({
    step: 'sign_in.portal_turns',
    expected: `at most ${TURNS_A_MINUTE} a minute`,
    received: taken,
    holds: taken <= TURNS_A_MINUTE,
    otherwise: problems.portal_loop,
  });
}

async function findLanding(needs: PortalNeeds, { tenant, connection, start }: Started, trace: Trace) {
  const otherwise = (connection.policy.portal?.applicationId ?? null) as ApplicationId | null;
  const landing = await needs.findLanding(tenant.id, { target: start.target, otherwise });
  // Without its query: what a portal puts there is not for a trace.
  const target = start.target?.split(/[?#]/, 1)[0]?.slice(0, 200) ?? null;
  trace.note('sign_in.portal_target', { expected: target, received: landing?.applicationId ?? DONE });
  return landing;
}
