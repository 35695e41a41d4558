import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent } from '../../kit/agent.ts';
import { ALICE, type SamlConnection } from '../../kit/scene.ts';
import { isSignedIn, refused, signsIn, stateOf, turnedAway } from '../oracles.ts';
import {
  acmeIdp,
  answerTo,
  begin,
  deliver,
  openStage,
  type Stage,
  secretsOf,
  VICTIM,
  VICTIM_EMAIL,
  type Waiting,
} from './stage.ts';

let stage: Stage;
let second: { origin: string; close(): Promise<void> };

before(async () => {
  stage = await openStage();
  second = await stage.scene.gateway.addNode();
});
after(() => stage.close());

const origin = (): string => new URL(stage.acme.url).origin;

describe('login CSRF: a response belongs to the browser that asked (T58)', () => {
  it('the valid control: the browser that asked', async () => {
    const waiting = await begin(stage.acme, stage.saml);
    await signsIn(waiting, { arrived: await deliver(waiting, answerTo(waiting, {})), asked: waiting.asked });
  });

  it('the attacker’s response in the victim’s browser, which never asked', async () => {
    const attacker = await begin(stage.acme, stage.saml);
    const victim = new Agent();
    const answer = answerTo(attacker, {});
    await refused(
      { tenant: stage.acme, agent: victim },
      { code: 'sign_in.other_browser', status: 403, secrets: secretsOf(attacker, answer) },
      () => deliver(attacker, answer, { agent: victim }),
    );
    assert.equal(await isSignedIn({ tenant: stage.acme, agent: victim }), false);
    // Nobody can spend somebody else's sign-in by knowing its id.
    await signsIn(attacker, { arrived: await deliver(attacker, answer), asked: attacker.asked });
  });

  it('in the victim’s browser, which waits for an answer of its own, and gets it afterwards', async () => {
    const attacker = await begin(stage.acme, stage.saml);
    const victim = await begin(stage.acme, stage.saml);
    const answer = answerTo(attacker, {});
    await refused(victim, { code: 'sign_in.other_browser' }, () => deliver(attacker, answer, { agent: victim.agent }));
    await refused(victim, { code: 'sign_in.other_browser' }, () =>
      deliver({ ...attacker, relayState: victim.relayState }, answer, { agent: victim.agent }),
    );
    assert.equal(await isSignedIn(victim), false);
    await signsIn(victim, { arrived: await deliver(victim, answerTo(victim, {})), asked: victim.asked });
  });

  it('in the browser of somebody who is signed in: the session stays theirs', async () => {
    const victim = await begin(stage.acme, stage.saml);
    await signsIn(victim, {
      arrived: await deliver(
        victim,
        answerTo(victim, { change: { nameId: VICTIM, attributes: { ...ALICE, email: VICTIM_EMAIL } } }),
      ),
      asked: victim.asked,
    });
    const session = victim.agent.cookie(origin(), 'session');
    const attacker = await begin(stage.acme, stage.saml);
    await refused(victim, { code: 'sign_in.other_browser' }, () =>
      deliver(attacker, answerTo(attacker, {}), { agent: victim.agent }),
    );
    assert.equal(victim.agent.cookie(origin(), 'session'), session);
    assert.equal(await isSignedIn(victim), true);
  });

  it('as a browser posts it from another site: bounced once, then refused all the same', async () => {
    const attacker = await begin(stage.acme, stage.saml);
    const victim = new Agent();
    const answer = answerTo(attacker, {});
    const bounced = await deliver(attacker, answer, {
      agent: victim,
      headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    });
    assert.equal(bounced.status, 200);
    assert.equal(bounced.headers['set-cookie'], undefined);
    const place = { tenant: stage.acme, agent: victim };
    const again = {
      agent: victim,
      acsUrl: `${attacker.connection.acsUrl}?bounced=1`,
      headers: { 'sec-fetch-site': 'same-origin' },
    };
    await refused(place, { code: 'sign_in.other_browser' }, () => deliver(attacker, answer, again));
    assert.equal(await isSignedIn(place), false);
  });

  it('with a browser secret of the attacker’s making', async () => {
    for (const value of ['', 'x', 'undefined', 'A'.repeat(43)]) {
      const attacker = await begin(stage.acme, stage.saml);
      const victim = new Agent();
      victim.setCookie(origin(), 'sallyport-browser.acme', value);
      await refused({ tenant: stage.acme, agent: victim }, { code: 'sign_in.other_browser' }, () =>
        deliver(attacker, answerTo(attacker, {}), { agent: victim }),
      );
    }
  });

  it('with the browser secret twice: the attacker’s, planted, beside the victim’s', async () => {
    const attacker = await begin(stage.acme, stage.saml);
    const victim = await begin(stage.acme, stage.saml);
    const mine = attacker.agent.cookieHeader(origin());
    const theirs = victim.agent.cookieHeader(origin());
    const agent = new Agent();
    for (const cookie of [`${mine}; ${theirs}`, `${theirs}; ${mine}`]) {
      await refused({ tenant: stage.acme, agent }, { code: 'sign_in.other_browser' }, () =>
        deliver(attacker, answerTo(attacker, {}), { agent, headers: { cookie } }),
      );
    }
  });
});

