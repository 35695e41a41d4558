import type { AuditLog } from '#audit/index.ts';
import { Problem } from '#kernel/problem.ts';
import { newSecret, type Transact, type World } from '#kernel/world.ts';
import type { Tenant } from '#tenants/index.ts';
import type { Connection, ConnectionDirectory, ConsentPurpose, ConsentRequest, ConsentWish } from '#upstream/index.ts';
import { problems as signInProblems } from '../problems.ts';
import { newReference } from '../reference.ts';
import type { RefusalBudget } from '../refusal-budget.ts';
import { hashBrowser } from '../start.ts';
import type { ConsentStore, ReportedConsent } from './consents.ts';
import { problems } from './problems.ts';

export interface ConsentNeeds {
  connections: ConnectionDirectory;
  consents: ConsentStore;
  audit: AuditLog;
  transact: Transact;
  world: World;
  /** Undefined where there is nothing to consent to. */
  consentRequestOf(connection: Connection, wish: ConsentWish): ConsentRequest | undefined;
}

/** Administrators read what they consent to, and fetch somebody who may. */
const REQUEST_SECONDS = 60 * 60;

export interface Asking {
  tenant: Tenant;
  tenantUrl: string;
  slug: string;
  purpose: ConsentPurpose;
  /** The browser's own secret. */
  browser: string;
}

/** Our page that the provider returns to; registered there as a redirect URI. */
export const consentAddress = (tenantUrl: string, slug: string): string => `${tenantUrl}/sso/${slug}/admin-consent`;

/**
 * Sends an administrator to the provider's page of consent. It also works for a provider that is not switched on: consent comes first.
 *
 * @throws Problem `sign_in.connection_unknown`, `consent.not_here`
 */
export async function askConsent(needs: ConsentNeeds, { tenant, tenantUrl, slug, purpose, browser }: Asking): Promise<URL> {
  const connection = await getConnection(needs, tenant, slug);
  const state = newSecret(needs.world);
  const asked = needs.consentRequestOf(connection, { purpose, state, returnUrl: consentAddress(tenantUrl, slug) });
  if (!asked) throw new Problem(problems.not_here);
  await needs.consents.save(tenant.id, state, {
    connectionId: connection.id,
    purpose,
    clientId: asked.clientId,
    directoryId: asked.directoryId,
    browserHash: hashBrowser(browser),
    expiresAt: new Date(needs.world.now().getTime() + REQUEST_SECONDS * 1000),
  });
  return asked.url;
}

/** What takes an answer. The budget is for what anybody can write as often as they like: a flood must not fill the audit log. */
export type TakeNeeds = ConsentNeeds & { budget: RefusalBudget };

export interface Answered {
  tenant: Tenant;
  slug: string;
  fields: Readonly<Record<string, string>>;
  browser: string | undefined;
}

/**
 * Takes what the provider sent the browser back with, and keeps it. Whoever holds the browser could have written it: it is shown as
 * reported, and nothing is decided by it.
 *
 * @throws Problem `sign_in.connection_unknown`, `consent.answer_unknown`, `consent.other_directory`
 * @see Microsoft Learn, "Admin consent on the Microsoft identity platform" (successful response, error response)
 */
export async function takeConsent(
  needs: TakeNeeds,
  { tenant, slug, fields, browser }: Answered,
): Promise<{ connection: Connection; consent: ReportedConsent }> {
  const connection = await getConnection(needs, tenant, slug);
  const now = needs.world.now();
  const by = { browserHash: hashBrowser(browser ?? ''), connectionId: connection.id, now };
  const attempt = await needs.consents.take(tenant.id, fields['state'] ?? '', by);
  if (!attempt) throw new Problem(problems.answer_unknown);
  const error = errorIn(fields);
  const directory = fields['tenant']?.toLowerCase();
  // A refusal need not say where; a consent that does not say where is none.
  if (directory !== attempt.directoryId && !(error !== null && directory === undefined))
    throw new Problem(problems.other_directory, { facts: { expected: attempt.directoryId, received: directory?.slice(0, 80) } });
  const granted = error === null && fields['admin_consent']?.toLowerCase() === 'true';
  const consent: ReportedConsent = {
    purpose: attempt.purpose,
    clientId: attempt.clientId,
    outcome: granted ? 'granted' : 'refused',
    scope: granted ? plain(fields['scope'], 500) : null,
    error: granted ? null : (error ?? 'not_granted'),
    reference: newReference(needs.world),
    reportedAt: now,
  };
  await needs.transact(() => keep(needs, { tenant, connection }, consent));
  return { connection, consent };
}

async function keep(
  needs: TakeNeeds,
  { tenant, connection }: { tenant: Tenant; connection: Connection },
  consent: ReportedConsent,
): Promise<void> {
  await needs.consents.report(tenant.id, connection.id, consent);
  if (needs.budget.take(tenant.id, consent.reportedAt).kind === 'leave out') return;
  const { reference, outcome, purpose, clientId, scope, error } = consent;
  await needs.audit.append(tenant.id, {
    action: 'identity-provider.consent-reported',
    actor: { kind: 'nobody' },
    target: `connection:${connection.id}`,
    reference,
    after: { outcome, purpose, clientId, scope, error },
  });
}

async function getConnection({ connections }: ConsentNeeds, tenant: Tenant, slug: string): Promise<Connection> {
  const connection = await connections.findBySlug(tenant.id, slug);
  if (!connection) throw new Problem(signInProblems.connection_unknown);
  return connection;
}

/** Microsoft's own number where there is one. */
function errorIn({ error, error_description: description }: Answered['fields']): string | null {
  if (error === undefined) return null;
  return /^(AADSTS\d{4,9})\b/.exec(description ?? '')?.[1] ?? plain(error, 100) ?? 'unreadable';
}

/** Foreign text, shown later: printable ASCII and cut; null where nothing is left. */
function plain(text: string | undefined, longest: number): string | null {
  return text?.replace(/[^\x20-\x7e]/g, '').slice(0, longest) || null;
}
