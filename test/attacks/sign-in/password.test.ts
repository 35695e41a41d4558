import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Agent, codeOf, type Visit } from '../../kit/agent.ts';
import { ADA, countingArgon2id, makeLink, PASSWORD, setUp, signInByPassword } from '../../kit/local/index.ts';
import { ALICE, openScene, type Scene, signInByOidc, type TestTenant } from '../../kit/scene.ts';
import { bounded, eventsAfter, isSignedIn, refused, signsIn, stateOf } from '../oracles.ts';

const argon2 = countingArgon2id();
const WRONG = 'a password of somebody else 7';
let scene: Scene;
let acme: TestTenant;
let ada: string;
let count = 0;

/** From a network that nobody has come from, unless it is named: what one row counts is no other row's business. */
const network = (): Record<string, string> => {
  count += 1;
  return { 'x-forwarded-for': `10.${count >> 8}.${count & 255}.7` };
};
const isIn = (visit: Visit): boolean => visit.status === 303 && visit.location === `${acme.url}/console/`;
const guess = (headers: Record<string, string>, given: { email?: string; password?: string } = {}): Promise<Visit> =>
  signInByPassword(new Agent(), acme, { password: WRONG, ...given, headers });

/** A scene of its own for each group: counters of names are counted for an hour. */
async function begin(): Promise<void> {
  scene = await openScene({ proxies: 1, argon2id: argon2.derive });
  acme = await scene.addTenant('acme');
  const visit = await setUp(new Agent(), await makeLink(scene.operator, acme));
  assert.equal(visit.status, 303, visit.body);
  const { json } = await acme.api.call('GET', '/api/v1/local-administrators');
  ada = String(json.items[0]?.['userId']);
}
const end = (): Promise<void> => scene.close();

