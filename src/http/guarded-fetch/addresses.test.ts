import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isPublicAddress } from './addresses.ts';

describe('RFC 6890: an address is public only if it is public unicast', () => {
  const open = ['8.8.8.8', '1.1.1.1', '93.184.216.34', '100.63.255.255', '100.128.0.1', '172.15.0.1', '172.32.0.1', '169.253.1.1',
    '2606:4700::1111', '2a00:1450:4001::1', '2001:4860:4860::8888', '64:ff9b::808:808'];
  for (const address of open) it(`${address} is public`, () => assert.equal(isPublicAddress(address), true));

  const closed: [string, string][] = [
    ['this network', '0.0.0.0'], ['this network', '0.1.2.3'], ['private', '10.0.0.1'], ['private', '10.255.255.255'], ['CGNAT', '100.64.0.1'],
    ['CGNAT', '100.127.255.255'], ['loopback', '127.0.0.1'], ['loopback', '127.255.255.254'], ['metadata service', '169.254.169.254'],
    ['private', '172.16.0.1'], ['private', '172.31.255.255'], ['protocol assignments', '192.0.0.1'], ['documentation', '192.0.2.1'],
    ['6to4 relay', '192.88.99.1'], ['private', '192.168.1.1'], ['benchmark', '198.18.0.1'], ['benchmark', '198.19.255.255'],
    ['documentation', '198.51.100.1'], ['documentation', '203.0.113.1'], ['multicast', '224.0.0.1'], ['multicast', '239.255.255.255'],
    ['reserved', '240.0.0.1'], ['broadcast', '255.255.255.255'],
    ['unspecified', '::'], ['loopback', '::1'], ['mapped loopback', '::ffff:127.0.0.1'], ['mapped loopback', '::ffff:7f00:1'],
    ['mapped metadata', '::ffff:a9fe:a9fe'], ['mapped public', '::ffff:8.8.8.8'], ['compatible', '::7f00:1'], ['translated', '::ffff:0:7f00:1'],
    ['NAT64 metadata', '64:ff9b::a9fe:a9fe'], ['NAT64 loopback', '64:ff9b::127.0.0.1'], ['NAT64 zero', '64:ff9b::'], ['NAT64 short', '64:ff9b::1'],
    ['local NAT64', '64:ff9b:1::808:808'], ['discard', '100::1'], ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
    ['ORCHID', '2001:20::1'], ['documentation', '2001:db8::1'], ['6to4 of loopback', '2002:7f00:1::1'], ['documentation', '3fff::1'],
    ['segment routing', '5f00::1'], ['unique local', 'fc00::1'], ['unique local', 'fd00::1'], ['link-local', 'fe80::1'],
    ['scoped', 'fe80::1%eth0'], ['scoped public', '2606:4700::1111%1'], ['site-local', 'fec0::1'], ['multicast', 'ff02::1'],
    ['not an address', 'localhost'], ['not an address', ''], ['not canonical', '127.1'], ['not canonical', '0x7f.0.0.1'],
  ];
  for (const [what, address] of closed) it(`${what}: ${address} is not public`, () => assert.equal(isPublicAddress(address), false));
});
