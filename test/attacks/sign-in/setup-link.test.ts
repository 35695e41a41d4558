import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { Agent, codeOf, type Visit } from '../../kit/agent.ts';
import { ADA, countingArgon2id, makeLink, PASSWORD, setUp, signInByPassword } from '../../kit/local/index.ts';
import { apiOf, openScene, type Scene, type TestTenant } from '../../kit/scene.ts';
import { isSignedIn, stateOf } from '../oracles.ts';

const argon2 = countingArgon2id();
let scene: Scene;
let acme: TestTenant;
let globex: TestTenant;
let count = 0;

before(async () => {
  scene = await openScene({ argon2id: argon2.derive });
  acme = await scene.addTenant('acme');
  globex = await scene.addTenant('globex');
});
after(() => scene.close());

/** Somebody new, whose address nobody has. */
const somebody = (): { email: string } => {
  count += 1;
  return { email: `somebody${count}@acme.example` };
};
const isIn = (visit: Visit): boolean => visit.status === 303 && visit.location === `${acme.url}/console/`;

/** Nobody came in by it, nothing was hashed for it, no account was made. */
async function unusable(deliver: () => Promise<Visit>): Promise<void> {
  const before = await stateOf(acme);
  const runs = argon2.runs;
  const visit = await deliver();
  assert.deepEqual([visit.status, codeOf(visit), visit.headers['set-cookie']], [404, 'password.link_unusable', undefined]);
  assert.deepEqual((await stateOf(acme)).users, before.users);
  assert.equal(argon2.runs, runs);
}

