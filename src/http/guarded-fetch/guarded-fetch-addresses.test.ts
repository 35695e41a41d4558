import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HOSTS_INSIDE } from '#test/hosts-inside.ts';
import { canary, open, refuses, setUp } from './guarded-fetch.fixture.ts';
import { createGuardedFetch, type Lookup } from './index.ts';

setUp();

const shut = createGuardedFetch({ allowPrivateNetwork: false });

describe('T76: an address that is not public is refused before a connection is made', () => {
  const port = (): number => canary.port;
  for (const host of HOSTS_INSIDE) {
    it(`refuses ${host}`, async () => {
      const before = canary.sockets;
      await refuses('fetch.address_refused', shut, `http://${host}:${port()}/`);
      assert.equal(canary.sockets, before);
    });
  }
  for (const host of ['127.0.0.1', '2130706433', '127.1', 'localhost']) {
    it(`control: ${host} is reached when private networks are allowed`, async () => {
      canary.answer = (_, response) => response.end('chirp');
      assert.equal(await (await open(`http://${host}:${port()}/`)).text(), 'chirp');
    });
  }
});

describe('T77: a name is judged by the addresses that the socket would connect to', () => {
  const answers = (...addresses: string[]): { lookup: Lookup; asked: () => number } => {
    let asked = 0;
    const lookup: Lookup = (_host, _options, done) => {
      asked += 1;
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    };
    return { lookup, asked: () => asked };
  };
  const cases: [string, string[]][] = [
    ['a private address', ['127.0.0.1']],
    ['one public and one private address', ['8.8.8.8', '127.0.0.1']],
    ['an AAAA record with a mapped loopback address', ['::ffff:127.0.0.1']],
  ];
  for (const [what, addresses] of cases) {
    it(`refuses ${what}`, async () => {
      const before = canary.sockets;
      const { lookup } = answers(...addresses);
      await refuses(
        'fetch.address_refused',
        createGuardedFetch({ allowPrivateNetwork: false, lookup }),
        `http://idp.example:${canary.port}/`,
      );
      assert.equal(canary.sockets, before);
    });
  }
  it('looks a name up once for a connection: there is no second answer to be rebound to', async () => {
    canary.answer = (_, response) => response.end('chirp');
    const { lookup, asked } = answers('127.0.0.1');
    const response = await createGuardedFetch({ allowPrivateNetwork: true, lookup })(`http://idp.example:${canary.port}/`);
    assert.equal(await response.text(), 'chirp');
    assert.equal(asked(), 1);
  });
  it('calls a name without addresses unreachable', async () => {
    const { lookup } = answers();
    await refuses('fetch.unreachable', createGuardedFetch({ allowPrivateNetwork: false, lookup }), 'http://idp.example/');
  });
});
