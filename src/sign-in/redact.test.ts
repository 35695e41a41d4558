import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { redactClaims, redactFact, redactLine } from './redact.ts';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl';

describe('Claims in a report', () => {
  it('are shown as they came', () => {
    const claims = { email: 'alice@acme.example', groups: ['a', 'b'], age: 7, on: true, none: null, nested: { city: 'Bern' } };
    assert.deepEqual(redactClaims(claims), claims);
  });

  const hidden: [name: string, value: unknown][] = [
    ['nonce', 'n-0S6_WzA2Mj'],
    ['at_hash', 'MTIzNDU2Nzg5MDEyMzQ1Ng'],
    ['sid', '08a5019c-17e1-4977-8f42-65a12843ea02'],
    ['access_token', 'short'],
    ['refreshToken', 'short'],
    ['id_token', 'short'],
    ['client_secret', 'short'],
    ['Password', 'short'],
  ];
  for (const [name, value] of hidden) {
    it(`hide ${name}, at any depth`, () => {
      const text = JSON.stringify(redactClaims({ [name]: value, deep: [{ [name]: value }] }));
      assert.ok(!text.includes(String(value)), text);
      assert.equal(text.split('(not shown)').length, 3);
    });
  }

  for (const [name, token] of [
    ['a JWT', JWT],
    ['a long run of base64', 'QUJD'.repeat(60)],
  ] as const) {
    it(`cut what looks like a token: ${name}`, () => {
      const text = JSON.stringify([redactClaims({ custom: token, list: [token] }), redactFact({ a: [token] })]);
      assert.ok(!text.includes(token.slice(20)), text);
    });
  }

  it('are bounded, however many and deep they are', () => {
    let deep: unknown = 'x';
    for (let depth = 0; depth < 1000; depth++) deep = { deep };
    const claims = { deep, long: 'word '.repeat(10_000), many: Array.from({ length: 20_000 }, (_, at) => `g${at}`) };
    assert.ok(JSON.stringify(redactClaims(claims)).length < 20_000);
  });
});

describe('A line of a trace that is handed on', () => {
  it('keeps step, verdict and code, and cuts what came', () => {
    const line = {
      step: 'saml.audience',
      verdict: 'refused',
      expected: 'word '.repeat(90),
      received: [JWT],
      code: 'saml.audience_mismatch',
      at: 3,
    } as const;
    const shown = redactLine(line);
    assert.deepEqual(
      [shown.step, shown.verdict, shown.code, shown.at],
      ['saml.audience', 'refused', 'saml.audience_mismatch', 3],
    );
    assert.ok(typeof shown.expected === 'string');
    assert.equal(shown.expected.length, 301);
    assert.ok(!JSON.stringify(shown).includes('c2lnbmF0dXJl'));
  });
});
