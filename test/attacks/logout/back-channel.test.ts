import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { Agent } from '../../kit/agent.ts';
import { type OidcIdp, type SigningKey, signJws } from '../../kit/oidc/index.ts';
import { codeFrom, type OidcConnection, openScene, type Scene, signInByOidc, type TestTenant } from '../../kit/scene.ts';
import { eventsAfter, isSignedIn, stateOf } from '../oracles.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

let scene: Scene;
let acme: TestTenant;
let idp: OidcIdp;
let oidc: OidcConnection;
let clientId: string;
before(async () => {
  scene = await openScene();
  acme = await scene.addTenant('acme');
  idp = await scene.startOidcIdp();
  oidc = await acme.connectOidc(idp);
  clientId = [...idp.clients.keys()][0] ?? '';
});
after(() => scene.close());

interface Victim {
  agent: Agent;
  sub: string;
  sid: string;
}

let people = 0;
async function person(known: Partial<Victim> = {}): Promise<Victim> {
  people += 1;
  const { sub = `victim-${people}`, sid = `sid-${people}`, agent = new Agent() } = known;
  idp.person = { sub, sid, email: `${sub}@acme.example`, email_verified: true };
  const { arrived } = await signInByOidc(agent, acme, oidc);
  await codeFrom(agent, arrived);
  return { agent, sub, sid };
}

type Claims = Record<string, unknown>;
interface Making {
  claims?: Claims;
  header?: Record<string, unknown>;
  key?: SigningKey['privateKey'];
  alg?: string;
}

let tokens = 0;
function logoutToken({ sub, sid }: Victim, { claims, header, key, alg }: Making = {}): string {
  tokens += 1;
  const now = Math.floor(Date.now() / 1000);
  const [own] = idp.keys as [SigningKey];
  const whole = {
    iss: idp.issuer,
    aud: clientId,
    iat: now,
    exp: now + 120,
    jti: `jti-${tokens}`,
    sub,
    sid,
    events: { [EVENT]: {} },
  };
  return signJws(
    JSON.stringify({ alg: own.alg, typ: 'logout+jwt', kid: own.kid, ...header }),
    JSON.stringify({ ...whole, ...claims }),
    {
      alg: alg ?? own.alg,
      key: key ?? own.privateKey,
    },
  );
}

async function tell(
  token: string,
  url = `${acme.url}/sso/oidc/backchannel-logout`,
): Promise<{ status: number; told: string | undefined }> {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams({ logout_token: token }) });
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  const text = await answer.text();
  return {
    status: answer.status,
    told: text === '' ? undefined : (JSON.parse(text) as { error_description: string }).error_description,
  };
}

const alive = ({ agent }: Victim): Promise<boolean> => isSignedIn({ tenant: acme, agent });

async function refused(victim: Victim, code: string, token: string): Promise<void> {
  const { sequence } = await stateOf(acme);
  assert.deepEqual(await tell(token), { status: 400, told: code });
  const events = await eventsAfter(acme, sequence);
  assert.deepEqual(
    events.map((event) => [event.action, event.code]),
    [['sign-out.refused', code]],
  );
  const { json } = await acme.api.call('GET', `/api/v1/sign-ins/${events[0]?.reference}`);
  const [, , signature = ''] = token.split('.');
  assert.ok(signature === '' || !JSON.stringify(json).includes(signature), 'the token is not in the trace');
  assert.equal(await alive(victim), true, 'the session lives');
}

describe('OpenID Connect Back-Channel Logout 1.0: who signs out at the provider is signed out here', () => {
  it('the session that is named, and no other', async () => {
    const phone = await person();
    const laptop = await person({ sub: phone.sub });
    assert.deepEqual(await tell(logoutToken(phone)), { status: 200, told: undefined });
    assert.deepEqual([await alive(phone), await alive(laptop)], [false, true]);
  });
  it('by the session alone, and by the person alone: then all of theirs', async () => {
    const one = await person();
    assert.equal((await tell(logoutToken(one, { claims: { sub: undefined } }))).status, 200);
    assert.equal(await alive(one), false);
    const phone = await person();
    const laptop = await person({ sub: phone.sub });
    const other = await person();
    assert.equal((await tell(logoutToken(phone, { claims: { sid: undefined } }))).status, 200);
    assert.deepEqual([await alive(phone), await alive(laptop), await alive(other)], [false, false, true]);
  });
  it('a session that is over already is no failure', async () => {
    assert.equal((await tell(logoutToken({ agent: new Agent(), sub: 'nobody', sid: 'gone' }))).status, 200);
  });
  it('with a header that says no more than JWT', async () => {
    for (const typ of ['JWT', undefined]) {
      const victim = await person();
      assert.equal((await tell(logoutToken(victim, { header: { typ } }))).status, 200);
      assert.equal(await alive(victim), false);
    }
  });
});

