import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isSignedIn } from '../attacks/oracles.ts';
import { Agent, codeOf, formOf, type Visit } from '../kit/agent.ts';
import type { OidcIdp, RecordedRequest } from '../kit/oidc/index.ts';
import {
  claimsOf,
  codeFrom,
  type OidcConnection,
  openScene,
  redeem,
  type Scene,
  signInByOidc,
  type TestTenant,
  type TokenAnswer,
} from '../kit/scene.ts';

const GOODBYE = 'http://127.0.0.1:9/bye';

let scene: Scene;
let acme: TestTenant;
let idp: OidcIdp;
let oidc: OidcConnection;
/** The provider's clock goes with ours. */
let ahead = 0;
const advance = (seconds: number): void => {
  ahead += seconds;
  scene.gateway.advance(seconds);
};
before(async () => {
  scene = await openScene();
  acme = await scene.addTenant('acme');
  idp = await scene.startOidcIdp({ clock: { now: () => new Date(Date.now() + ahead * 1000) } });
  oidc = await acme.connectOidc(idp);
});
after(() => scene.close());

interface SignedIn {
  agent: Agent;
  tokens: TokenAnswer;
  userId: string;
}

let people = 0;
async function signIn(agent = new Agent(), sub?: string): Promise<SignedIn> {
  people += 1;
  const name = sub ?? `person-${people}`;
  idp.person = { sub: name, email: `${name}@acme.example`, email_verified: true };
  const { arrived, asked } = await signInByOidc(agent, acme, oidc);
  const { json } = await redeem(acme, await codeFrom(agent, arrived), asked);
  return { agent, tokens: json, userId: claimsOf(json.id_token).sub };
}

const leaves = ({ agent }: SignedIn): Promise<Visit> => agent.post(`${acme.url}/sign-out`, { answer: 'yes' });
const byApplication = ({ agent, tokens }: SignedIn, more: Record<string, string> = {}): Promise<Visit> =>
  agent.get(`${acme.url}/oauth/end-session?${new URLSearchParams({ id_token_hint: tokens.id_token, ...more })}`);
const sentThere = ({ location }: Visit): URL => new URL(location ?? 'about:blank');

const addressesOf = ({ issuer }: OidcIdp): Record<string, string> => ({
  issuer,
  authorizationEndpoint: `${issuer}/authorize`,
  tokenEndpoint: `${issuer}/token`,
  userinfoEndpoint: `${issuer}/userinfo`,
  revocationEndpoint: `${issuer}/revoke`,
  endSessionEndpoint: `${issuer}/end-session`,
  jwksUri: `${issuer}/jwks`,
});

