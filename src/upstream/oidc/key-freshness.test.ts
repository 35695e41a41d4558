import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isProblem } from '#kernel/problem.ts';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import { createTestWorld } from '#test/tenant/index.ts';
import { createKeySets } from './key-sets.ts';

const URI = 'https://idp.acme.example/jwks';
const jwk = (kid: string): object => ({ ...makeCertifiedKey('ec-p256').publicKey.export({ format: 'jwk' }), kid, use: 'sig' });

function provider(cacheControl?: string) {
  const state = { asked: 0, fails: false, keys: [jwk('one')] };
  const world = createTestWorld(async () => {
    state.asked += 1;
    if (state.fails) throw new Error('down');
    const headers: Record<string, string> = cacheControl === undefined ? {} : { 'cache-control': cacheControl };
    return new Response(JSON.stringify({ keys: state.keys }), { headers });
  });
  const sets = createKeySets({ capacity: 10 });
  return { state, world, sets, current: () => sets.current(URI, world) };
}
/** Lets what nobody waits for end. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Published keys stay fresh', () => {
  const rows: [cacheControl: string | undefined, seconds: number][] = [
    [undefined, 600],
    ['public, max-age=300', 300],
    ['max-age=86400', 600],
    ['max-age=0, must-revalidate', 60],
    ['no-cache', 600],
    ['max-age="120"', 120],
    ['s-maxage=5', 600],
  ];
  for (const [cacheControl, seconds] of rows) {
    test(`for ${seconds} seconds where the provider says ${cacheControl ?? 'nothing'} (RFC 9111 §5.2.2.1)`, async () => {
      const { state, world, current } = provider(cacheControl);
      await current();
      world.pass(seconds * 0.79);
      await current();
      await settle();
      assert.equal(state.asked, 1);
      world.pass(seconds * 0.21 + 1);
      state.keys = [jwk('two')];
      assert.deepEqual(
        (await current()).map(({ kid }) => kid),
        ['two'],
        'older ones are not believed',
      );
      assert.equal(state.asked, 2);
    });
  }

  test('ahead of their time they are fetched while the sign-in goes on with those at hand', async () => {
    const { state, world, current } = provider();
    await current();
    world.pass(500);
    state.keys = [jwk('two')];
    assert.deepEqual(
      (await current()).map(({ kid }) => kid),
      ['one'],
    );
    await settle();
    assert.equal(state.asked, 2);
    assert.deepEqual(
      (await current()).map(({ kid }) => kid),
      ['two'],
    );
  });

  test('when they cannot be fetched the old ones serve for a day, asked for again each minute, and no longer', async () => {
    const { state, world, current } = provider();
    await current();
    state.fails = true;
    world.pass(601);
    for (let time = 0; time < 5; time += 1) assert.equal((await current()).length, 1);
    assert.equal(state.asked, 2);
    world.pass(86_400 - 601 - 1);
    assert.equal((await current()).length, 1);
    world.pass(61);
    await assert.rejects(current(), (error) => isProblem(error, 'oidc.keys_unavailable'));
  });

  test('the watch over providers reads them now, and a failure takes nothing away', async () => {
    const { state, world, sets, current } = provider();
    await current();
    state.keys = [jwk('two')];
    assert.deepEqual(
      (await sets.check(URI, world)).map(({ kid }) => kid),
      ['two'],
    );
    state.fails = true;
    await assert.rejects(sets.check(URI, world), (error) => isProblem(error, 'oidc.keys_unavailable'));
    assert.deepEqual(
      (await current()).map(({ kid }) => kid),
      ['two'],
    );
  });
});
