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

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
  );
}
