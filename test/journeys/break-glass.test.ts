import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Agent, codeOf, formOf } from '../kit/agent.ts';
import { ADA, makeLink, PASSWORD, setUp, signInByPassword } from '../kit/local/index.ts';
import { type MailServer, startMailServer } from '../kit/mail/index.ts';
import { type Api, apiOf, authorizationRequest, openScene, type Scene, type TestTenant, tokensFor } from '../kit/scene.ts';

let server: MailServer;
let scene: Scene;
let acme: TestTenant;

before(async () => {
  server = await startMailServer();
  const smtp = { host: '127.0.0.1', port: server.port, tls: 'offered', credentials: null } as const;
  scene = await openScene({ mail: { smtp, from: { address: 'sso@vendor.example', name: 'Vendor SSO' } } });
  acme = await scene.addTenant('acme');
});
after(async () => {
  await scene.close();
  await server.close();
});
beforeEach(() => void (server.received.length = 0));

/** The API as this administrator's console calls it. */
async function consoleApi(agent: Agent, tenant: TestTenant): Promise<{ id: string; api: Api }> {
  const client = { id: 'sallyport-console', secret: null, redirectUri: `${tenant.url}/console/callback` };
  const asked = authorizationRequest(tenant, client, { scope: 'openid sallyport_api' });
  const { location } = await agent.get(asked.url);
  const { json } = await tokensFor(tenant, client, {
    grant_type: 'authorization_code',
    code: new URL(location ?? '').searchParams.get('code') ?? '',
    redirect_uri: client.redirectUri,
    code_verifier: asked.verifier,
  });
  const api = apiOf(tenant.url, json.access_token);
  return { id: (await api.call('GET', '/api/v1/me')).json.id, api };
}

async function mails(): Promise<{ to: string | undefined; subject: string; text: string }[]> {
  await scene.gateway.composition.jobs.deliverMails();
  const read = server.received.map(({ to, message }) => ({
    to: to[0],
    subject: message.subject ?? '',
    text: message.text ?? '',
  }));
  return read.sort((one, other) => String(one.to).localeCompare(String(other.to)));
}

