import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, codeOf, type Visit } from '../../kit/agent.ts';
import { ADA, makeLink, PASSWORD, setUp, signInByPassword } from '../../kit/local/index.ts';
import { signInByOidc } from '../../kit/scene.ts';
import { isSignedIn, refused } from '../oracles.ts';
import { acme, ada, argon2, begin, count, end, guess, isIn, network, scene, WRONG } from './password.fixture.ts';

describe('Nobody learns by the password form who there is (T151)', () => {
  const people: { name: string; email: string; password: string }[] = [
    { name: 'another password', email: ADA.email, password: WRONG },
    { name: 'no password at all', email: ADA.email, password: '' },
    { name: 'a name that nobody has', email: 'nobody@acme.example', password: PASSWORD },
    { name: 'somebody without a password', email: 'sso@acme.example', password: PASSWORD },
    { name: 'somebody who is disabled', email: 'disabled@acme.example', password: PASSWORD },
    { name: 'somebody who is no administrator any more', email: 'former@acme.example', password: PASSWORD },
    { name: 'a name that cannot be one', email: "' or 1=1 --\u0000", password: PASSWORD },
    { name: 'no name at all', email: '', password: PASSWORD },
  ];

  before(async () => {
    await begin();
    await acme.api.call('POST', '/api/v1/users', { email: 'sso@acme.example', status: 'active' });
    for (const email of ['disabled@acme.example', 'former@acme.example']) {
      assert.ok(isIn(await setUp(new Agent(), await makeLink(scene.operator, acme), { email })));
    }
    const { json } = await acme.api.call('GET', '/api/v1/local-administrators');
    const idOf = (email: string): string => String(json.items.find((one) => one['email'] === email)?.['userId']);
    await acme.api.call('POST', `/api/v1/users/${idOf('disabled@acme.example')}/disable`, {});
    await acme.api.call('PATCH', `/api/v1/users/${idOf('former@acme.example')}`, { roles: [] });
  });
  after(end);

  /** The page without what the person typed, and without reference. */
  const bare = ({ body }: Visit): string =>
    body.replace(/ value="[^"]*"/g, '').replace(/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/, 'REFERENCE');

  it('the valid control: the right password gets another answer', async () => {
    assert.ok(isIn(await guess(network(), { password: PASSWORD })));
  });

  for (const { name, email, password } of people) {
    it(`${name}: the same status, page and work`, async () => {
      const model = await guess(network());
      const runs = argon2.runs;
      const visit = await guess(network(), { email, password });
      assert.equal(argon2.runs - runs, 1, 'one derivation');
      assert.deepEqual([visit.status, codeOf(visit)], [403, 'password.refused']);
      assert.equal(bare(visit), bare(model));
      assert.deepEqual(Object.keys(visit.headers).toSorted(), Object.keys(model.headers).toSorted());
    });
  }

  it('names that nobody has are locked after as many tries as others', async () => {
    for (const email of [ADA.email, 'nobody@acme.example', 'disabled@acme.example']) {
      const from = network();
      const codes: (string | undefined)[] = [];
      for (let tries = 1; tries <= 6; tries += 1) codes.push(codeOf(await guess(from, { email })));
      assert.deepEqual(codes, [...Array.from({ length: 5 }, () => 'password.refused'), 'password.too_many_tries'], email);
    }
  });

  it('who was disabled while the password was checked does not come in', async () => {
    argon2.before = async () => {
      argon2.before = undefined;
      const { json } = await scene.operator.call('GET', '/api/v1/tenants/acme');
      assert.equal(json['name'], 'acme');
      await acme.api.call('POST', '/api/v1/users', {
        email: 'second@acme.example',
        status: 'active',
        roles: ['Full Administrator'],
      });
      const { status } = await acme.api.call('POST', `/api/v1/users/${ada}/disable`, {});
      assert.equal(status, 200);
    };
    assert.equal(codeOf(await guess(network(), { password: PASSWORD })), 'password.refused');
  });
});

describe('A form from elsewhere, a cookie from before (T128, T155)', () => {
  before(begin);
  after(end);

  const elsewhere: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
  ];
  for (const headers of elsewhere) {
    it(`is no sign-in: ${JSON.stringify(headers)}`, async () => {
      const visit = await guess({ ...network(), ...headers }, { password: PASSWORD });
      assert.deepEqual([codeOf(visit), visit.headers['set-cookie']], ['sign_in.form_elsewhere', undefined]);
      const link = await makeLink(scene.operator, acme);
      const form = { ...ADA, email: 'eve@acme.example' };
      assert.equal(codeOf(await new Agent().post(link, form, headers)), 'sign_in.form_elsewhere');
      assert.ok(isIn(await setUp(new Agent(), link, { email: `eve${count}@acme.example` })), 'the link was not used up');
    });
  }

  it('the form that asks who it is answers one from here', async () => {
    const visit = await new Agent().post(`${acme.url}/sign-in`, { identifier: ADA.email }, { 'sec-fetch-site': 'same-origin' });
    assert.notEqual(codeOf(visit), 'sign_in.form_elsewhere');
  });
  for (const headers of elsewhere) {
    it(`the form that asks who it is begins nothing: ${JSON.stringify(headers)}`, async () => {
      const visit = await new Agent().post(`${acme.url}/sign-in`, { identifier: ADA.email }, headers);
      assert.deepEqual([codeOf(visit), visit.headers['set-cookie']], ['sign_in.form_elsewhere', undefined]);
    });
  }

  it('a session that was planted is not the one that is opened, and ends', async () => {
    const { origin } = new URL(acme.url);
    const attacker = new Agent();
    await signInByPassword(attacker, acme, { headers: network() });
    const planted = attacker.cookie(origin, 'session') ?? '';
    const victim = attacker.clone();
    assert.ok(isIn(await signInByPassword(victim, acme, { headers: network() })));
    assert.notEqual(victim.cookie(origin, 'session'), planted);
    assert.equal(await isSignedIn({ tenant: acme, agent: attacker }), false);
    assert.ok(await isSignedIn({ tenant: acme, agent: victim }));
  });

  it('leads nowhere but into this tenant', async () => {
    for (const place of [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      '/console/../../globex',
      'javascript:alert(1)',
    ]) {
      const form = { identifier: ADA.email, password: PASSWORD, return_to: place };
      const visit = await new Agent().post(`${acme.url}/sign-in/password`, form, network());
      assert.deepEqual([codeOf(visit), visit.location], ['sign_in.return_invalid', undefined], place);
    }
  });

  it('another tenant does not know the password, and has no such page', async () => {
    const globex = await scene.addTenant('globex');
    assert.equal(codeOf(await new Agent().get(`${globex.url}/sign-in/password`)), 'password.not_here');
    const runs = argon2.runs;
    assert.equal(codeOf(await signInByPassword(new Agent(), globex, { headers: network() })), 'password.not_here');
    assert.equal(argon2.runs, runs);
  });

  it('a provider that asserts the address does not get the account (T124)', async () => {
    const idp = await scene.startOidcIdp();
    const connection = await acme.connectOidc(idp);
    idp.person = { sub: 'mallory', email: ADA.email, email_verified: true };
    const agent = new Agent();
    await refused({ tenant: acme, agent }, { code: 'admission.account_unproven' }, async () => {
      return (await signInByOidc(agent, acme, connection)).arrived;
    });
  });
});