describe('OpenID Connect RP-Initiated Logout 1.0: whoever signs out here is signed out at the provider', () => {
  it('our session has ended, with its tokens, before the browser goes there', async () => {
    const alice = await signIn();
    const before = await isSignedIn({ tenant: acme, agent: alice.agent });
    const visit = await leaves(alice);
    // Nobody has followed the redirect.
    const { status } = await fetch(`${acme.url}/oauth/userinfo`, {
      headers: { authorization: `Bearer ${alice.tokens.access_token}` },
    });
    assert.deepEqual([before, await isSignedIn({ tenant: acme, agent: alice.agent.clone() }), status], [true, false, 401]);
    const { origin, pathname, searchParams } = sentThere(visit);
    assert.equal(origin + pathname, `${idp.issuer}/end-session`);
    assert.deepEqual([...searchParams.keys()], ['id_token_hint', 'client_id', 'post_logout_redirect_uri', 'state']);
    const hint = claimsOf(searchParams.get('id_token_hint') ?? '');
    assert.deepEqual(
      [hint.iss, hint.aud, searchParams.get('client_id'), searchParams.get('post_logout_redirect_uri')],
      [idp.issuer, hint.aud, hint.aud, `${acme.url}/sso/oidc/signed-out`],
    );
    assert.match(searchParams.get('state') ?? '', /^[\w-]{43}$/);
  });

  it('and comes back to our page, which may be loaded again', async () => {
    const alice = await signIn();
    const end = await alice.agent.follow(await leaves(alice));
    assert.deepEqual([end.status, end.url], [200, `${acme.url}/sign-out/done`]);
    assert.equal((await alice.agent.get(end.url)).status, 200);
  });

  it('or to where the application wants the person, with its state', async () => {
    const alice = await signIn();
    const visit = await byApplication(alice, { post_logout_redirect_uri: GOODBYE, state: 'its own' });
    assert.equal(sentThere(visit).pathname, '/end-session');
    const end = await alice.agent.follow(visit, (url) => url.startsWith(GOODBYE));
    assert.equal(end.location, `${GOODBYE}?state=its+own`);
  });

  it('after being asked, too', async () => {
    const alice = await signIn();
    const page = await alice.agent.get(`${acme.url}/oauth/end-session?client_id=${acme.application.id}`);
    const { action, fields } = formOf(page);
    assert.equal(sentThere(await alice.agent.post(action, { ...fields, answer: 'yes' })).pathname, '/end-session');
  });

  it('a long ID token is posted there: it fits into no address', async () => {
    const agent = new Agent();
    idp.nextToken({ claims: { padding: 'x'.repeat(6000) } });
    const alice = await signIn(agent);
    const visit = await leaves(alice);
    const { action, fields } = formOf(visit);
    assert.equal(action, `${idp.issuer}/end-session`);
    assert.equal(fields['post_logout_redirect_uri'], `${acme.url}/sso/oidc/signed-out`);
    assert.ok((fields['id_token_hint'] ?? '').length > 6000);
  });

  it('a provider that never sends anybody back has done no harm', async () => {
    const alice = await signIn();
    await leaves(alice);
    assert.equal(await isSignedIn({ tenant: acme, agent: alice.agent }), false);
    assert.ok((await signIn(alice.agent)).tokens.access_token);
  });

  it('one that forgets the state sends people to our own page', async () => {
    const { agent } = await signIn();
    const signedIn = await agent.follow(await agent.get(`${acme.url}/sso/oidc/signed-out`));
    assert.equal(signedIn.url, `${acme.url}/sign-in/done`, 'who is signed in is not told otherwise');
    await leaves({ agent } as SignedIn);
    assert.equal((await agent.follow(await agent.get(`${acme.url}/sso/oidc/signed-out`))).url, `${acme.url}/sign-out/done`);
  });

  it('what the provider before said of the person goes to no other one', async () => {
    const alice = await signIn();
    const other = await scene.startOidcIdp();
    const [client] = idp.clients.values();
    await oidc.change({ oidc: { ...addressesOf(other), clientSecret: 'another' } });
    const { searchParams, origin } = sentThere(await leaves(alice));
    assert.deepEqual([origin, searchParams.has('id_token_hint')], [new URL(other.issuer).origin, false]);
    await oidc.change({ oidc: { ...addressesOf(idp), clientSecret: client?.secret } });
  });

  it('one without the endpoint ends nothing but our session', async () => {
    await oidc.change({ oidc: { endSessionEndpoint: null } });
    const alice = await signIn();
    const visit = await byApplication(alice, { post_logout_redirect_uri: GOODBYE });
    assert.equal(visit.location, GOODBYE);
    await oidc.change({ oidc: { endSessionEndpoint: `${idp.issuer}/end-session` } });
    assert.equal(await isSignedIn({ tenant: acme, agent: alice.agent }), false);
  });

  it('is in the audit log: who, and which application asked', async () => {
    const alice = await signIn();
    await byApplication(alice);
    const { json } = await acme.api.call('GET', `/api/v1/audit-events?action=session.ended&actor=user:${alice.userId}`);
    assert.deepEqual(
      json.items.map(({ target, after: facts }) => [target, facts]),
      [[`session:${claimsOf(alice.tokens.id_token).sid}`, { asked: acme.application.id }]],
    );
  });
});

describe('the way back is this browser’s, once, for ten minutes', () => {
  const back = (state: string): string => `${acme.url}/sso/oidc/signed-out?state=${state}`;
  const stateOf = (visit: Visit): string => sentThere(visit).searchParams.get('state') ?? '';
  const leave = async (): Promise<{ agent: Agent; state: string }> => {
    const alice = await signIn();
    const visit = await byApplication(alice, { post_logout_redirect_uri: GOODBYE });
    return { agent: alice.agent, state: stateOf(visit) };
  };
  const refused = (visit: Visit): void =>
    assert.deepEqual([visit.status, codeOf(visit), visit.location], [400, 'logout.return_unknown', undefined]);

  it('the valid control leads on', async () => {
    const { agent, state } = await leave();
    assert.equal((await agent.get(back(state))).location, GOODBYE);
  });
  it('a browser that held nothing but its session is known when it is back', async () => {
    const { agent } = await signIn();
    const { origin } = new URL(acme.url);
    const bare = new Agent();
    for (const pair of agent.cookieHeader(origin).split('; ')) {
      const [name = '', value = ''] = pair.split('=', 2);
      if (name.includes('session')) bare.setCookie(origin, name, value);
    }
    const end = await bare.follow(await leaves({ agent: bare } as SignedIn));
    assert.deepEqual([end.status, end.url], [200, `${acme.url}/sign-out/done`]);
  });
  it('a second time', async () => {
    const { agent, state } = await leave();
    await agent.get(back(state));
    refused(await agent.get(back(state)));
  });
  it('another browser', async () => {
    const { agent, state } = await leave();
    refused(await new Agent().get(back(state)));
    refused(await (await signIn()).agent.get(back(state)));
    assert.equal((await agent.get(back(state))).location, GOODBYE, 'and has taken nothing from the one that was sent');
  });
  it('another provider of the tenant', async () => {
    const { agent, state } = await leave();
    await acme.connectOidc(idp, { slug: 'other', name: 'Other' });
    refused(await agent.get(`${acme.url}/sso/other/signed-out?state=${state}`));
  });
  it('too late', async () => {
    const { agent, state } = await leave();
    advance(601);
    refused(await agent.get(back(state)));
  });
  it('a state that was made up', async () => {
    const { agent } = await leave();
    for (const state of ['x'.repeat(43), '', 'x'.repeat(9000)]) refused(await agent.get(back(state)));
  });
  it('the state of a sign-in', async () => {
    const agent = new Agent();
    const { asked } = await signInByOidc(agent, acme, oidc);
    refused(await agent.get(back(asked.state.padEnd(43, 'x'))));
  });
  it('a state of a sign-out signs nobody in', async () => {
    const { agent, state } = await leave();
    const visit = await agent.get(`${oidc.callbackUrl}?${new URLSearchParams({ code: 'x', state, iss: idp.issuer })}`);
    assert.equal(codeOf(visit), 'sign_in.attempt_unknown');
  });
});

