import { BlockList, isIP } from 'node:net';

/** IANA IPv4 Special-Purpose Address Registry, with multicast and the former class E. */
const SPECIAL_IPV4: readonly [string, number][] = [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // shared by carriers (CGNAT)
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link-local: the clouds' metadata services
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.31.196.0', 24], // AS112
  ['192.52.193.0', 24], // AMT
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16], // private
  ['192.175.48.0', 24], // AS112
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, limited broadcast
];

/**
 * Inside 2000::/3, the only block that IANA has given out as global unicast. Everything outside it is refused without being listed:
 * unspecified, loopback, IPv4-mapped and -compatible, discard, segment routing, unique local, link-local, site-local, multicast.
 */
const SPECIAL_IPV6: readonly [string, number][] = [
  ['2001::', 23], // protocol assignments: Teredo, benchmarks, ORCHID
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4: carries any IPv4 address
  ['2620:4f:8000::', 48], // AS112
  ['3fff::', 20], // documentation
];

const specialIpv4 = blockListOf(SPECIAL_IPV4, 'ipv4');
const specialIpv6 = blockListOf(SPECIAL_IPV6, 'ipv6');
const globalUnicast = blockListOf([['2000::', 3]], 'ipv6');
/** Well-known NAT64 prefix: on a network without IPv4 the resolver puts it before every IPv4 address. RFC 6052 §2.1 */
const nat64 = blockListOf([['64:ff9b::', 96]], 'ipv6');

function blockListOf(ranges: readonly [string, number][], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family);
  return list;
}

/**
 * Whether an IP address (text, no brackets) is a public unicast address. Anything else, a scoped address and anything that is no IP
 * address at all are not public. An address behind the NAT64 prefix is as public as the IPv4 address in it.
 *
 * @see RFC 6890, RFC 4291 §2.5, RFC 6052 §3.1
 */
export function isPublicAddress(address: string): boolean {
  if (address.includes('%')) return false;
  switch (isIP(address)) {
    case 4:
      return !specialIpv4.check(address, 'ipv4');
    case 6:
      if (nat64.check(address, 'ipv6')) return !specialIpv4.check(lastIpv4Of(address), 'ipv4');
      return globalUnicast.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6');
    default:
      return false;
  }
}

/** The last 32 bits of an IPv6 address as an IPv4 address; the URL parser writes them in hexadecimal, without zeros. */
function lastIpv4Of(address: string): string {
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [high = '0', low = '0'] = canonical.endsWith('::') ? [] : canonical.split(':').slice(-2);
  const bits = (Number.parseInt(high || '0', 16) * 0x1_0000 + Number.parseInt(low || '0', 16)) >>> 0;
  return [bits >>> 24, (bits >>> 16) & 255, (bits >>> 8) & 255, bits & 255].join('.');
}
