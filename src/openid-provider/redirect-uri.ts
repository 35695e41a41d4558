/** Schemes that run or show what they carry, or that other programs on the device own. */
const NEVER_OURS = new Set([
  'javascript:',
  'vbscript:',
  'data:',
  'blob:',
  'file:',
  'about:',
  'ftp:',
  'ws:',
  'wss:',
  'view-source:',
  'mailto:',
  'tel:',
]);

/** Longer than any that is in use; the whole request must fit into a browser's address. */
const LONGEST = 2000;

export type RedirectFault =
  | 'too_long'
  | 'not_a_uri'
  | 'not_ascii'
  | 'fragment'
  | 'wildcard'
  | 'userinfo'
  | 'dot_segment'
  | 'scheme'
  | 'http_not_loopback'
  | 'private_use_not_public'
  | 'private_use_shape';

/**
 * What is wrong with a redirect URI that somebody wants to register. Later requests are compared with it character by character, so it
 * must be one that has a single reading.
 * @see RFC 9700 §2.1, §4.1; RFC 8252 §7
 */
export function findRedirectFault(uri: string, kind: 'confidential' | 'public'): RedirectFault | undefined {
  if (uri.length > LONGEST) return 'too_long';
  if (!/^[\x21-\x7e]+$/.test(uri) || uri.includes('\\')) return 'not_ascii';
  const url = URL.parse(uri);
  if (!url) return 'not_a_uri';
  if (uri.includes('#')) return 'fragment';
  if (uri.includes('*')) return 'wildcard';
  if (url.username !== '' || url.password !== '' || /^[a-z][a-z0-9+.-]*:\/\/[^/?]*@/i.test(uri)) return 'userinfo';
  if (/(?:\/|%2f)(?:\.|%2e){1,2}(?:[/?;]|%2f|$)/i.test(uri)) return 'dot_segment';
  if (url.protocol === 'https:') return /^https:\/\/[^/]/.test(uri) ? undefined : 'not_a_uri';
  if (url.protocol === 'http:') return /^http:\/\/[^/]/.test(uri) && isLoopback(uri) ? undefined : 'http_not_loopback';
  return findPrivateUseFault(url, kind);
}

/** `com.example.app:/callback`: only a scheme in the reverse of somebody's own domain is nobody else's. @see RFC 8252 §7.1 */
function findPrivateUseFault({ protocol }: URL, kind: 'confidential' | 'public'): RedirectFault | undefined {
  if (NEVER_OURS.has(protocol)) return 'scheme';
  if (kind !== 'public') return 'private_use_not_public';
  return /^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+:$/.test(protocol) ? undefined : 'private_use_shape';
}

export function isLoopback(uri: string): boolean {
  const url = URL.parse(uri);
  return url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}

export function isPrivateUse(uri: string): boolean {
  const protocol = URL.parse(uri)?.protocol;
  return protocol !== undefined && protocol !== 'https:' && protocol !== 'http:';
}
