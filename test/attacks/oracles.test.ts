import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { checkInert } from './inert.ts';
import { bounded, isSignedIn, refused, startCanary, turnedAway } from './oracles.ts';
import { answerTo, begin, deliver, openStage, type Stage } from './saml/stage.ts';

let stage: Stage;

before(async () => {
  stage = await openStage();
});
after(() => stage.close());

describe('the judges find guilty', () => {
  const unsigned = { change: { sign: 'none' as const } };

  it('REJ: a sign-in that succeeds', async () => {
    const waiting = await begin(stage.acme, stage.saml);
    const known = await begin(stage.acme, stage.saml);
    await deliver(known, answerTo(known, {}));
    await assert.rejects(refused(waiting, { code: 'saml.expired' }, () => deliver(waiting, answerTo(waiting, {}))));
    assert.equal(await isSignedIn(waiting), true);
  });

  it('REJ: a refusal for another reason', async () => {
    const waiting = await begin(stage.acme, stage.saml);
    await assert.rejects(
      refused(waiting, { code: 'saml.expired' }, () => deliver(waiting, answerTo(waiting, unsigned))),
      /signature_missing/,
    );
  });

  it('REJ: a refusal that shows a secret', async () => {
    const waiting = await begin(stage.acme, stage.saml);
    const secrets = ['saml.signature_missing'];
    await assert.rejects(
      refused(waiting, { code: 'saml.signature_missing', secrets }, () => deliver(waiting, answerTo(waiting, unsigned))),
      /shows/,
    );
  });

  it('REJ: an account that was made meanwhile', async () => {
    const waiting = await begin(stage.acme, stage.saml);
    const deliverAndMake = async (): ReturnType<typeof deliver> => {
      await stage.acme.api.call('POST', '/api/v1/users', { email: 'new@acme.example' });
      return deliver(waiting, answerTo(waiting, unsigned));
    };
    await assert.rejects(refused(waiting, { code: 'saml.signature_missing' }, deliverAndMake), /no account was made/);
  });

  it('REJ: two refusals where one is judged', async () => {
    const [first, second] = [await begin(stage.acme, stage.saml), await begin(stage.acme, stage.saml)];
    const deliverBoth = async (): ReturnType<typeof deliver> => {
      await deliver(first, answerTo(first, unsigned));
      return deliver(second, answerTo(second, unsigned));
    };
    await assert.rejects(refused(second, { code: 'saml.signature_missing' }, deliverBoth), /one audit event/);
  });

  it('turned away: a refusal that is on record as a sign-in', async () => {
    const waiting = await begin(stage.acme, stage.saml);
    await assert.rejects(
      turnedAway(waiting, { code: 'saml.signature_missing' }, () => deliver(waiting, answerTo(waiting, unsigned))),
    );
  });

  it('NOFETCH: whoever knocks', async () => {
    const canary = await startCanary();
    await fetch(canary.url).catch(() => undefined);
    assert.equal(canary.connections, 1);
    await canary.close();
  });

  it('BOUND: 256 MiB', async () => {
    await assert.rejects(
      bounded(async () => Buffer.alloc(256 * 1024 * 1024, 1).length),
      /MB/,
    );
  });

  it('escaped: a page of JSON, or without its policy', () => {
    const headers = { 'content-type': 'text/html; charset=utf-8' };
    assert.throws(() => checkInert({ url: '', status: 400, location: undefined, body: '<p>x</p>', headers }));
  });
});
