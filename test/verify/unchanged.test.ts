import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent } from '../kit/agent.ts';
import { createSamlIdp } from '../kit/saml/idp.ts';
import {
  codeFrom,
  type OidcConnection,
  openScene,
  type SamlConnection,
  type Scene,
  signInByOidc,
  signInBySaml,
  type TestTenant,
} from '../kit/scene.ts';
import { dump } from './dump.ts';
import { type TestReport, verifyByOidc, verifyBySaml } from './kit.ts';

const GROUPS = {
  groupMappings: [
    { external: 'Engineering', group: 'Engineers' },
    { external: 'Sales', group: 'Sellers' },
  ],
  roleMappings: [
    { external: 'app_admin', role: 'User Administrator' },
    { external: 'app_auditor', role: 'Auditor' },
  ],
};

describe('A test sign-in changes nothing', () => {
  let scene: Scene;
  let acme: TestTenant;
  let oidc: OidcConnection;
  let saml: SamlConnection;

  before(async () => {
    scene = await openScene();
    acme = await scene.addTenant('acme');
    oidc = await acme.connectOidc(await scene.startOidcIdp(), GROUPS);
    const idp = createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' });
    saml = await acme.connectSaml(idp, GROUPS);
    const agent = new Agent();
    await codeFrom(agent, (await signInByOidc(agent, acme, oidc)).arrived);
  });
  after(() => scene.close());

  async function unchanged(work: () => Promise<TestReport>): Promise<TestReport> {
    const earlier = await dump(scene.gateway);
    const report = await work();
    assert.deepEqual(await dump(scene.gateway), earlier);
    return report;
  }

  it('for somebody known whose name, groups and roles are others now', async () => {
    const { person } = oidc.idp;
    oidc.idp.person = { ...person, given_name: 'Alicia', groups: ['Sales', 'Everyone'], roles: ['app_auditor'] };
    const report = await unchanged(async () => (await verifyByOidc(acme, oidc)).report);
    oidc.idp.person = person;
    assert.equal(report.state, 'passed');
    assert.equal(report.person?.outcome, 'known');
    assert.deepEqual(report.person?.changes, [{ attribute: 'firstName', before: 'Alice', after: 'Alicia' }]);
    assert.deepEqual(report.groups?.before, [{ name: 'Engineers', sources: [`idp:${oidc.id}`] }]);
    assert.deepEqual(report.groups?.added, [{ name: 'Sellers', because: '“Sales” is mapped to it' }]);
    assert.deepEqual(
      report.groups?.removed.map(({ name }) => name),
      ['Engineers'],
    );
    assert.deepEqual(
      report.groups?.unmapped.map(({ value }) => value),
      ['Everyone'],
    );
    assert.deepEqual(
      [report.roles?.added.map(({ name }) => name), report.roles?.removed.map(({ name }) => name)],
      [['Auditor'], ['User Administrator']],
    );
    assert.ok(report.tokens);
    const { idToken, userinfo } = report.tokens;
    assert.deepEqual(
      [idToken['given_name'], idToken['groups'], idToken['roles'], idToken['idp']],
      ['Alicia', ['Sellers'], ['Auditor'], 'oidc'],
    );
    assert.equal(idToken['sub'], report.person?.user?.id);
    assert.equal(userinfo['email'], 'alice@acme.example');
  });

  it('for somebody who would be linked by the address', async () => {
    const report = await unchanged(async () => (await verifyBySaml(acme, saml)).report);
    assert.deepEqual([report.state, report.person?.outcome], ['passed', 'linked']);
    assert.deepEqual(
      report.groups?.kept.map(({ name }) => name),
      ['Engineers'],
    );
    assert.match(report.groups?.kept[0]?.because ?? '', /mapped/);
  });

  it('for somebody who would be made', async () => {
    const attributes = { email: 'nora@acme.example', givenName: 'Nora', groups: ['Engineering'] };
    const report = await unchanged(
      async () => (await verifyBySaml(acme, saml, { change: { nameId: 'nora-1', attributes } })).report,
    );
    assert.deepEqual([report.state, report.person?.outcome, report.person?.user?.id], ['passed', 'created', null]);
    assert.deepEqual(
      report.groups?.added.map(({ name }) => name),
      ['Engineers'],
    );
    assert.equal(report.tokens?.idToken['sub'], '(made at the first sign-in)');
    const { json } = await acme.api.call('GET', '/api/v1/users?limit=200');
    assert.equal(json.items.length, 1);
  });

  it('for somebody who would be refused, and says why', async () => {
    await oidc.change({ users: { create: false, update: false } });
    const { person } = oidc.idp;
    oidc.idp.person = { ...person, sub: 'mallory-1', email: 'mallory@acme.example' };
    const report = await unchanged(async () => (await verifyByOidc(acme, oidc)).report);
    oidc.idp.person = person;
    assert.deepEqual([report.state, report.summary.code, report.person?.outcome], ['failed', 'admission.no_account', 'refused']);
    assert.equal(report.summary.pointer, '/users/create');
    assert.equal(report.tokens, null);
    assert.ok(report.claims?.['email'], 'complete up to where it came');
  });

  it('when the answer does not verify', async () => {
    const report = await unchanged(async () => (await verifyBySaml(acme, saml, { change: { sign: 'none' } })).report);
    assert.deepEqual(
      [report.state, report.summary.code, report.person, report.claims],
      ['failed', 'saml.signature_missing', null, null],
    );
  });

  it('of what is spent: the same person signs in afterwards', async () => {
    const agent = new Agent();
    await verifyBySaml(acme, saml, { agent });
    await codeFrom(agent, (await signInBySaml(agent, acme, saml)).arrived);
  });

  it('of the groups that were seen, which are kept in memory for a while', async () => {
    const idp = createSamlIdp({ entityId: 'https://idp.other.example/saml', ssoUrl: 'https://idp.other.example/sso' });
    const other = await acme.connectSaml(idp, { slug: 'seen', name: 'Seen' });
    const seen = async () => (await acme.api.call('GET', `/api/v1/identity-providers/${other.id}/groups-seen`)).json.items.length;
    await verifyBySaml(acme, other);
    assert.equal(await seen(), 0);
    const agent = new Agent();
    await codeFrom(agent, (await signInBySaml(agent, acme, other)).arrived);
    assert.equal(await seen(), 2, 'the control: a sign-in is seen');
  });

  it('shows the tokens of the application that was asked for, with its scopes alone', async () => {
    const application = await acme.addApplication({ name: 'Narrow', firstParty: false, scopes: ['openid', 'email'] });
    const { report } = await verifyBySaml(acme, saml, { body: { applicationId: application.id } });
    assert.deepEqual(report.tokens?.application.id, application.id);
    assert.deepEqual(Object.keys(report.tokens?.userinfo ?? {}).sort(), ['email', 'email_verified', 'idp', 'sub']);
  });
});

