import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { deflateRawSync, deflateSync } from 'node:zlib';
import type { Visit } from '../../kit/agent.ts';
import { bounded, refused } from '../oracles.ts';
import { answerTo, begin, deliver, openStage, type Stage, type Waiting } from './stage.ts';

/**
 * Answers come by POST alone (SAML Profiles §4.1.2 forbids the redirect binding for them): nothing that arrives in a query is inflated,
 * no detached signature is looked at, and a posted message is never taken for a compressed one.
 */
describe('the redirect binding brings no answer (T68, T70)', () => {
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage.close());

  const zeros = (megabytes: number): Buffer => deflateRawSync(Buffer.alloc(megabytes * 1_000_000, ' '));
  const rows: { name: string; payload: (xml: Buffer) => Buffer; query?: (query: string) => string }[] = [
    { name: 'a genuine response, deflated as the binding wants it', payload: deflateRawSync },
    { name: 'a DEFLATE bomb, as much of it as a request line carries', payload: () => zeros(64) },
    { name: 'a truncated stream', payload: (xml) => deflateRawSync(xml).subarray(0, 200) },
    { name: 'a zlib header instead of raw', payload: deflateSync },
    { name: 'the parameter twice', payload: deflateRawSync, query: (query) => `${query}&SAMLResponse=x` },
    {
      name: 'lower-case percent encoding',
      payload: deflateRawSync,
      query: (query) => query.replace(/%[0-9A-F]{2}/g, (c) => c.toLowerCase()),
    },
    {
      name: 'a RelayState that was added after signing',
      payload: deflateRawSync,
      query: (query) =>
        `${query}&SigAlg=http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256&Signature=AAAA&RelayState=later`,
    },
    {
      name: 'SigAlg swapped to rsa-sha1',
      payload: deflateRawSync,
      query: (query) => `${query}&SigAlg=http%3A%2F%2Fwww.w3.org%2F2000%2F09%2Fxmldsig%23rsa-sha1&Signature=AAAA`,
    },
  ];

  const queryOf = (waiting: Waiting, payload: (xml: Buffer) => Buffer): string =>
    new URLSearchParams({
      SAMLResponse: payload(Buffer.from(answerTo(waiting, {}), 'base64')).toString('base64'),
      RelayState: waiting.relayState,
    }).toString();

  for (const { name, payload, query = (same: string) => same } of rows) {
    it(`${name}: nobody is signed in, and the posted answer still is (control)`, async () => {
      const waiting = await begin(stage.acme, stage.saml);
      const asked = query(queryOf(waiting, payload)).slice(0, 12_000);
      const url = `${stage.saml.acsUrl}?${asked}`;
      const { status, headers, location } = await bounded((): Promise<Visit> => waiting.agent.get(url));
      assert.ok(status >= 400 && status < 500, `${status}`);
      assert.equal(location, undefined);
      assert.doesNotMatch(String(headers['set-cookie']), /session/);
      const arrived = await deliver(waiting, answerTo(waiting, {}));
      assert.equal(arrived.status, 303, 'the attempt was not spent by it');
    });
  }

  it('at the callback of OpenID Connect it is the wrong binding, on record', async () => {
    const waiting = await begin(stage.acme, stage.saml);
    const callback = `${stage.saml.acsUrl.replace(/acs$/, 'callback')}?${queryOf(waiting, deflateRawSync)}`;
    await refused(waiting, { code: 'sign_in.binding_unsupported' }, () => waiting.agent.get(callback));
  });

  it('a posted message that is compressed is no XML', async () => {
    for (const payload of [zeros(64), deflateRawSync(Buffer.from('<x/>')), deflateSync(Buffer.from('<x/>'))]) {
      const waiting = await begin(stage.acme, stage.saml);
      const answer = payload.subarray(0, 300_000).toString('base64');
      const visit = await bounded(() => deliver(waiting, answer));
      assert.ok(visit.status >= 400 && visit.status < 500, `${visit.status}`);
      assert.equal(visit.location, undefined);
    }
  });
});