describe('A password that is guessed (T147, T150, T170)', () => {
  before(begin);
  after(end);
  beforeEach(() => scene.gateway.advance(25 * 3600));

  it('the valid control: the right one signs in, and leaves sign-in, audit and use', async () => {
    const { sequence } = await stateOf(acme);
    const agent = new Agent();
    assert.ok(isIn(await signInByPassword(agent, acme, { headers: network() })));
    assert.ok(await isSignedIn({ tenant: acme, agent }));
    const events = await eventsAfter(acme, sequence);
    assert.deepEqual(events.map(({ action, actor }) => `${action} ${actor}`).toSorted(), [
      `break-glass.used user:${ada}`,
      `sign-in.succeeded user:${ada}`,
    ]);
  });

  it('is refused with code, trace and audit event, without the password', async () => {
    const agent = new Agent();
    await refused({ tenant: acme, agent }, { code: 'password.refused', status: 403, secrets: [WRONG, PASSWORD] }, () =>
      signInByPassword(agent, acme, { password: WRONG, headers: network() }),
    );
  });

  it('five wrong ones make the sixth wait, even the right one, and nothing is derived', async () => {
    const from = network();
    for (let tries = 1; tries <= 5; tries += 1) assert.equal(codeOf(await guess(from)), 'password.refused');
    const runs = argon2.runs;
    const blocked = await guess(from, { password: PASSWORD });
    assert.deepEqual([codeOf(blocked), blocked.status, argon2.runs], ['password.too_many_tries', 429, runs]);
    assert.ok(Number(blocked.headers['retry-after']) <= 30);
    scene.gateway.advance(31);
    assert.ok(isIn(await guess(from, { password: PASSWORD })));
  });

  it('waits grow with each further one, up to a quarter of an hour', async () => {
    const from = network();
    for (let tries = 1; tries <= 5; tries += 1) await guess(from);
    const waits: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      const seconds = Number((await guess(from)).headers['retry-after']);
      waits.push(seconds > 450 ? Math.ceil(seconds / 60) * 60 : Math.ceil(seconds / 30) * 30);
      scene.gateway.advance(seconds + 1);
      assert.equal(codeOf(await guess(from)), 'password.refused');
    }
    assert.deepEqual(waits, [30, 60, 120, 240, 480, 900, 900]);
  });

  it('of fifty at once over two nodes, the right one among them, five are looked at', async () => {
    const other = await scene.gateway.addNode();
    const from = network();
    const runs = argon2.runs;
    const places = [acme.url, acme.url.replace(scene.gateway.serverUrl, other.origin)];
    const visits = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        signInByPassword(new Agent(), { url: places[at % 2] ?? '' }, { password: at === 49 ? PASSWORD : WRONG, headers: from }),
      ),
    );
    assert.ok(argon2.runs - runs <= 5, `${argon2.runs - runs} looked at`);
    assert.ok(visits.filter(({ status }) => status === 429).length >= 45);
  });

  it('tries at one node count at the other', async () => {
    const other = await scene.gateway.addNode();
    const from = network();
    for (let tries = 1; tries <= 5; tries += 1) await guess(from);
    const there = { url: acme.url.replace(scene.gateway.serverUrl, other.origin) };
    assert.equal(codeOf(await signInByPassword(new Agent(), there, { headers: from })), 'password.too_many_tries');
  });

  it('one network that tries one password on thirty names is stopped; the next network is not', async () => {
    const from = network();
    const codes = new Set<string | undefined>();
    for (let tries = 1; tries <= 30; tries += 1) codes.add(codeOf(await guess(from, { email: `person${tries}@acme.example` })));
    assert.deepEqual([...codes], ['password.refused']);
    assert.equal(codeOf(await guess(from, { email: 'another@acme.example' })), 'password.too_many_tries');
    assert.equal(codeOf(await guess(network(), { email: 'another@acme.example' })), 'password.refused');
  });

  it('a hundred networks that guess one name are slowed down, and the network that the person signs in from does not feel it', async () => {
    const home = network();
    assert.ok(isIn(await guess(home, { password: PASSWORD })));
    for (let tries = 1; tries <= 100; tries += 1) await guess(network());
    assert.equal(codeOf(await guess(network(), { password: PASSWORD })), 'password.too_many_tries');
    assert.ok(isIn(await guess(home, { password: PASSWORD })));
    scene.gateway.advance(61);
    assert.ok(isIn(await guess(network(), { password: PASSWORD })), 'slowed down, not locked');
  });

  it('what the client itself writes into X-Forwarded-For is not believed', async () => {
    const { 'x-forwarded-for': seen } = network();
    for (let tries = 1; tries <= 5; tries += 1) await guess({ 'x-forwarded-for': `203.0.113.${tries}, ${seen}` });
    assert.equal(codeOf(await guess({ 'x-forwarded-for': `198.51.100.1, ${seen}` })), 'password.too_many_tries');
  });

  it('other addresses of one network are the same guesser', async () => {
    const { 'x-forwarded-for': seen = '' } = network();
    for (let tries = 1; tries <= 5; tries += 1) await guess({ 'x-forwarded-for': seen.replace(/\d+$/, String(tries)) });
    assert.equal(codeOf(await guess({ 'x-forwarded-for': seen.replace(/\d+$/, '200') })), 'password.too_many_tries');
  });
});

