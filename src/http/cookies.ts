/**
 * Cookies of one tenant. On https every name has the `__Host-` prefix (Secure, no Domain, Path=/: no sibling host can plant one);
 * as the path cannot keep tenants apart then, the name does. On http (development) there is no prefix.
 *
 * @see RFC 6265bis §4.1.3.2
 */
export interface CookieJar {
  nameOf(purpose: 'session' | 'browser'): string;
  /** `lax` for what follows links from elsewhere; `cross-site-post` for what must come along when a provider posts its answer. */
  serialize(purpose: 'session' | 'browser', value: string, sameSite: 'lax' | 'cross-site-post'): string;
  clear(purpose: 'session' | 'browser'): string;
}

export function cookiesOf(tenantName: string, tenantUrl: string): CookieJar {
  const secure = tenantUrl.startsWith('https:');
  const nameOf = (purpose: string): string => `${secure ? '__Host-' : ''}sallyport-${purpose}.${tenantName}`;
  // Without Secure, SameSite=None is not honoured; browsers then treat an unstated SameSite as Lax, and the answer is bounced once.
  const attributes = (sameSite: 'lax' | 'cross-site-post'): string =>
    sameSite === 'lax' ? '; SameSite=Lax' : secure ? '; SameSite=None' : '';
  return {
    nameOf,
    serialize: (purpose, value, sameSite) =>
      `${nameOf(purpose)}=${value}; Path=/; HttpOnly${secure ? '; Secure' : ''}${attributes(sameSite)}`,
    clear: (purpose) => `${nameOf(purpose)}=; Path=/; HttpOnly${secure ? '; Secure' : ''}; SameSite=Lax; Max-Age=0`,
  };
}

/** One cookie of a request; undefined when absent or sent twice (then nobody knows whose it is). */
export function readCookie(header: string | undefined, name: string): string | undefined {
  if (!header || header.length > 16_384) return undefined;
  let found: string | undefined;
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    if (at < 0 || pair.slice(0, at).trim() !== name) continue;
    if (found !== undefined) return undefined;
    found = pair.slice(at + 1).trim();
  }
  return found;
}
