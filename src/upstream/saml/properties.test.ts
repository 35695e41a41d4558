import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createScene, formOf } from '#test/saml/scene.ts';
import { saml } from './index.ts';

const scene = createScene(saml);
const SEED = 20261122;
const who = { nameId: 'ada@acme.example', attributes: { email: 'ada@acme.example', groups: ['Engineering', 'Sales'] } };

async function claimsOf(message: Buffer): Promise<{ code: string } | { claims: unknown; subject: string }> {
  const outcome = await scene.play({}, { answer: formOf(message) });
  return outcome.code === null ? { claims: outcome.identity.claims, subject: outcome.identity.subject } : { code: outcome.code };
}

describe('whatever is done to a signed message, it names nobody else', () => {
  for (const sign of ['assertion', 'response', 'both'] as const) {
    it(`any byte changed, dropped or doubled (${sign} signed)`, async () => {
      const message = Buffer.from(scene.respondXml({ ...who, sign }));
      const untouched = await claimsOf(message);
      assert.ok('claims' in untouched, 'the valid control signs in');
      const change = fc.record({
        at: fc.nat(message.length - 1),
        byte: fc.nat(255),
        kind: fc.constantFrom('set', 'drop', 'insert'),
      });
      await fc.assert(
        fc.asyncProperty(change, async ({ at, byte, kind }) => {
          const changed = Buffer.concat([
            message.subarray(0, at),
            Buffer.from(kind === 'drop' ? [] : [byte]),
            message.subarray(kind === 'insert' ? at : at + 1),
          ]);
          const outcome = await claimsOf(changed);
          if ('claims' in outcome) assert.deepEqual(outcome, untouched);
          else assert.match(outcome.code, /^(saml|xml)\.[a-z0-9_]+$/);
        }),
        { numRuns: 150, seed: SEED },
      );
    });
  }

  it('any piece of the message copied to any other place', async () => {
    const xml = scene.respondXml({ ...who, sign: 'assertion' });
    const untouched = await claimsOf(Buffer.from(xml));
    const tags = [...xml.matchAll(/<[^>]*>/g)].map((found) => found.index);
    const place = fc.constantFrom(...tags);
    await fc.assert(
      fc.asyncProperty(place, place, place, fc.boolean(), async (from, to, into, evil) => {
        const piece = xml.slice(Math.min(from, to), Math.max(from, to));
        const copied = xml.slice(0, into) + (evil ? piece.replaceAll('ada@', 'admin@') : piece) + xml.slice(into);
        const outcome = await claimsOf(Buffer.from(copied));
        if ('claims' in outcome) assert.deepEqual(outcome, untouched);
      }),
      { numRuns: 250, seed: SEED },
    );
  });

  it('values of any text arrive as they were sent', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((value) => !/[\p{Cc}\ufffe\uffff]/u.test(value));
    await fc.assert(
      fc.asyncProperty(text, text, async (one, other) => {
        const outcome = await scene.play({ attributes: { one, list: [one, other] } });
        assert.ok(outcome.code === null, outcome.code ?? '');
        assert.deepEqual([outcome.identity.claims['one'], outcome.identity.claims['list']], [one, [one, other]]);
      }),
      { numRuns: 60, seed: SEED },
    );
  });
});
