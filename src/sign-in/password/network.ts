import { isIP } from 'node:net';

/**
 * The network that an address belongs to: what one customer of a provider usually has, /24 of IPv4 and /64 of IPv6. A guesser changes the
 * last bits of an address at will.
 */
export function networkOfAddress(address: string): string {
  const plain = address.replace(/%.*$/, '');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1] ?? plain;
  if (isIP(mapped) === 4) return `${mapped.split('.').slice(0, 3).join('.')}.0/24`;
  if (isIP(mapped) === 6) return `${groupsOf(mapped).slice(0, 4).join(':')}::/64`;
  return 'unknown';
}

/** The eight groups of an IPv6 address, without leading noughts. */
function groupsOf(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('::');
  const read = (part: string): string[] => part.split(':').filter((group) => group !== '');
  const before = read(head);
  const after = tail === undefined ? [] : read(tail);
  // `::1.2.3.4` ends with two groups written as four numbers; they are beyond the first four.
  const noughts = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array.from({ length: Math.max(noughts, 0) }, () => '0'), ...after];
  return groups.map((group) => group.replace(/^0+(?=.)/, ''));
}

/**
 * Who is at the other end: the address of the connection, or, behind so many proxies of ours, the one that the outermost of them saw.
 * Further to the left stands what the client wrote itself.
 *
 * @see RFC 7239 §8.1
 */
export function clientAddressOf({ connection, forwardedFor, proxies }: Arrived): string {
  if (proxies === 0 || forwardedFor === undefined) return connection;
  const hops = forwardedFor.split(',').map((hop) => hop.trim());
  const seen = hops.at(-proxies);
  return seen !== undefined && isIP(seen) !== 0 ? seen : connection;
}

export interface Arrived {
  connection: string;
  /** `X-Forwarded-For`, as it came. */
  forwardedFor: string | undefined;
  /** Proxies of ours before the gateway, each of which adds one address. */
  proxies: number;
}
