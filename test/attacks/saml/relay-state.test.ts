import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, codeOf, formOf, type Visit } from '../../kit/agent.ts';
import { REDIRECT_URI } from '../../kit/scene.ts';
import { bounded, signsIn } from '../oracles.ts';
import { accept, answerTo, begin, deliver, openStage, type Stage } from './stage.ts';

let stage: Stage;

before(async () => {
  stage = await openStage();
});
after(() => stage.close());

/** Places that lead elsewhere, and what only looks as if it did not. */
const elsewhere: Record<string, () => string> = {
  'https://evil': () => 'https://evil.example/',
  '//evil': () => '//evil.example/',
  '///evil': () => '///evil.example/',
  '/\\evil': () => '/\\evil.example/',
  '\\\\evil': () => '\\\\evil.example/',
  '/%09/evil': () => '/%09/evil.example/',
  'a tabulator between the slashes': () => '/\t/evil.example/',
  'https://gw@evil': () => `${new URL(stage.acme.url).origin}@evil.example/`,
  'https://gw.evil': () => `${stage.acme.url}.evil.example/`,
  'javascript:': () => 'javascript:alert(1)',
  'data:': () => 'data:text/html,<script>alert(1)</script>',
  'CRLF, encoded': () => '/sign-in%0d%0aSet-Cookie:%20evil=1',
  'CRLF, raw': () => '/sign-in\r\nSet-Cookie: evil=1',
  'an encoded dot segment': () => '/sign-in/%2e%2e/%2e%2e/globex/console',
  'a dot segment': () => '/sign-in/../../../t/globex/console',
  'another tenant': () => '/t/globex/sign-in/done',
  'the API': () => '/api/v1/users',
};

/** Where a browser would really go. */
function landing(visit: Visit): URL {
  const header = String(visit.headers['location'] ?? '');
  assert.doesNotMatch(header, /[\r\n\t\\]/);
  return new URL(header, visit.url);
}

function checkStaysHere(visit: Visit): void {
  assert.doesNotMatch(JSON.stringify(visit.headers), /evil/);
  if (visit.headers['location'] !== undefined)
    assert.ok(
      [`${stage.acme.url}/`, REDIRECT_URI].some((own) => landing(visit).href.startsWith(own)),
      landing(visit).href,
    );
}

describe('RelayState leads nowhere: it is sent, and never read (T65)', () => {
  accept(
    () => stage,
    [
      { name: 'RelayState as it was sent' },
      { name: 'no RelayState, as some providers answer', form: ({ SAMLResponse }) => ({ SAMLResponse }) },
    ],
  );

  for (const [name, place] of Object.entries(elsewhere)) {
    it(`${name}: the application that asked gets its answer, and nobody else`, async () => {
      const waiting = await begin(stage.acme, stage.saml);
      const arrived = await deliver(waiting, answerTo(waiting, {}), { form: (fields) => ({ ...fields, RelayState: place() }) });
      assert.equal(arrived.status, 303);
      checkStaysHere(arrived);
      const { origin, pathname } = landing(arrived);
      assert.equal(`${origin}${pathname}`, REDIRECT_URI);
      await signsIn(waiting, { arrived, asked: waiting.asked });
    });
  }

  it('900 kB are read and forgotten, BOUND', async () => {
    const waiting = await begin(stage.acme, stage.saml);
    const answer = answerTo(waiting, {});
    const body = `SAMLResponse=${encodeURIComponent(answer)}&RelayState=${'x'.repeat(900_000)}`;
    const arrived = await bounded(() => deliver(waiting, answer, { form: () => body }));
    checkStaysHere(arrived);
    await signsIn(waiting, { arrived, asked: waiting.asked });
  });

  it('1 MB beside a message is refused at the door, BOUND', async () => {
    const waiting = await begin(stage.acme, stage.saml);
    const answer = answerTo(waiting, {});
    const body = `SAMLResponse=${encodeURIComponent(answer)}&RelayState=${'x'.repeat(1_048_576)}`;
    const visit = await bounded(() => deliver(waiting, answer, { form: () => body }));
    assert.equal(codeOf(visit), 'http.too_large');
    assert.equal(visit.headers['set-cookie'], undefined);
  });
});

describe('the place to return to is one of the tenant (T65)', () => {
  const startAt = (place: string): Promise<Visit> =>
    new Agent().get(`${stage.acme.url}/sso/saml/start?return_to=${encodeURIComponent(place)}`);

  it('the valid control: one of our own pages, reached after the sign-in', async () => {
    const agent = new Agent();
    const sent = await agent.get(`${stage.acme.url}/sso/saml/start?return_to=${encodeURIComponent('/sign-in/done?x=1')}`);
    const { id } = stage.saml.idp.readRequest({ url: sent.location ?? '' });
    const answer = stage.saml.idp.respond({
      nameId: 'alice-0001',
      attributes: { email: 'alice@acme.example' },
      to: { acsUrl: stage.saml.acsUrl, spEntityId: stage.saml.spEntityId, inResponseTo: id },
    });
    const arrived = await agent.post(stage.saml.acsUrl, { SAMLResponse: answer });
    assert.equal(arrived.location, `${stage.acme.url}/sign-in/done?x=1`);
  });

  for (const [name, place] of Object.entries(elsewhere)) {
    it(`${name}: refused before anybody is sent anywhere`, async () => {
      for (const given of [place(), place().replaceAll('%', '%25')]) {
        const visit = await startAt(given);
        checkStaysHere(visit);
        assert.equal(visit.location, undefined, given);
        assert.equal(codeOf(visit), 'sign_in.return_invalid', given);
        assert.equal(visit.status, 400);
      }
    });
  }

  it('a form of ours that was filled in by somebody else', async () => {
    const visit = await new Agent().post(`${stage.acme.url}/sign-in`, {
      identifier: 'alice@acme.example',
      return_to: 'https://evil.example/',
    });
    assert.equal(codeOf(visit), 'sign_in.return_invalid');
    checkStaysHere(visit);
    assert.equal(formOf(visit).fields['return_to'], undefined);
  });
});