describe('Whoever locks somebody’s password (T150)', () => {
  before(begin);
  after(end);

  it('keeps out neither another network, nor their provider, nor the operator’s new link', async () => {
    const idp = await scene.startOidcIdp();
    const connection = await acme.connectOidc(idp);
    idp.person = { sub: 'alice-0001', email: ALICE.email, email_verified: true };
    const first = new Agent();
    const { sub } = await signsIn({ tenant: acme, agent: first }, await signInByOidc(first, acme, connection));
    const alice = String(sub);
    const { status } = await acme.api.call('PATCH', `/api/v1/users/${alice}`, { roles: ['Full Administrator'] });
    assert.equal(status, 200);
    assert.ok(isIn(await setUp(new Agent(), await makeLink(scene.operator, acme, alice))));

    const attackers = network();
    for (let tries = 1; tries <= 8; tries += 1) await guess(attackers, { email: ALICE.email });
    assert.equal(codeOf(await guess(attackers, { email: ALICE.email, password: PASSWORD })), 'password.too_many_tries');

    const agent = new Agent();
    await signsIn({ tenant: acme, agent }, await signInByOidc(agent, acme, connection));
    assert.ok(isIn(await guess(network(), { email: ALICE.email, password: PASSWORD })), 'from elsewhere');
    const again = await new Agent().post(await makeLink(scene.operator, acme, alice), ADA, attackers);
    assert.ok(isIn(again), 'by a new link, even from where it is locked');
  });
});

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

describe('Passwords that are nearly the right one (T168)', () => {
  const LONG = `${'eleven purple gates and '.repeat(5)}a key`;
  before(async () => {
    await begin();
    assert.ok(
      isIn(
        await setUp(new Agent(), await makeLink(scene.operator, acme), {
          email: 'long@acme.example',
          password: LONG,
          repeated: LONG,
        }),
      ),
    );
  });
  after(end);

  it('the valid control: a long one works whole, and in the other form of the same characters', async () => {
    assert.ok(isIn(await guess(network(), { email: 'long@acme.example', password: LONG })));
    assert.ok(isIn(await guess(network(), { email: 'long@acme.example', password: LONG.replaceAll('e', '\uff45') })));
  });

  for (const [name, password] of [
    ['its first 72 bytes', LONG.slice(0, 72)],
    ['another end beyond 72 bytes', `${LONG.slice(0, -1)}z`],
    ['more after it', `${LONG}!`],
    ['a NUL after it', `${LONG}\u0000`],
    ['a NUL in it', `${LONG.slice(0, 30)}\u0000${LONG.slice(30)}`],
    ['other letters’ case', LONG.toUpperCase()],
    ['a space after it', `${LONG} `],
  ] as const) {
    it(`${name} is refused`, async () => {
      assert.equal(codeOf(await guess(network(), { email: 'long@acme.example', password })), 'password.refused');
    });
  }

  it('a megabyte of password is refused within bounds', async () => {
    const visit = await bounded(() => guess(network(), { password: 'x'.repeat(900_000) }));
    assert.equal(codeOf(visit), 'password.refused');
    assert.equal(codeOf(await bounded(() => guess(network(), { password: 'x'.repeat(1_200_000) }))), 'http.too_large');
  });
});

describe('A flood of guesses', () => {
  before(begin);
  after(end);

  it('waits in a short line, and beyond it is sent away at once; afterwards everything is as before', async () => {
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    argon2.before = () => gate;
    const runs = argon2.runs;
    const flood = Array.from({ length: 60 }, (_, at) => guess(network(), { email: `flood${at}@acme.example` }));
    // Two are looked at and 24 wait: the other 34 are answered while these still are.
    const answered: Visit[] = [];
    const full = new Promise<void>((resolve) => {
      for (const one of flood) void one.then((visit) => answered.push(visit) === 34 && resolve());
    });
    await full;
    const sentAway = answered[0];
    assert.ok(sentAway);
    assert.deepEqual([...new Set(answered.map(codeOf))], ['password.busy']);
    assert.deepEqual([codeOf(sentAway), sentAway.status], ['password.busy', 503]);
    assert.ok(sentAway.headers['retry-after']);
    assert.ok(argon2.runs - runs <= 2, 'two at once');
    assert.equal((await new Agent().get(`${acme.url}/sign-in/password`)).status, 200, 'others are served meanwhile');
    argon2.before = undefined;
    release();
    const codes = (await Promise.all(flood)).map(codeOf);
    assert.equal(codes.filter((code) => code === 'password.refused').length, 26);
    assert.ok(isIn(await guess(network(), { password: PASSWORD })));
  });
});