describe('RFC 7009: refresh tokens of the provider are given back there', () => {
  const told = (): RecordedRequest[] => idp.requests.filter(({ endpoint }) => endpoint === 'revoke');
  const revoked = async (): Promise<RecordedRequest[]> => {
    const before = told().length;
    await scene.gateway.composition.jobs.revokeTokens();
    return told().slice(before);
  };
  before(() => revoked());

  it('when the last session that rests on one ends: by a job, not while the person waits', async () => {
    const alice = await signIn();
    const elsewhere = await signIn(new Agent(), `person-${people}`);
    await leaves(alice);
    assert.deepEqual(await revoked(), [], 'another browser of hers is still signed in by it');
    const before = told().length;
    await leaves(elsewhere);
    assert.equal(told().length, before, 'nobody was told while she waited');
    const [request, ...more] = await revoked();
    assert.deepEqual(more, []);
    assert.deepEqual([...(request?.fields.keys() ?? [])].sort(), ['token', 'token_type_hint']);
    assert.equal(request?.fields.get('token_type_hint'), 'refresh_token');
    assert.match(String(request?.headers.authorization), /^Basic /);
    assert.deepEqual(await revoked(), [], 'once');
    await acme.api.call('POST', `/api/v1/users/${alice.userId}/disable`);
    assert.deepEqual(await revoked(), [], 'nothing of it was kept');
  });

  it('when the person is disabled, and when they are removed', async () => {
    const alice = await signIn();
    await acme.api.call('POST', `/api/v1/users/${alice.userId}/disable`);
    assert.equal((await revoked()).length, 1);
    const bob = await signIn();
    const { status } = await acme.api.call('DELETE', `/api/v1/users/${bob.userId}`);
    assert.equal(status, 204);
    assert.equal((await revoked()).length, 1);
  });

  it('when the provider is removed: it is told all the same, by whichever node comes to it', async () => {
    const other = await acme.connectOidc(idp, { slug: 'removed', name: 'Removed' });
    idp.person = { sub: 'carol', email: 'carol@acme.example', email_verified: true };
    const agent = new Agent();
    const { arrived } = await signInByOidc(agent, acme, other);
    await codeFrom(agent, arrived);
    assert.equal((await acme.api.call('DELETE', `/api/v1/identity-providers/${other.id}`)).status, 204);
    const node = await scene.gateway.addNode();
    const before = told().length;
    await node.composition.jobs.revokeTokens();
    assert.equal(told().length, before + 1);
  });

  it('at the place that gave them, when the token endpoint moves', async () => {
    await signIn();
    await oidc.change({ oidc: { tokenEndpoint: `${idp.issuer}/token?moved`, revocationEndpoint: 'http://127.0.0.1:9/revoke' } });
    assert.ok((await revoked()).length >= 1);
    const back = { tokenEndpoint: `${idp.issuer}/token`, revocationEndpoint: `${idp.issuer}/revoke` };
    await oidc.change({ oidc: back });
    await revoked();
  });

  it('once more when nobody was there; for good when it is refused, with a note in the audit log and no token in it', async () => {
    const alice = await signIn();
    idp.revocation({ status: 503 });
    await leaves(alice);
    assert.equal((await revoked()).length, 1);
    assert.equal((await revoked()).length, 0, 'not at once');
    idp.revocation({ status: 400, json: { error: 'unsupported_token_type' } });
    advance(61);
    const [request] = await revoked();
    idp.revocation(undefined);
    advance(86_400);
    assert.deepEqual(await revoked(), [], 'given up');
    const { json } = await acme.api.call('GET', '/api/v1/audit-events?action=refresh-token.not-revoked');
    const [event] = json.items;
    assert.deepEqual([event?.code, event?.['target']], ['oidc.revocation_refused', `connection:${oidc.id}`]);
    assert.ok(!JSON.stringify(json).includes(request?.fields.get('token') ?? 'none'));
  });
});
