import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clientAddressOf, networkOfAddress } from './network.ts';

describe('The network of an address', () => {
  const rows: [address: string, network: string][] = [
    ['203.0.113.7', '203.0.113.0/24'],
    ['203.0.113.255', '203.0.113.0/24'],
    ['::ffff:203.0.113.7', '203.0.113.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:1::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', 'unknown'],
    ['evil.example', 'unknown'],
    ['203.0.113', 'unknown'],
  ];
  for (const [address, network] of rows) it(`${address} is ${network}`, () => assert.equal(networkOfAddress(address), network));
});

describe('Who is at the other end', () => {
  const rows: [name: string, forwardedFor: string | undefined, proxies: number, address: string][] = [
    ['without a proxy: who is connected, whatever they say', '203.0.113.7', 0, '192.0.2.1'],
    ['behind one: whom it saw', '203.0.113.7', 1, '203.0.113.7'],
    ['behind one: not whom the client names', '198.51.100.9, 203.0.113.7', 1, '203.0.113.7'],
    ['behind two: whom the outer one saw', '198.51.100.9, 203.0.113.7, 192.0.2.2', 2, '203.0.113.7'],
    ['behind one that says nothing: the proxy', undefined, 1, '192.0.2.1'],
    ['past one of two: who is connected', '203.0.113.7', 2, '192.0.2.1'],
    ['with rubbish: who is connected', 'unknown', 1, '192.0.2.1'],
  ];
  for (const [name, forwardedFor, proxies, address] of rows) {
    it(name, () => assert.equal(clientAddressOf({ connection: '192.0.2.1', forwardedFor, proxies }), address));
  }
});
