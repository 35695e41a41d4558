import { isIP } from 'node:net';

/** Codes of `InputFault` that a URL can have. */
export type UrlFault =
  | 'not_a_url'
  | 'scheme_refused'
  | 'https_required'
  | 'credentials_refused'
  | 'fragment_refused'
  | 'query_refused'
  | 'private_host_refused';

const LOCAL_NAME = /(?:^|\.)(?:localhost|local|internal|home\.arpa)\.?$/i;

/**
 * What is wrong with the address of an endpoint or issuer; nothing when it is good. An https host with a public name is wanted, unless
 * the operator allows private networks: then plain http and any host will do. Where the name leads is judged when it is connected to.
 *
 * @see OpenID Connect Discovery 1.0 §3, RFC 6749 §3.1 (no fragment)
 */
export function faultOfUrl(text: string, { allowPrivateNetwork }: { allowPrivateNetwork: boolean }): UrlFault | undefined {
  // Spaces and control characters: the URL parser drops them, other readers of the same text do not.
  const url = /[\s\\]|[^\x20-\x7e]/.test(text) ? null : URL.parse(text);
  if (!url) return 'not_a_url';
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'scheme_refused';
  if (url.protocol === 'http:' && !allowPrivateNetwork) return 'https_required';
  if (url.username !== '' || url.password !== '') return 'credentials_refused';
  if (text.includes('#')) return 'fragment_refused';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!allowPrivateNetwork && (isIP(host) !== 0 || LOCAL_NAME.test(host))) return 'private_host_refused';
  return undefined;
}

/** As `faultOfUrl`; an issuer has no query either. @see OpenID Connect Core 1.0 §2 (iss) */
export function faultOfIssuer(text: string, policy: { allowPrivateNetwork: boolean }): UrlFault | undefined {
  return faultOfUrl(text, policy) ?? (text.includes('?') ? 'query_refused' : undefined);
}

/** What each fault means, for people. */
export const urlFaults: Readonly<Record<UrlFault, string>> = {
  not_a_url: 'must be an absolute URL in ASCII, without spaces',
  scheme_refused: 'must begin with https://',
  https_required: 'must begin with https://',
  credentials_refused: 'must not contain a user name or password',
  fragment_refused: 'must not contain a fragment (#)',
  query_refused: 'must not contain a query (?)',
  private_host_refused: 'must name a public host, not an IP address or local name',
};
