import { Problem } from '#kernel/problem.ts';
import { createTrace } from '#kernel/trace.ts';
import type { Tenant } from '#tenants/index.ts';
import type { Connection, ConnectionDirectory, Send, SignInWorld } from '#upstream/index.ts';
import { ATTEMPT_SECONDS, beginAttempt, hashBrowser, type StartNeeds } from '../start.ts';
import { type KeepNeeds, keepReport } from './keep-report.ts';
import { problems } from './problems.ts';
import { reportOf } from './report.ts';
import { hashTicket } from './start-verification.ts';
import type { Verification, VerificationStore, Warning } from './verification.ts';

export interface OpenTicketNeeds extends Pick<StartNeeds, 'attempts' | 'protocolOf' | 'world'>, KeepNeeds {
  connections: Pick<ConnectionDirectory, 'findBySlug' | 'findRevision'>;
  verifications: VerificationStore;
  /** Asks what can be asked before anybody is sent anywhere: metadata, keys, certificates. Refusals are lines of the trace. */
  preflight(connection: Connection, world: SignInWorld): Promise<readonly Warning[]>;
}

export interface Brought {
  tenant: Tenant;
  tenantUrl: string;
  slug: string;
  ticket: string;
  /** The browser's own secret, from its cookie or new. */
  browser: string;
}

/** `ended`: it could not even begin, and the report says why. */
export type Opened = { kind: 'send'; send: Send; provider: string } | { kind: 'ended'; verification: string };

/**
 * Uses a ticket up and begins at the provider, as a sign-in through that very revision would, whether or not it is switched on.
 *
 * @throws Problem `verify.ticket_invalid`: unknown, used, over, another tenant's or another connection's
 */
export async function openTicket(needs: OpenTicketNeeds, brought: Brought): Promise<Opened> {
  const { tenant, slug, ticket, browser } = brought;
  const current = await needs.connections.findBySlug(tenant.id, slug);
  if (!current) throw new Problem(problems.ticket_invalid);
  const now = needs.world.now();
  const by = { browserHash: hashBrowser(browser), now, expiresAt: new Date(now.getTime() + ATTEMPT_SECONDS * 1000) };
  const verification = await needs.verifications.open(tenant.id, { hash: hashTicket(ticket), connectionId: current.id }, by);
  if (!verification) throw new Problem(problems.ticket_invalid);
  return begin(needs, brought, verification);
}

async function begin(needs: OpenTicketNeeds, brought: Brought, verification: Verification): Promise<Opened> {
  const { tenant, tenantUrl, browser } = brought;
  const trace = createTrace(needs.world);
  const { id, connectionId, revision, reference, applicationId } = verification;
  trace.note('verify.start', { received: { connection: brought.slug, revision } });
  let connection: Connection | undefined;
  try {
    connection = await needs.connections.findRevision(tenant.id, connectionId, revision);
    trace.check({
      step: 'verify.revision',
      expected: revision,
      holds: connection !== undefined,
      otherwise: problems.revision_gone,
    });
    if (!connection) throw new Problem(problems.revision_gone);
    const warnings = await needs.preflight(connection, { ...needs.world, trace });
    for (const { code, detail } of warnings) trace.note('verify.warning', { expected: code, received: detail });
    const request = { tenant, tenantUrl, returnTo: '/sign-in/done', forceAuthn: false, acrValues: [], applicationId };
    const purpose = { kind: 'verify' as const, verification: id };
    const send = await beginAttempt(needs, request, { connection, browser, purpose, reference, trace });
    await needs.verifications.noteBegun(tenant.id, id, trace.lines);
    return { kind: 'send', send, provider: connection.name };
  } catch (failure) {
    const progress = { tenant, startedAt: verification.startedAt, reference, trace, earlierLines: [], connection };
    const report = reportOf({ applicationId, progress, failure });
    await keepReport(needs, progress, { verification, report });
    if (!(failure instanceof Problem)) throw failure;
    return { kind: 'ended', verification: id };
  }
}
