import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, codeOf } from '../../kit/agent.ts';
import { makeLink, setUp } from '../../kit/local/index.ts';
import { bounded } from '../oracles.ts';
import { acme, begin, end, guess, isIn, network, scene } from './password.fixture.ts';

describe('Passwords that are nearly the right one (T168)', () => {
  const LONG = `${'eleven purple gates and '.repeat(5)}a key`;
  before(async () => {
    await begin();
    assert.ok(
      isIn(
        await setUp(new Agent(), await makeLink(scene.operator, acme), {
          email: 'long@acme.example',
          password: LONG,
          repeated: LONG,
        }),
      ),
    );
  });
  after(end);

  it('the valid control: a long one works whole, and in the other form of the same characters', async () => {
    assert.ok(isIn(await guess(network(), { email: 'long@acme.example', password: LONG })));
    assert.ok(isIn(await guess(network(), { email: 'long@acme.example', password: LONG.replaceAll('e', '\uff45') })));
  });

  for (const [name, password] of [
    ['its first 72 bytes', LONG.slice(0, 72)],
    ['another end beyond 72 bytes', `${LONG.slice(0, -1)}z`],
    ['more after it', `${LONG}!`],
    ['a NUL after it', `${LONG}\u0000`],
    ['a NUL in it', `${LONG.slice(0, 30)}\u0000${LONG.slice(30)}`],
    ['other letters’ case', LONG.toUpperCase()],
    ['a space after it', `${LONG} `],
  ] as const) {
    it(`${name} is refused`, async () => {
      assert.equal(codeOf(await guess(network(), { email: 'long@acme.example', password })), 'password.refused');
    });
  }

  it('a megabyte of password is refused within bounds', async () => {
    const visit = await bounded(() => guess(network(), { password: 'x'.repeat(900_000) }));
    assert.equal(codeOf(visit), 'password.refused');
    assert.equal(codeOf(await bounded(() => guess(network(), { password: 'x'.repeat(1_200_000) }))), 'http.too_large');
  });
});