describe('A set-up link (T152, T154)', () => {
  it('the valid control: makes the account once, and signs it in', async () => {
    const link = await makeLink(scene.operator, acme);
    const agent = new Agent();
    assert.ok(isIn(await setUp(agent, link, somebody())));
    assert.ok(await isSignedIn({ tenant: acme, agent }));
    await unusable(() => setUp(new Agent(), link, somebody()));
    await unusable(() => new Agent().get(link));
  });

  it('is used once of twenty at once on two nodes', async () => {
    const other = await scene.gateway.addNode();
    const link = await makeLink(scene.operator, acme);
    const links = [link, link.replace(scene.gateway.serverUrl, other.origin)];
    const before = await stateOf(acme);
    const visits = await Promise.all(Array.from({ length: 20 }, (_, at) => setUp(new Agent(), links[at % 2] ?? '', somebody())));
    assert.equal(visits.filter(({ status }) => status === 303).length, 1);
    const after = await stateOf(acme);
    assert.equal((after.users as unknown[]).length, (before.users as unknown[]).length + 1);
  });

  it('is not used up by looking, nor by a form with faults', async () => {
    const link = await makeLink(scene.operator, acme);
    for (let looks = 0; looks < 3; looks += 1) assert.equal((await new Agent().get(link)).status, 200);
    await new Agent().send(link, { method: 'HEAD' });
    const person = somebody();
    for (const [form, field] of [
      [{ password: 'short', repeated: 'short' }, 'password'],
      [{ password: 'Password1234!', repeated: 'Password1234!' }, 'password'],
      [{ repeated: `${PASSWORD}!` }, 'repeated'],
      [{ email: 'no address' }, 'email'],
      [{ email: 'a@acme.example\r\nBcc: b@evil.example' }, 'email'],
      [{ name: '' }, 'name'],
    ] as const) {
      const visit = await setUp(new Agent(), link, { ...person, ...form });
      assert.equal(visit.status, 422, JSON.stringify(form));
      assert.match(visit.body, new RegExp(`id="${field}-error"`));
      assert.ok(!visit.body.includes(PASSWORD));
    }
    assert.ok(isIn(await setUp(new Agent(), link, person)));
  });

  it('does not work for longer than 72 hours', async () => {
    const link = await makeLink(scene.operator, acme);
    scene.gateway.advance(72 * 3600 - 5);
    assert.equal((await new Agent().get(link)).status, 200);
    scene.gateway.advance(6);
    await unusable(() => setUp(new Agent(), link, somebody()));
  });

  it('works no more once another one was made', async () => {
    const link = await makeLink(scene.operator, acme);
    const next = await makeLink(scene.operator, acme);
    await unusable(() => setUp(new Agent(), link, somebody()));
    assert.equal((await new Agent().get(next)).status, 200);
  });

  it('works in its tenant only, and only whole', async () => {
    const link = await makeLink(scene.operator, globex);
    const token = link.split('/').at(-1) ?? '';
    await unusable(() => setUp(new Agent(), `${acme.url}/setup/${token}`, somebody()));
    for (const wrong of [token.slice(1), `${token}x`, token.toUpperCase(), 'x'.repeat(43), '%20', 'constructor'])
      await unusable(() => setUp(new Agent(), `${acme.url}/setup/${wrong}`, somebody()));
    assert.equal((await new Agent().get(link)).status, 200);
  });

  it('leads to the tenant’s own address, whatever the request says its host is (T121)', async () => {
    const port = Number(new URL(scene.gateway.serverUrl).port);
    const body = '{}';
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
      authorization: `Bearer ${scene.gateway.operatorToken}`,
      'content-type': 'application/json',
      'content-length': String(body.length),
    };
    const text = await new Promise<string>((resolve, reject) => {
      const asked = { port, method: 'POST', path: '/api/v1/tenants/acme/setup-link', headers };
      const sent = request({ host: '127.0.0.1', ...asked }, async (answer) => {
        let said = '';
        for await (const chunk of answer) said += String(chunk);
        resolve(said);
      });
      sent.on('error', reject).end(body);
    });
    assert.ok((JSON.parse(text) as { url: string }).url.startsWith(`${acme.url}/setup/`));
    const link = await makeLink(scene.operator, acme);
    const page = await new Agent().get(link, { 'x-forwarded-host': 'evil.example' });
    assert.ok(!page.body.includes('evil.example'));
  });

  it('whose address is somebody’s makes nothing, and says so in the form', async () => {
    const link = await makeLink(scene.operator, acme);
    await acme.api.call('POST', '/api/v1/users', { email: 'boss@acme.example', status: 'active' });
    const visit = await setUp(new Agent(), link, { email: 'BOSS@acme.example' });
    assert.equal(visit.status, 422);
    assert.match(visit.body, /id="email-error"/);
    assert.ok(isIn(await setUp(new Agent(), link, somebody())), 'and is still good for another');
  });

  it('for a person sets the password and ends every session of theirs', async () => {
    const person = somebody();
    const before = new Agent();
    assert.ok(isIn(await setUp(before, await makeLink(scene.operator, acme), person)));
    const { json } = await acme.api.call('GET', '/api/v1/local-administrators');
    const id = String(json.items.find(({ email }) => email === person.email)?.['userId']);
    const password = 'another harbour entirely 9';
    const link = await makeLink(scene.operator, acme, id);
    assert.match((await new Agent().get(link)).body, new RegExp(person.email));
    // What it says of the person does not count: the link is one person's.
    assert.ok(isIn(await setUp(new Agent(), link, { email: 'eve@acme.example', password, repeated: password })));
    assert.equal(await isSignedIn({ tenant: acme, agent: before }), false);
    assert.equal(codeOf(await signInByPassword(new Agent(), acme, person)), 'password.refused');
    assert.ok(isIn(await signInByPassword(new Agent(), acme, { ...person, password })));
    const found = await acme.api.call('GET', '/api/v1/users?email=eve@acme.example');
    assert.deepEqual(found.json.items, []);
  });

  it('is made neither by a stranger, nor with another tenant’s token, nor for whoever is no administrator', async () => {
    const stranger = apiOf(scene.gateway.serverUrl, 'not-a-token');
    assert.equal((await stranger.call('POST', '/api/v1/tenants/acme/setup-link', {})).json.code, 'authorization.token_invalid');
    assert.equal((await apiOf(acme.url, 'not-a-token').call('POST', '/api/v1/setup-links', {})).status, 401);
    const { json } = await acme.api.call('POST', '/api/v1/users', { email: 'plain@acme.example', status: 'active' });
    const forPlain = await scene.operator.call('POST', '/api/v1/tenants/acme/setup-link', { userId: json.id });
    assert.equal(forPlain.json.code, 'password.not_for_this_person');
    const forNobody = await scene.operator.call('POST', '/api/v1/tenants/acme/setup-link', { userId: 'usr_nobody' });
    assert.equal(forNobody.json.code, 'directory.user_unknown');
    const elsewhere = await scene.operator.call('POST', '/api/v1/tenants/globex/setup-link', { userId: json.id });
    assert.equal(elsewhere.json.code, 'directory.user_unknown');
    assert.equal((await scene.operator.call('POST', '/api/v1/tenants/initech/setup-link', {})).json.code, 'tenants.unknown');
  });
});

describe('Passwords and links (T167)', () => {
  it('are in no document, log or page of the API', async () => {
    const person = somebody();
    const link = await makeLink(scene.operator, acme);
    const token = link.split('/').at(-1) ?? '';
    const agent = new Agent();
    assert.ok(isIn(await setUp(agent, link, person)));
    assert.ok(isIn(await signInByPassword(agent, acme, person)));
    await signInByPassword(new Agent(), acme, { email: PASSWORD });
    const shown: string[] = [];
    for (const path of ['users?limit=200', 'local-administrators', 'audit-events?limit=200', 'sign-ins?limit=200', 'settings']) {
      const { status, json } = await acme.api.call('GET', `/api/v1/${path}`);
      assert.equal(status, 200, path);
      shown.push(JSON.stringify(json));
    }
    const { json } = await acme.api.call('GET', '/api/v1/sign-ins?limit=200');
    for (const { reference } of json.items as unknown as { reference: string }[])
      shown.push(JSON.stringify((await acme.api.call('GET', `/api/v1/sign-ins/${reference}`)).json));
    for (const text of shown) for (const secret of [PASSWORD, token, 'argon2id']) assert.ok(!text.includes(secret), secret);
    assert.ok(
      shown.some((text) => text.includes(ADA.name.split(' ')[0] ?? '')),
      'they were looked at',
    );
  });
});
