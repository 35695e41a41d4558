import type { FastifyReply, FastifyRequest } from 'fastify';
import { chooseLanguage, type Page, type PageFrame, pageHeaders } from '#pages/index.ts';

/** What every page of this request is told: whose it is, and in which language. */
export function frameOf(request: FastifyRequest, uiLocales?: string): PageFrame {
  return {
    tenantName: request.tenant.displayName,
    language: chooseLanguage({ uiLocales, acceptLanguage: request.headers['accept-language'] }),
  };
}

export const sendPage = (reply: FastifyReply, page: Page): FastifyReply => reply.headers(pageHeaders(page)).send(page.html);
