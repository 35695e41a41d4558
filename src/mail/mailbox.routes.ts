import type { FastifyRequest } from 'fastify';
import { problems } from '#http/problems.ts';
import type { Gateway } from '#http/server.ts';
import type { TenantId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import { chooseLanguage, mailboxPage, mailPage, type PageFrame, pageHeaders } from '#pages/index.ts';
import type { MailAddress } from './address.ts';
import type { Outbox } from './outbox.ts';

export interface MailboxNeeds {
  outbox: Outbox;
  from: MailAddress;
}

const SHOWN = 50;

/**
 * GET /dev/mailbox and /dev/mailbox/{id} of a tenant: the mails that were not sent because there is no mail server. Development only: the caller
 * registers it nowhere else, since whoever reads mails can be whoever they are for.
 */
export function mailboxRoutes(scope: Gateway, { outbox, from }: MailboxNeeds): void {
  const options = { config: { face: 'page' as const }, schema: { hide: true } };
  scope.get('/dev/mailbox', options, async (request, reply) => {
    const { tenant, tenantUrl } = placeOf(request);
    const mails = await outbox.list(tenant.id, SHOWN);
    const page = mailboxPage({
      ...frameOf(request),
      mails: mails.map(({ id, to, content, createdAt }) => ({
        href: `${tenantUrl}/dev/mailbox/${id}`,
        to,
        subject: content?.subject ?? '',
        at: createdAt,
      })),
    });
    return reply.headers(pageHeaders(page)).send(page.html);
  });
  scope.get('/dev/mailbox/:id', options, async (request, reply) => {
    const { tenant, tenantUrl } = placeOf(request);
    const mail = await outbox.find(tenant.id, (request.params as { id: string }).id);
    if (!mail?.content) throw new Problem(problems.not_found);
    const { subject, text } = mail.content;
    const shown = { from: from.address, to: mail.to, subject, text, at: mail.createdAt };
    const page = mailPage({ ...frameOf(request), mail: shown, tenantUrl, backHref: `${tenantUrl}/dev/mailbox` });
    return reply.headers(pageHeaders(page)).send(page.html);
  });
}

interface Place {
  tenant: { id: TenantId; displayName: string };
  tenantUrl: string;
}

/**
 * Where the request is, as the tenants' scope has found out. Only under the very name that the gateway has: a page of somebody's own whose
 * name was made to lead to this computer (DNS rebinding) does not read mails.
 */
function placeOf(request: FastifyRequest): Place {
  const place = request as unknown as Place;
  if (request.headers.host !== new URL(place.tenantUrl).host) throw new Problem(problems.not_found);
  return place;
}

function frameOf(request: FastifyRequest): PageFrame {
  const { tenant } = request as unknown as Place;
  return { tenantName: tenant.displayName, language: chooseLanguage({ acceptLanguage: request.headers['accept-language'] }) };
}
