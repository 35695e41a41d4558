import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Agent, formOf, type Visit } from '../../kit/agent.ts';
import { isSignedIn } from '../oracles.ts';
import {
  assertDead,
  assertRefusalPage,
  CRM_GOODBYE,
  endSession,
  type Node,
  openStage,
  type Person,
  type Stage,
  type Tokens,
  tokensOf,
} from './stage.ts';

let stage: Stage;

before(async () => {
  stage = await openStage();
});
after(() => stage.close());

const signedIn = ({ agent }: Person, node: Node = stage.n1): Promise<boolean> =>
  isSignedIn({ tenant: { ...stage.acme, url: node.url }, agent });
/** The same cookies at the other node: cookies know no ports, the agent's jar does. */
function at(node: Node, { agent }: Person): Agent {
  const copy = agent.clone();
  const { origin } = new URL(stage.n1.url);
  for (const pair of agent.cookieHeader(origin).split('; ')) {
    const [name = '', value = ''] = pair.split('=');
    copy.setCookie(new URL(node.url).origin, name, value);
  }
  return copy;
}

describe('after a sign-out the old cookie opens nothing, on no node (T128)', () => {
  const ways: Record<string, (person: Person, tokens: Tokens) => Promise<Visit>> = {
    'on our own page': ({ agent }) => agent.post(`${stage.n1.url}/sign-out`, { answer: 'yes' }),
    'by an application, with its ID token': ({ agent }, tokens) =>
      agent.get(endSession(stage.n1, { id_token_hint: tokens.id_token })),
    'by an application, with its ID token and an address': ({ agent }, tokens) =>
      agent.get(endSession(stage.n1, { id_token_hint: tokens.id_token, post_logout_redirect_uri: CRM_GOODBYE, state: 's 1' })),
    'by an application, after being asked': async ({ agent }) => {
      const page = await agent.get(endSession(stage.n1, { client_id: stage.crm.id }));
      const { action, fields } = formOf(page);
      return agent.post(action, { ...fields, answer: 'yes' });
    },
    'on the other node': async (person, tokens) =>
      at(stage.n2, person).get(endSession(stage.n2, { id_token_hint: tokens.id_token })),
  };
  for (const [name, signOut] of Object.entries(ways)) {
    it(name, async () => {
      const person = await stage.person();
      const tokens = await tokensOf(stage.n1, stage.crm, person);
      const old = { ...person, agent: person.agent.clone() };
      const oldThere = { ...person, agent: at(stage.n2, person) };
      assert.equal(await signedIn(old), true, 'the valid control: the cookie opens');
      assert.equal(await signedIn(oldThere, stage.n2), true, 'the valid control: on the other node as well');
      const visit = await signOut(person, tokens);
      assert.ok(visit.location?.startsWith(`${stage.idp.issuer}/end-session?`), `${visit.status} ${visit.location ?? ''}`);
      assert.equal(await signedIn(old), false, 'the Back button');
      assert.equal(await signedIn(oldThere, stage.n2), false, 'the old cookie on N2');
      await assertDead(stage, stage.crm, tokens);
    });
  }
});

describe('nobody is signed out by another site without being asked (T128)', () => {
  const image = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors', accept: 'image/*' };
  it('an image tag: the session lives', async () => {
    const person = await stage.person();
    for (const url of [
      endSession(stage.n1, {}),
      endSession(stage.n1, { client_id: stage.crm.id, post_logout_redirect_uri: CRM_GOODBYE }),
      `${stage.n1.url}/sign-out`,
      `${stage.n1.url}/sign-out?answer=yes`,
    ]) {
      const visit = await person.agent.get(url, image);
      assert.equal(visit.location, undefined);
      assert.equal(await signedIn(person), true, url);
    }
  });
  it('an address alone: the person is asked', async () => {
    const person = await stage.person();
    for (const fields of [
      {},
      { client_id: stage.crm.id },
      { client_id: stage.crm.id, post_logout_redirect_uri: CRM_GOODBYE },
      { answer: 'yes' },
    ]) {
      const page = await person.agent.get(endSession(stage.n1, fields as Record<string, string>));
      assert.equal(page.status, 200);
      assert.equal(formOf(page).action, `${stage.acme.url}/oauth/end-session/confirm`);
      assert.equal(await signedIn(person), true);
    }
  });
  it('a form of another site: sign_out_not_here', async () => {
    const person = await stage.person();
    const foreign: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ];
    for (const headers of foreign) {
      const confirmed = await person.agent.post(`${stage.n1.url}/oauth/end-session/confirm`, { answer: 'yes' }, headers);
      assertRefusalPage(confirmed, 'openid_provider.sign_out_not_here', 403);
      const own = await person.agent.post(`${stage.n1.url}/sign-out`, { answer: 'yes' }, headers);
      assertRefusalPage(own, 'sign_in.form_elsewhere', 403);
      assert.equal(await signedIn(person), true, JSON.stringify(headers));
    }
  });
  it('somebody who says no stays', async () => {
    const person = await stage.person();
    const page = await person.agent.get(endSession(stage.n1, { client_id: stage.crm.id }));
    const { action, fields } = formOf(page);
    await person.agent.post(action, { ...fields, answer: 'no' });
    await person.agent.post(`${stage.n1.url}/sign-out`, { answer: 'no' });
    assert.equal(await signedIn(person), true);
  });
});
