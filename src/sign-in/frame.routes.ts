import type { FastifyRequest } from 'fastify';
import { chooseLanguage, type PageFrame } from '#pages/index.ts';

/** What every page of this request is told: whose it is, and in which language. */
export function frameOf(request: FastifyRequest, uiLocales?: string): PageFrame {
  return {
    tenantName: request.tenant?.displayName ?? null,
    language: chooseLanguage({ uiLocales, acceptLanguage: request.headers['accept-language'] }),
  };
}
