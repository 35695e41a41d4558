import type { FastifyRequest } from 'fastify';

/**
 * Did our own page send this form? `Sec-Fetch-Site` says so in every current browser; where it is missing, `Origin` must be ours; a
 * client that sends neither is no browser, and a forged request needs one.
 *
 * @see Fetch Metadata Request Headers §2.3; OWASP CSRF Prevention
 */
export function isFromThisSite(request: FastifyRequest, ownUrl: string): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = request.headers.origin;
  return origin === undefined || origin === new URL(ownUrl).origin;
}

/** A browser that came from another site, say an identity provider that posts its answer. */
export function isFromElsewhere(request: FastifyRequest): boolean {
  return request.headers['sec-fetch-site'] === 'cross-site';
}