describe('what is no logout token ends nobody’s session (T75)', () => {
  const now = Math.floor(Date.now() / 1000);
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const rows: Record<string, [code: string, making: Making]> = {
    'alg none': ['oidc.token_malformed', { header: { alg: 'none' }, alg: 'none' }],
    'alg None with a signature': ['oidc.algorithm_refused', { header: { alg: 'None' } }],
    'HS256 with the public key': ['oidc.algorithm_refused', { header: { alg: 'HS256' } }],
    'signed by a stranger': ['oidc.signature_invalid', { key: stranger }],
    'of the type of access tokens': ['oidc.header_refused', { header: { typ: 'at+jwt' } }],
    'of a type that is no text': ['oidc.header_refused', { header: { typ: 7 } }],
    'for another client': ['oidc.audience_mismatch', { claims: { aud: 'somebody-else' } }],
    'for nobody': ['oidc.audience_mismatch', { claims: { aud: undefined } }],
    'of another issuer': ['oidc.issuer_mismatch', { claims: { iss: 'https://evil.example' } }],
    'with a nonce': ['oidc.logout_token_invalid', { claims: { nonce: 'x' } }],
    'without events': ['oidc.logout_token_invalid', { claims: { events: undefined } }],
    'with another event': ['oidc.logout_token_invalid', { claims: { events: { 'urn:other': {} } } }],
    'with an event that is no object': ['oidc.logout_token_invalid', { claims: { events: { [EVENT]: true } } }],
    'with events as a list': ['oidc.logout_token_invalid', { claims: { events: [EVENT] } }],
    'without a jti': ['oidc.logout_token_invalid', { claims: { jti: undefined } }],
    'with a jti that is no text': ['oidc.logout_token_invalid', { claims: { jti: 7 } }],
    'that names nobody': ['oidc.logout_token_invalid', { claims: { sub: undefined, sid: undefined } }],
    'with a sub that is no text': ['oidc.logout_token_invalid', { claims: { sub: ['victim'] } }],
    'with a sid that is no text': ['oidc.logout_token_invalid', { claims: { sid: {} } }],
    'of a day ago': ['oidc.token_too_old', { claims: { iat: now - 86_400 } }],
    'of tomorrow': ['oidc.token_not_yet_valid', { claims: { iat: now + 86_400, exp: now + 90_000 } }],
    'that has expired': ['oidc.token_expired', { claims: { iat: now - 1000, exp: now - 900 } }],
    'without an end': ['oidc.time_malformed', { claims: { exp: undefined } }],
    'without a time': ['oidc.time_malformed', { claims: { iat: undefined } }],
  };
  for (const [name, [code, making]] of Object.entries(rows)) {
    it(`${name}: ${code}`, async () => {
      const victim = await person();
      await refused(victim, code, logoutToken(victim, making));
    });
  }
  it('an ID token of the provider’s: oidc.logout_token_invalid', async () => {
    const victim = await person();
    await refused(
      victim,
      'oidc.logout_token_invalid',
      logoutToken(victim, { header: { typ: 'JWT' }, claims: { events: undefined, nonce: 'n', jti: undefined } }),
    );
  });
  it('the same token again, on whichever node: logout.demand_replayed', async () => {
    const victim = await person();
    const token = logoutToken(victim);
    assert.equal((await tell(token)).status, 200);
    const again = await person({ sub: victim.sub, sid: victim.sid });
    await refused(again, 'logout.demand_replayed', token);
    const node = await scene.gateway.addNode();
    const there = `${acme.url}/sso/oidc/backchannel-logout`.replace(new URL(acme.url).origin, node.origin);
    assert.deepEqual(await tell(token, there), { status: 400, told: 'logout.demand_replayed' });
    assert.equal(await alive(again), true);
  });
  it('the session of somebody else beside the person: nobody’s ends', async () => {
    const victim = await person();
    const other = await person();
    assert.equal((await tell(logoutToken({ ...victim, sid: other.sid }))).told, 'logout.session_not_named');
    assert.deepEqual([await alive(victim), await alive(other)], [true, true]);
  });
  it('of another tenant’s client at the same provider: oidc.audience_mismatch', async () => {
    const globex = await scene.addTenant('globex');
    const known = new Set(idp.clients.keys());
    await globex.connectOidc(idp);
    const theirs = [...idp.clients.keys()].find((id) => !known.has(id));
    const victim = await person();
    await refused(victim, 'oidc.audience_mismatch', logoutToken(victim, { claims: { aud: theirs } }));
    const there = `${globex.url}/sso/oidc/backchannel-logout`;
    assert.equal((await tell(logoutToken(victim, { claims: { aud: theirs } }), there)).status, 200);
    assert.equal(await alive(victim), true, 'brought where it belongs, it ends nobody’s here');
  });
  it('junk, nothing, and at a provider that there is not', async () => {
    const digest = createHash('sha256').update('x').digest('base64url');
    for (const token of ['', 'x', 'a.b.c', `${digest}.${digest}.${digest}`, 'A'.repeat(200_000)])
      assert.equal((await tell(token)).status, 400, token.slice(0, 20));
    assert.equal((await fetch(`${acme.url}/sso/oidc/backchannel-logout`, { method: 'POST' })).status, 400);
    assert.equal((await tell('x', `${acme.url}/sso/nobody/backchannel-logout`)).status, 404);
  });
});
