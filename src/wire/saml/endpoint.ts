/**
 * Whether a browser may be sent to this address: https, or http on this very computer (development and tests); no credentials and no
 * fragment. `javascript:` and `data:` are what an attacker's metadata would try (ATTACKS T84).
 */
export function isSafeEndpoint(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || /[\s\\<>"]/.test(text) || text.length > 2048) return false;
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '' || text.includes('#')) return false;
  return url.protocol === 'https:' || isLoopback(url.hostname);
}

/**
 * Whether an address names a host of the public network, as far as its text says: neither this computer nor an IP address. Metadata that
 * sends people to `https://10.0.0.1/` is a stranger's (ATTACKS T84); a name that leads inward is the browser's business, not ours.
 */
export function namesPublicHost(text: string): boolean {
  const host = URL.parse(text)?.hostname ?? '';
  return host !== '' && !host.startsWith('[') && !/^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) && !isLoopback(host.replace(/\.$/, ''));
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
  );
}