describe('Verify and what is switched on', () => {
  it('a draft is verified, then switched on; nobody signs in through it before', async () => {
    const scene = await openScene();
    try {
      const acme = await scene.addTenant('acme');
      const oidc = await acme.connectOidc(await scene.startOidcIdp(), { enabled: undefined });
      const refused = await acme.api.call('PATCH', `/api/v1/identity-providers/${oidc.id}`, { enabled: true });
      assert.notEqual(refused.status, 200, 'not verified yet');
      const { report } = await verifyByOidc(acme, oidc);
      assert.equal(report.state, 'passed', JSON.stringify(report.summary));
      assert.match(report.summary.whatToDo, /^Switch the identity provider on here/);
      const switched = await acme.api.call('PATCH', `/api/v1/identity-providers/${oidc.id}`, { enabled: true });
      assert.equal(switched.status, 200, JSON.stringify(switched.json));
      const agent = new Agent();
      await codeFrom(agent, (await signInByOidc(agent, acme, oidc)).arrived);
    } finally {
      await scene.close();
    }
  });

  it('a staged revision is verified while people sign in through the live one, and then goes live', async () => {
    const scene = await openScene();
    try {
      const acme = await scene.addTenant('acme');
      const oidc = await acme.connectOidc(await scene.startOidcIdp());
      const staged = await acme.api.call('PATCH', `/api/v1/identity-providers/${oidc.id}`, {
        authentication: { userAttribute: 'userId', claim: 'sub' },
      });
      assert.equal(staged.status, 202, JSON.stringify(staged.json));
      const { revision } = staged.json['staged'] as { revision: number };
      const agent = new Agent();
      const during = await signInByOidc(agent, acme, oidc);
      const { report } = await verifyByOidc(acme, oidc);
      assert.deepEqual([report.state, report.revision], ['passed', revision]);
      assert.ok(report.summary.whatToDo.startsWith(`Activate revision ${revision} here`), report.summary.whatToDo);
      await codeFrom(agent, during.arrived);
      assert.ok(report.mappings.some(({ attribute, from }) => attribute === 'authentication.claim' && from === 'sub'));
      const live = await verifyByOidc(acme, oidc, { body: { revision: 1 } });
      assert.ok(live.report.mappings.some(({ attribute, from }) => attribute === 'authentication.claim' && from === 'email'));
      const activated = await acme.api.call('POST', `/api/v1/identity-providers/${oidc.id}/revisions/${revision}/activate`, {});
      assert.equal(activated.status, 200, JSON.stringify(activated.json));
      const later = new Agent();
      await codeFrom(later, (await signInByOidc(later, acme, oidc)).arrived);
    } finally {
      await scene.close();
    }
  });
});
