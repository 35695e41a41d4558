import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, codeOf, formOf } from '../../kit/agent.ts';
import { makeKey, signJws } from '../../kit/oidc/index.ts';
import { claimsOf, codeFrom, signInByOidc, type TestTenant } from '../../kit/scene.ts';
import { isSignedIn } from '../oracles.ts';
import {
  assertRefusalPage,
  CRM_GOODBYE,
  CRM_URI,
  endSession,
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

const UNREGISTERED = 'openid_provider.sign_out_uri_unregistered';
const HINT_INVALID = 'openid_provider.sign_out_hint_invalid';

const signedIn = ({ agent }: Person): Promise<boolean> => isSignedIn({ tenant: stage.acme, agent });

describe('only an ID token of ours for this very person spares the question (T128, RP-Initiated Logout §4)', () => {
  let globex: TestTenant;
  let mine: Tokens;
  let person: Person;
  before(async () => {
    globex = await stage.scene.addTenant('globex');
    person = await stage.person();
    mine = await tokensOf(stage.n1, stage.crm, person);
  });
  it('the valid control: its own ends the session at once', async () => {
    const other = await stage.person();
    const { id_token: hint } = await tokensOf(stage.n1, stage.crm, other);
    const end = await other.agent.follow(await other.agent.get(endSession(stage.n1, { id_token_hint: hint })));
    assert.deepEqual([end.status, end.url], [200, `${stage.n1.url}/sign-out/done`]);
    assert.equal(await signedIn(other), false);
  });
  it('that of somebody else: the person is asked', async () => {
    const { id_token: hint } = await tokensOf(stage.n1, stage.crm, await stage.person());
    const page = await person.agent.get(endSession(stage.n1, { id_token_hint: hint, post_logout_redirect_uri: CRM_GOODBYE }));
    assert.deepEqual(
      [page.status, page.location, formOf(page).action],
      [200, undefined, `${stage.acme.url}/oauth/end-session/confirm`],
    );
    assert.equal(await signedIn(person), true);
  });
  const stranger = makeKey('stranger');
  const forged = (change: Record<string, unknown>, header: Record<string, unknown> = {}): string =>
    signJws(
      JSON.stringify({ alg: 'ES256', kid: 'stranger', ...header }),
      JSON.stringify({ ...claimsOf(mine.id_token), ...change }),
      { alg: 'ES256', key: stranger.privateKey },
    );
  const hints: Record<string, () => string | Promise<string>> = {
    'signed by a stranger': () => forged({}),
    unsigned: () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${mine.id_token.split('.')[1]}.`,
    'changed after it was signed': () => {
      const [header, , signature] = mine.id_token.split('.');
      return `${header}.${Buffer.from(JSON.stringify({ ...claimsOf(mine.id_token), aud: stage.phone.id })).toString('base64url')}.${signature}`;
    },
    'of another tenant': async () => {
      const idp = await stage.scene.startOidcIdp();
      const oidc = await globex.connectOidc(idp);
      const application = { ...(await globex.addApplication({ redirectUris: [CRM_URI] })), redirectUri: CRM_URI };
      const agent = new Agent();
      const { arrived } = await signInByOidc(agent, globex, oidc);
      await codeFrom(agent, arrived);
      return (await tokensOf({ url: globex.url }, application, { agent, userId: '' })).id_token;
    },
    'an access token': () => mine.access_token,
    nonsense: () => 'nonsense',
    'of 8 kB': () => 'A'.repeat(8000),
  };
  for (const [name, make] of Object.entries(hints)) {
    it(`one ${name}: sign_out_hint_invalid, and the session lives`, async () => {
      const hint = await make();
      const named: Record<string, string> = { post_logout_redirect_uri: CRM_GOODBYE, client_id: stage.crm.id };
      for (const more of [{}, named]) {
        const fields = { id_token_hint: hint, ...more };
        assertRefusalPage(await person.agent.get(endSession(stage.n1, fields)), HINT_INVALID);
      }
      assert.equal(await signedIn(person), true);
    });
  }
  it('its own beside the name of another application: sign_out_hint_invalid', async () => {
    assertRefusalPage(
      await person.agent.get(endSession(stage.n1, { id_token_hint: mine.id_token, client_id: stage.phone.id })),
      HINT_INVALID,
    );
    assert.equal(await signedIn(person), true);
  });
});

describe('after a sign-out a browser goes to registered addresses only (T128, RP-Initiated Logout §3)', () => {
  let person: Person;
  let mine: Tokens;
  before(async () => {
    person = await stage.person();
    mine = await tokensOf(stage.n1, stage.crm, person);
  });
  const addresses: Record<string, string> = {
    'of nobody': 'https://evil.example/',
    'that is a redirect URI, not one for after a sign-out': CRM_URI,
    'with an added query': `${CRM_GOODBYE}&next=https://evil.example`,
    'with an added fragment': `${CRM_GOODBYE}#x`,
    'without its query': 'https://crm.example/goodbye',
    'with a longer path': 'https://crm.example/goodbye/more?from=sso',
    'on a sub-domain': 'https://evil.crm.example/goodbye?from=sso',
    'with @': 'https://crm.example@evil.example/goodbye?from=sso',
    'in capitals': CRM_GOODBYE.toUpperCase(),
    'without a scheme': '//crm.example/goodbye?from=sso',
    'a script': 'javascript:alert(1)',
    empty: '',
  };
  for (const [name, uri] of Object.entries(addresses)) {
    it(`one ${name}: sign_out_uri_unregistered, and the session lives`, async () => {
      const hinted = endSession(stage.n1, { id_token_hint: mine.id_token, post_logout_redirect_uri: uri });
      const named = endSession(stage.n1, { client_id: stage.crm.id, post_logout_redirect_uri: uri });
      for (const url of [hinted, named]) assertRefusalPage(await person.agent.get(url), UNREGISTERED);
      assert.equal(await signedIn(person), true);
      assertRefusalPage(await new Agent().get(named), UNREGISTERED);
    });
  }
  it('without an application: sign_out_uri_unregistered', async () => {
    for (const agent of [person.agent, new Agent()]) {
      assertRefusalPage(await agent.get(endSession(stage.n1, { post_logout_redirect_uri: CRM_GOODBYE })), UNREGISTERED);
    }
  });
  it('the address of another application: sign_out_uri_unregistered', async () => {
    const visit = await person.agent.get(
      endSession(stage.n1, { client_id: stage.phone.id, post_logout_redirect_uri: CRM_GOODBYE }),
    );
    assertRefusalPage(visit, UNREGISTERED);
  });
  it('two addresses: http.field_repeated', async () => {
    const url = `${endSession(stage.n1, { id_token_hint: mine.id_token, post_logout_redirect_uri: CRM_GOODBYE })}&post_logout_redirect_uri=https%3A%2F%2Fevil.example`;
    const visit = await person.agent.get(url);
    assert.deepEqual([visit.status, codeOf(visit), visit.location], [400, 'http.field_repeated', undefined]);
    assert.equal(await signedIn(person), true);
  });
  it('a state that would be another header or address is one value of the query', async () => {
    const visit = await person.agent.get(
      endSession(stage.n1, {
        id_token_hint: mine.id_token,
        post_logout_redirect_uri: CRM_GOODBYE,
        state: 'a\r\nset-cookie: b=c&from=evil#',
      }),
    );
    const end = await person.agent.follow(visit, (url) => url.startsWith('https://crm.example'));
    assert.equal(end.location, `${CRM_GOODBYE}&state=a%0D%0Aset-cookie%3A+b%3Dc%26from%3Devil%23`);
    assert.doesNotMatch(String(end.headers['set-cookie']), /b=c/);
  });
});
