import { z } from 'zod';
import type { Authorization } from '#http/authorization.ts';
import { cookiesOf, readCookie } from '#http/cookies.ts';
import { queryOf, readFields } from '#http/fields.ts';
import type { Gateway } from '#http/server.ts';
import type { ConnectionId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import { consentResultPage } from '#pages/index.ts';
import type { Connection, ConsentPurpose } from '#upstream/index.ts';
import { holdBrowser, sendPage } from '../begin.routes.ts';
import { frameOf } from '../frame.routes.ts';
import { problems as signInProblems } from '../problems.ts';
import { createRefusalBudget } from '../refusal-budget.ts';
import { askConsent, type ConsentNeeds, consentAddress, type TakeNeeds, takeConsent } from './ask-consent.ts';
import type { ReportedConsent } from './consents.ts';

export type ConsentRoutesNeeds = ConsentNeeds & { authorization: Authorization };

/** What the provider's answer consists of; without any of it, somebody opened our link. */
const ANSWER = ['admin_consent', 'error', 'error_description', 'tenant', 'state'];
const purposes = ['sign-in', 'directory'] as const satisfies readonly ConsentPurpose[];

const reported = z
  .object({
    outcome: z.enum(['granted', 'refused']),
    at: z.iso.datetime(),
    scope: z.string().nullable(),
    error: z.string().nullable(),
    reference: z.string(),
  })
  .nullable()
  .describe('what a browser came back with last: nobody signs it, so it is no proof');
const consentJson = z.object({ for: z.enum(purposes), clientId: z.string(), url: z.string(), redirectUri: z.string(), reported });
const params = z.object({ id: z.string().transform((id) => id as ConnectionId) });

/** GET /sso/{slug}/admin-consent, and what came of it by API. */
export function registerConsent(scope: Gateway, needs: ConsentRoutesNeeds): void {
  registerPage(scope, { ...needs, budget: createRefusalBudget() });
  scope.route({
    method: 'GET',
    url: '/api/v1/identity-providers/:id/admin-consent',
    onRequest: needs.authorization.allow('identity-providers:read'),
    schema: {
      tags: ['identity-providers'],
      summary: 'Links for an administrator of the directory to consent by, and what was reported last',
      params,
      response: { 200: z.object({ items: z.array(consentJson), next: z.null() }) },
    },
    handler: async ({ tenant, tenantUrl, params: { id } }) => {
      const connection = await needs.connections.find(tenant.id, id);
      if (!connection) throw new Problem(signInProblems.connection_unknown);
      const told = await needs.consents.list(tenant.id, id);
      return { items: describe(needs, { connection, tenantUrl, told }), next: null };
    },
  });
}

function registerPage(scope: Gateway, needs: TakeNeeds): void {
  scope.get('/sso/:slug/admin-consent', { config: { face: 'page' } }, async (request, reply) => {
    const { slug } = request.params as { slug: string };
    const { tenant, tenantUrl } = request;
    const fields = readFields(queryOf(request.raw.url ?? ''));
    reply.header('cache-control', 'no-store');
    if (!ANSWER.some((name) => fields[name] !== undefined)) {
      const purpose = fields['for'] === 'directory' ? 'directory' : 'sign-in';
      const browser = holdBrowser(needs, { request, reply });
      return reply.redirect((await askConsent(needs, { tenant, tenantUrl, slug, purpose, browser })).href, 303);
    }
    const browser = readCookie(request.headers.cookie, cookiesOf(tenant.name, tenantUrl).nameOf('browser'));
    const { connection, consent } = await takeConsent(needs, { tenant, slug, fields, browser });
    const { outcome, error, reference, reportedAt: at, clientId, purpose } = consent;
    return sendPage(
      reply.code(outcome === 'granted' ? 200 : 403),
      consentResultPage({
        ...frameOf(request),
        providerName: connection.name,
        outcome,
        error,
        reference,
        at,
        clientId,
        againHref: addressOf(tenantUrl, { slug, purpose }),
      }),
    );
  });
}

function describe(
  needs: ConsentNeeds,
  { connection, tenantUrl, told }: { connection: Connection; tenantUrl: string; told: readonly ReportedConsent[] },
): z.input<typeof consentJson>[] {
  const redirectUri = consentAddress(tenantUrl, connection.slug);
  return purposes.flatMap((purpose) => {
    // The state of this one goes nowhere: whether there is something to consent to is all that is asked.
    const asked = needs.consentRequestOf(connection, { purpose, state: '', returnUrl: redirectUri });
    if (!asked) return [];
    const last = told.find((one) => one.purpose === purpose && one.clientId === asked.clientId);
    const url = addressOf(tenantUrl, { slug: connection.slug, purpose });
    return [{ for: purpose, clientId: asked.clientId, url, redirectUri, reported: last ? reportJson(last) : null }];
  });
}

function reportJson({ outcome, scope, error, reference, reportedAt }: ReportedConsent): z.input<typeof reported> {
  return { outcome, scope, error, reference, at: reportedAt.toISOString() };
}

const addressOf = (tenantUrl: string, { slug, purpose }: { slug: string; purpose: ConsentPurpose }): string =>
  `${consentAddress(tenantUrl, slug)}${purpose === 'directory' ? '?for=directory' : ''}`;