describe('what changed between request and response counts (T64)', () => {
  const connect = (slug: string): Promise<SamlConnection> => stage.acme.connectSaml(stage.saml.idp, { slug });
  const toTheOtherNode = (waiting: Waiting) => {
    const agent = new Agent();
    for (const pair of waiting.agent.cookieHeader(origin()).split('; '))
      agent.setCookie(second.origin, pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    return { agent, acsUrl: waiting.connection.acsUrl.replace(origin(), second.origin) };
  };

  /** Each begins on one node; the answer arrives there, or on the other, which has used the connection before. */
  const changes: [name: string, code: string, status: number, change: (connection: SamlConnection) => Promise<unknown>][] = [
    ['the connection was disabled', 'sign_in.connection_disabled', 403, (connection) => connection.change({ enabled: false })],
    [
      'the connection was removed',
      'sign_in.connection_unknown',
      404,
      ({ id }) => stage.acme.api.call('DELETE', `/api/v1/identity-providers/${id}`),
    ],
    [
      'the connection was taken out of user authentication',
      'sign_in.connection_disabled',
      403,
      (connection) => connection.change({ authentication: { enabled: false } }),
    ],
    // Whom we asked, or as whom, is another: whatever the answer says, nobody asked for it.
    [
      'the connection has another issuer',
      'sign_in.connection_changed',
      409,
      (connection) => connection.change({ saml: { issuer: 'https://other.example/saml' } }),
    ],
    [
      'the connection sends people elsewhere',
      'sign_in.connection_changed',
      409,
      (connection) => connection.change({ saml: { ssoUrl: 'https://other.example/sso' } }),
    ],
    [
      'the connection has another entity id of ours',
      'sign_in.connection_changed',
      409,
      (connection) => connection.change({ saml: { spEntityId: 'https://sp.acme.example' } }),
    ],
    // The rest is judged by the settings as they are now.
    [
      'the connection trusts another key',
      'xml.signature_value',
      403,
      (connection) => connection.change({ saml: { verificationCertificates: [acmeIdp().keys.certificatePem] } }),
    ],
    [
      'the connection demands more',
      'saml.signature_missing',
      403,
      (connection) => connection.change({ saml: { verifySignatureOf: 'both' } }),
    ],
    [
      'the connection was removed and another has its address',
      'sign_in.other_connection',
      403,
      async ({ id, slug }) => {
        await stage.acme.api.call('DELETE', `/api/v1/identity-providers/${id}`);
        await connect(slug);
      },
    ],
    [
      'the connection was disabled and enabled',
      'sign_in.connection_changed',
      409,
      async (connection) => {
        await connection.change({ enabled: false });
        await connection.change({ enabled: true });
      },
    ],
  ];
  for (const [at, [name, code, status, change]] of changes.entries()) {
    for (const node of ['the same node', 'the other node'] as const) {
      it(`${name}; ${node}: ${code}`, async () => {
        const slug = `t64-${at}-${node === 'the same node' ? 'a' : 'b'}`;
        const connection = await connect(slug);
        const delivery = (waiting: Waiting) => (node === 'the same node' ? {} : toTheOtherNode(waiting));
        const person = { nameId: slug, attributes: { email: `${slug}@acme.example` } };
        const control = await begin(stage.acme, connection);
        assert.equal(
          (await deliver(control, answerTo(control, { change: person }), delivery(control))).status,
          303,
          'the valid control',
        );
        const waiting = await begin(stage.acme, connection);
        const answer = answerTo(waiting, { change: person });
        await change(connection);
        await refused(waiting, { code, status, secrets: secretsOf(waiting, answer) }, () =>
          deliver(waiting, answer, delivery(waiting)),
        );
        assert.equal(await isSignedIn(waiting), false);
      });
    }
  }

  /** Nobody who is on the way fails because of them. */
  const harmless: [name: string, change: (connection: SamlConnection) => Promise<unknown>][] = [
    [
      'a certificate was added',
      ({ change, idp }) =>
        change({ saml: { verificationCertificates: [idp.keys.certificatePem, acmeIdp().keys.certificatePem] } }),
    ],
    ['its name was changed', ({ change }) => change({ name: 'Acme, newly named' })],
    ['a group was mapped', ({ change }) => change({ groupMappings: [{ external: 'x', group: 'Y' }] })],
  ];
  for (const [at, [name, change]] of harmless.entries()) {
    it(`${name}: the sign-in counts, on both nodes`, async () => {
      const connection = await connect(`t64-harmless-${at}`);
      const person = { nameId: `harmless-${at}`, attributes: { email: `harmless-${at}@acme.example` } };
      const [here, there] = [await begin(stage.acme, connection), await begin(stage.acme, connection)];
      const answers = [here, there].map((waiting) => answerTo(waiting, { change: person }));
      const otherNode = toTheOtherNode(there);
      await change(connection);
      assert.equal((await deliver(here, answers[0]!)).status, 303);
      assert.equal((await deliver(there, answers[1]!, otherNode)).status, 303);
    });
  }

  it('the user was disabled: admission.account_disabled', async () => {
    const change = { nameId: 'disabled-0001', attributes: { email: 'disabled@acme.example' } };
    const control = await begin(stage.acme, stage.saml);
    await signsIn(control, { arrived: await deliver(control, answerTo(control, { change })), asked: control.asked });
    const waiting = await begin(stage.acme, stage.saml);
    const { json } = await stage.acme.api.call('GET', '/api/v1/users?email=disabled@acme.example');
    assert.equal((await stage.acme.api.call('POST', `/api/v1/users/${json.items[0]?.id}/disable`)).status, 200);
    await refused(waiting, { code: 'admission.account_disabled', status: 403 }, () =>
      deliver(waiting, answerTo(waiting, { change })),
    );
    assert.equal(await isSignedIn(waiting), false);
    assert.equal(await isSignedIn(control), false, 'the session from before is dead as well');
  });

  it('the tenant was suspended: tenants.suspended, on both nodes; resumed, the sign-in still counts', async () => {
    const globex = await stage.scene.addTenant('globex');
    const connection = await globex.connectSaml(stage.saml.idp);
    const change = { nameId: 'g-0001', attributes: { email: 'gina@globex.example' } };
    const waiting = await begin(globex, connection);
    const answer = answerTo(waiting, { change });
    const switchTo = async (status: string): Promise<void> => {
      const { status: answered } = await stage.scene.operator.call('PATCH', '/api/v1/tenants/globex', { status });
      assert.equal(answered, 200);
    };
    // While it is suspended its API says nothing either; what happened is looked at through a sister that it must not have touched.
    const place = { tenant: stage.acme, agent: waiting.agent };
    await switchTo('suspended');
    await turnedAway(place, { code: 'tenants.suspended', status: 403 }, () => deliver(waiting, answer));
    await turnedAway(place, { code: 'tenants.suspended', status: 403 }, () => deliver(waiting, answer, toTheOtherNode(waiting)));
    await switchTo('active');
    assert.deepEqual((await stateOf(globex)).users, [], 'nobody came in meanwhile');
    await signsIn(waiting, { arrived: await deliver(waiting, answer), asked: waiting.asked });
  });

  it('the tenant was removed: tenants.unknown', async () => {
    const hooli = await stage.scene.addTenant('hooli');
    const waiting = await begin(hooli, await hooli.connectSaml(stage.saml.idp));
    const { status } = await stage.scene.operator.call('DELETE', '/api/v1/tenants/hooli?confirm=hooli');
    assert.equal(status, 204);
    await turnedAway({ tenant: stage.acme, agent: waiting.agent }, { code: 'tenants.unknown', status: 404 }, () =>
      deliver(waiting, answerTo(waiting, {})),
    );
  });
});