describe('An account for emergencies', () => {
  it('is offered on the sign-in page only where there is one, and says nothing of whose', async () => {
    const idp = await scene.startOidcIdp();
    await acme.connectOidc(idp, { slug: 'first' });
    await acme.connectOidc(idp, { slug: 'second' });
    const before = await new Agent().get(`${acme.url}/sign-in`);
    assert.ok(!before.body.includes('/sign-in/password'));
    assert.equal(codeOf(await new Agent().get(`${acme.url}/sign-in/password`)), 'password.not_here');
    assert.equal((await setUp(new Agent(), await makeLink(scene.operator, acme))).status, 303);
    const page = await new Agent().get(`${acme.url}/sign-in?return_to=%2Fconsole%2F&client_id=app_x`);
    const href = /href="([^"]*\/sign-in\/password[^"]*)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&');
    assert.ok(href);
    const form = await new Agent().get(href);
    assert.deepEqual(formOf(form).fields['return_to'], '/console/');
    assert.match((await new Agent().get(href, { 'accept-language': 'de' })).body, /lang="de"/);
  });

  it('signs in while no provider answers, and each use is told to the other administrators', async () => {
    for (const user of [
      { email: 'bea@acme.example', locale: 'de-AT', emailVerified: true, status: 'active', roles: ['Full Administrator'] },
      { email: 'cy@acme.example', emailVerified: false, status: 'active', roles: ['Full Administrator'] },
      { email: 'dan@acme.example', emailVerified: true, status: 'active', roles: ['IdP Administrator'] },
    ])
      assert.equal((await acme.api.call('POST', '/api/v1/users', user)).status, 201);
    await acme.api.call('PATCH', '/api/v1/settings', { noticeRecipients: ['oncall@vendor.example', 'ADA@acme.example'] });
    const agent = new Agent();
    assert.equal((await signInByPassword(agent, acme)).location, `${acme.url}/console/`);
    const told = await mails();
    assert.deepEqual(
      told.map(({ to }) => to),
      ['bea@acme.example', 'oncall@vendor.example'],
      'not those whose address is not proven, nor whoever it was',
    );
    assert.match(told[0]?.subject ?? '', /ada@acme\.example hat sich bei acme Ltd mit Passwort angemeldet/);
    assert.match(told[1]?.text ?? '', /Reference: [0-9A-Z]{4}-/);
    assert.ok(!told.some(({ text }) => text.includes(PASSWORD)));
    const { json } = await acme.api.call('GET', '/api/v1/audit-events?action=break-glass.used&limit=1');
    const [event] = json.items;
    const reference = String(event?.['reference']);
    assert.ok(told[1]?.text.includes(reference));
    const signIn = (await acme.api.call('GET', `/api/v1/sign-ins/${reference}`)).json;
    assert.deepEqual([signIn['outcome'], signIn['person']], ['signed-in', ADA.email]);
  });

  it('is listed with its last use', async () => {
    const { json } = await acme.api.call('GET', '/api/v1/local-administrators');
    const [one, ...others] = json.items;
    assert.deepEqual([one?.['email'], one?.['mayUse'], others.length], [ADA.email, true, 0]);
    assert.ok(String(one?.['usedAt']) >= String(one?.['changedAt']));
  });

  it('changes its own password with the current one; every session ends, and that is told', async () => {
    const agent = new Agent();
    await signInByPassword(agent, acme);
    await mails();
    server.received.length = 0;
    const { id, api } = await consoleApi(agent, acme);
    const path = `/api/v1/users/${id}/password`;
    const next = 'nine lanterns under water';
    const rows: [body: unknown, status: number, code: string][] = [
      [{ currentPassword: 'not the current one', newPassword: next }, 403, 'password.refused'],
      [{ currentPassword: PASSWORD, newPassword: 'short' }, 422, 'password.input_invalid'],
      [{ currentPassword: PASSWORD, newPassword: 'Ada-Admin-Acme-1' }, 422, 'password.input_invalid'],
      [{ newPassword: next }, 422, 'http.input_invalid'],
    ];
    for (const [body, status, code] of rows) {
      const answer = await api.call('POST', path, body);
      assert.deepEqual([answer.status, answer.json.code], [status, code]);
      assert.ok(!JSON.stringify(answer.json).includes(PASSWORD));
    }
    assert.equal((await api.call('POST', path, { currentPassword: PASSWORD, newPassword: next })).status, 204);
    assert.equal((await api.call('GET', '/api/v1/me')).status, 401, 'the token rested on a session');
    assert.equal(codeOf(await signInByPassword(new Agent(), acme)), 'password.refused');
    assert.equal((await signInByPassword(new Agent(), acme, { password: next })).status, 303);
    assert.ok((await mails()).some(({ subject }) => /changed the password/.test(subject)));
    const link = await makeLink(scene.operator, acme, id);
    assert.equal((await setUp(new Agent(), link)).status, 303, 'back to the one before, by a link');
  });

  it('is nobody else’s to change, and guessing the current one is counted', async () => {
    const agent = new Agent();
    await signInByPassword(agent, acme);
    const { id, api } = await consoleApi(agent, acme);
    const body = { currentPassword: PASSWORD, newPassword: 'nine lanterns under water' };
    assert.equal((await acme.api.call('POST', `/api/v1/users/${id}/password`, body)).json.code, 'password.not_yours');
    assert.equal((await api.call('POST', '/api/v1/users/usr_another/password', body)).json.code, 'password.not_yours');
    const codes = new Set<string>();
    for (let tries = 1; tries <= 6; tries += 1)
      codes.add((await api.call('POST', `/api/v1/users/${id}/password`, { ...body, currentPassword: `${tries}` })).json.code);
    assert.deepEqual([...codes], ['password.refused', 'password.too_many_tries']);
  });

  it('is made by other Full Administrators, and by nobody with less', async () => {
    const agent = new Agent();
    await signInByPassword(agent, acme);
    const { api } = await consoleApi(agent, acme);
    const { status, json } = await api.call<{ url: string }>('POST', '/api/v1/setup-links', {});
    assert.equal(status, 201);
    const eve = new Agent();
    assert.equal((await setUp(eve, json.url, { email: 'eve@acme.example', name: 'Eve' })).status, 303);
    const own = await consoleApi(eve, acme);
    // Somebody else keeps the tenant: Eve is made less than a Full Administrator, and with that loses her way in.
    const change = await api.call('PATCH', `/api/v1/users/${own.id}`, { roles: ['User Administrator'] });
    assert.equal(change.status, 200);
    assert.equal((await own.api.call('POST', '/api/v1/setup-links', {})).json.code, 'password.not_administrator');
    assert.equal(codeOf(await signInByPassword(new Agent(), acme, { email: 'eve@acme.example' })), 'password.refused');
  });
});
