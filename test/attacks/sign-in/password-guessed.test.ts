import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Agent, codeOf, type Visit } from '../../kit/agent.ts';
import { ADA, makeLink, PASSWORD, setUp, signInByPassword } from '../../kit/local/index.ts';
import { ALICE, signInByOidc } from '../../kit/scene.ts';
import { eventsAfter, isSignedIn, refused, signsIn, stateOf } from '../oracles.ts';
import { acme, ada, argon2, begin, end, guess, isIn, network, scene, WRONG } from './password.fixture.ts';

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
