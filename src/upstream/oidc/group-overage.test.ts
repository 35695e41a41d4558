import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import {
  type EntraDriver,
  type GraphAnswer,
  groupIds,
  implicitGroupClaims,
  refusal,
  START,
  startEntraDriver,
  throttled,
} from '#test/entra/index.ts';
import { startDriver } from '#test/oidc/index.ts';

let driver: EntraDriver;
before(async () => {
  driver = await startEntraDriver();
});
after(() => driver.close());
beforeEach(() => {
  driver.clock.time = START;
  driver.renew();
});

const RESOLVE = { groupOverage: {} };
const toGraph = (): string[] => driver.entra.routes.asked.filter((url) => url.includes('graph'));
const tokenRequests = (): number =>
  driver.entra.requests.filter(({ form }) => form.get('grant_type') === 'client_credentials').length;
const noted = (trace: { lines: readonly { step: string; received?: unknown }[] }): Record<string, unknown> =>
  trace.lines.find(({ step }) => step === 'microsoft.groups')?.received as Record<string, unknown>;

describe('Group overage: what Entra leaves out is known to be missing', () => {
  it('200 groups fit into the token; nobody asks Graph', async () => {
    driver.alice.groups = groupIds(200);
    const { identity } = await driver.signIn(RESOLVE);
    assert.deepEqual([identity.claims['groups'], identity.overage], [driver.alice.groups, []]);
    assert.deepEqual(toGraph(), []);
  });
  it('of 201 the claim is incomplete, not empty, where nothing is set up', async () => {
    driver.alice.groups = groupIds(201);
    const { identity, trace } = await driver.signIn();
    assert.deepEqual(identity.overage, [{ claim: 'groups', code: null }]);
    assert.equal(Object.hasOwn(identity.claims, 'groups'), false);
    assert.match(String(noted(trace)['whatToDo']), /groupOverage/);
    assert.deepEqual(toGraph(), []);
  });
  it('hasgroups says so as well, and "src1" is no group', async () => {
    driver.alice.groups = groupIds(7);
    driver.entra.nextToken = { groups: undefined, ...implicitGroupClaims(driver.alice) };
    assert.deepEqual((await driver.signIn()).identity.overage, [{ claim: 'groups', code: null }]);
    driver.entra.nextToken = { groups: 'src1', _claim_names: { groups: 'src1' } };
    const { identity } = await driver.signIn();
    assert.deepEqual([identity.overage.length, identity.claims['groups']], [1, undefined]);
  });
  it('another provider’s distributed claims are incomplete too, and are never fetched', async () => {
    const other = await startDriver();
    other.idp.nextToken({
      claims: { groups: undefined, _claim_names: { groups: 's', address: 's' }, _claim_sources: { s: {} } },
    });
    other.idp.nextUserinfo({ json: { groups: undefined } });
    const { identity } = await other.signIn();
    assert.deepEqual(identity.overage.map(({ claim }) => claim).sort(), ['address', 'groups']);
    await other.close();
  });
});

describe('Group overage: completed through Graph', () => {
  it('all groups, page by page, by our certificate, with one token for many sign-ins', async () => {
    driver.alice.groups = groupIds(2500);
    const settings = driver.settings(RESOLVE);
    for (let round = 0; round < 2; round++) {
      const { identity } = await driver.signInWith(settings);
      assert.deepEqual([identity.claims['groups'], identity.overage], [driver.alice.groups, []]);
    }
    assert.equal(tokenRequests(), 1);
    assert.equal(toGraph().length, 6);
    const asked = driver.entra.requests.find(({ form }) => form.get('grant_type') === 'client_credentials');
    assert.equal(asked?.form.get('scope'), 'https://graph.microsoft.com/.default');
    assert.equal(asked?.form.has('client_secret'), false);
  });
  it('by the directory registration where there is one of its own', async () => {
    driver.alice.groups = groupIds(300);
    const directoryApp = driver.directory.addApp({
      certificates: driver.app.certificates,
      granted: ['GroupMember.Read.All', 'User.Read.All'],
    });
    driver.app.granted = [];
    const { identity } = await driver.signIn({ groupOverage: { resolve: true, clientId: directoryApp.clientId } });
    assert.equal((identity.claims['groups'] as string[]).length, 300);
  });
  it('with a new token when the kept one is over, or not taken any more', async () => {
    driver.alice.groups = groupIds(300);
    const settings = driver.settings(RESOLVE);
    await driver.signInWith(settings);
    driver.clock.time += 3_400_000;
    await driver.signInWith(settings);
    assert.equal(tokenRequests(), 2);
    let refused = 0;
    driver.entra.graph = (_url, usual): GraphAnswer =>
      refused++ === 0 ? refusal(401, 'InvalidAuthenticationToken', 'revoked') : usual();
    assert.deepEqual((await driver.signInWith(settings)).identity.overage, []);
    assert.equal(tokenRequests(), 3);
  });
  it('for people who come at the same time, by one token', async () => {
    driver.alice.groups = groupIds(300);
    const settings = driver.settings(RESOLVE);
    await Promise.all([driver.signInWith(settings), driver.signInWith(settings), driver.signInWith(settings)]);
    assert.equal(tokenRequests(), 1);
  });
});

describe('Group overage: what cannot be completed ends no sign-in and stays incomplete', () => {
  const cases: [string, string, () => void][] = [
    ['no permission was granted', 'microsoft.permission_missing', () => (driver.app.granted = [])],
    ['our certificate was not uploaded', 'microsoft.certificate_refused', () => (driver.app.certificates = [])],
    ['Graph is throttling', 'microsoft.throttled', () => (driver.entra.graph = () => throttled(20))],
    [
      'Graph answers something else',
      'microsoft.graph_unreadable',
      () => (driver.entra.graph = () => ({ status: 200, json: '<html>' })),
    ],
    [
      'Graph names groups that are none',
      'microsoft.graph_unreadable',
      () => (driver.entra.graph = () => ({ status: 200, json: { value: [{ id: 'admins' }] } })),
    ],
    [
      'the person is not there',
      'microsoft.person_unknown',
      () => (driver.entra.graph = () => refusal(404, 'Request_ResourceNotFound', '')),
    ],
    [
      'every token is refused',
      'microsoft.token_refused',
      () => (driver.entra.graph = () => refusal(401, 'InvalidAuthenticationToken', '')),
    ],
  ];
  for (const [when, code, arrange] of cases) {
    it(`${code}: ${when}`, async () => {
      driver.alice.groups = groupIds(300);
      arrange();
      const { identity, trace } = await driver.signIn(RESOLVE);
      assert.deepEqual(identity.overage, [{ claim: 'groups', code }]);
      assert.equal(Object.hasOwn(identity.claims, 'groups'), false);
      assert.equal(noted(trace)['code'], code);
    });
  }
  it('microsoft.application_unknown: nobody has consented to the directory registration', async () => {
    driver.alice.groups = groupIds(300);
    const unknown = driver.directory.addApp({ certificates: driver.app.certificates, known: false });
    const { identity } = await driver.signIn({ groupOverage: { clientId: unknown.clientId } });
    assert.deepEqual(identity.overage, [{ claim: 'groups', code: 'microsoft.application_unknown' }]);
  });
  it('microsoft.graph_unreachable: the cloud that was set is another one', async () => {
    driver.alice.groups = groupIds(300);
    const { identity } = await driver.signIn({ groupOverage: { graphUrl: 'https://graph.microsoft.us' } });
    assert.deepEqual(identity.overage, [{ claim: 'groups', code: 'microsoft.graph_unreachable' }]);
    assert.ok(driver.entra.routes.asked.some((url) => url.startsWith('https://login.microsoftonline.us/')));
  });
  it('microsoft.key_missing: there is no certificate of ours yet', async () => {
    driver.alice.groups = groupIds(300);
    const { identity } = await driver.signIn({ ...RESOLVE, keys: { clientAssertion: [] } });
    assert.deepEqual(identity.overage, [{ claim: 'groups', code: 'microsoft.key_missing' }]);
  });
  it('microsoft.graph_unreachable: then Graph is left alone for half a minute', async () => {
    driver.alice.groups = groupIds(300);
    const settings = driver.settings(RESOLVE);
    driver.entra.graph = () => ({ status: 200, json: 'x'.repeat(600_000) });
    assert.equal((await driver.signInWith(settings)).identity.overage[0]?.code, 'microsoft.graph_unreachable');
    driver.entra.graph = undefined;
    const before = toGraph().length;
    assert.equal((await driver.signInWith(settings)).identity.overage[0]?.code, 'microsoft.throttled');
    assert.equal(toGraph().length, before);
    driver.clock.time += 31_000;
    assert.deepEqual((await driver.signInWith(settings)).identity.overage, []);
  });
  it('as long as Graph asks for, it is left alone', async () => {
    driver.alice.groups = groupIds(300);
    const settings = driver.settings(RESOLVE);
    driver.entra.graph = () => throttled(20);
    await driver.signInWith(settings);
    driver.entra.graph = undefined;
    driver.clock.time += 19_000;
    assert.equal((await driver.signInWith(settings)).identity.overage.length, 1);
    driver.clock.time += 2000;
    assert.equal((await driver.signInWith(settings)).identity.overage.length, 0);
  });
});

describe('Group overage: attacks', () => {
  const link = { groups: undefined, _claim_names: { groups: 'src1' } };
  const endpoints = [
    'http://169.254.169.254/latest/meta-data',
    'http://localhost:8080/api/v1/tenants',
    'https://graph.windows.net.evil.example/x/users/y/getMemberObjects',
    'file:///etc/passwd',
  ];
  for (const endpoint of endpoints) {
    it(`the address in _claim_sources is never called: ${endpoint}`, async () => {
      driver.entra.nextToken = { ...link, _claim_sources: { src1: { endpoint, access_token: 'theirs' } } };
      const { identity } = await driver.signIn(RESOLVE);
      assert.deepEqual(identity.claims['groups'], driver.alice.groups);
      assert.ok(
        driver.entra.routes.asked.every((url) =>
          ['login.microsoftonline.com', 'graph.microsoft.com'].includes(new URL(url).host),
        ),
      );
    });
  }
  const nexts: [string, string][] = [
    ['another host', 'https://evil.example/v1.0/users/x/transitiveMemberOf/microsoft.graph.group?$skiptoken=1'],
    ['this computer', 'http://127.0.0.1/v1.0/?$skiptoken=1'],
    ['another person', 'https://graph.microsoft.com/v1.0/users/someone/transitiveMemberOf/microsoft.graph.group?$skiptoken=1'],
  ];
  for (const [where, next] of nexts) {
    it(`the token goes nowhere else: a next page at ${where}`, async () => {
      driver.alice.groups = groupIds(300);
      driver.entra.graph = () => ({ status: 200, json: { value: [], '@odata.nextLink': next } });
      const { identity } = await driver.signIn(RESOLVE);
      assert.deepEqual(identity.overage, [{ claim: 'groups', code: 'microsoft.graph_unreadable' }]);
      assert.equal(toGraph().length, 1);
    });
  }
  it('a redirect of Graph is not followed', async () => {
    driver.alice.groups = groupIds(300);
    driver.entra.graph = () => ({ status: 302, headers: { location: 'https://evil.example/' }, json: {} });
    assert.equal((await driver.signIn(RESOLVE)).identity.overage[0]?.code, 'microsoft.graph_unreadable');
    assert.equal(toGraph().length, 1);
  });
  it('a flood of 100,000 groups ends after 10,000, and none of them counts', async () => {
    driver.alice.groups = groupIds(100_000);
    const { identity } = await driver.signIn(RESOLVE);
    assert.deepEqual(identity.overage, [{ claim: 'groups', code: 'microsoft.groups_too_many' }]);
    assert.equal(Object.hasOwn(identity.claims, 'groups'), false);
    assert.ok(toGraph().length <= 12);
  });
  it('pages without end end', async () => {
    driver.alice.groups = groupIds(300);
    driver.entra.graph = (url) => ({ status: 200, json: { value: [], '@odata.nextLink': `${url.href}&$skiptoken=again` } });
    const { identity } = await driver.signIn(RESOLVE);
    assert.equal(identity.overage[0]?.code, 'microsoft.groups_too_many');
    assert.ok(toGraph().length <= 13);
  });
  it('a slow Graph is waited for eight seconds in all', async () => {
    driver.alice.groups = groupIds(5000);
    driver.entra.graph = (_url, usual) => {
      driver.clock.time += 3000;
      return usual();
    };
    const { identity } = await driver.signIn(RESOLVE);
    assert.equal(identity.overage[0]?.code, 'microsoft.graph_unreachable');
    assert.equal(toGraph().length, 3);
  });
  it('Graph is one of Microsoft’s own: another address is not taken into the settings', () => {
    for (const graphUrl of ['https://evil.example', 'http://graph.microsoft.com', 'https://graph.microsoft.com.evil.example'])
      assert.throws(() => driver.settings({ groupOverage: { graphUrl } }));
  });
  it('no token, key or assertion is in the trace', async () => {
    driver.alice.groups = groupIds(300);
    const { trace } = await driver.signIn(RESOLVE);
    const written = JSON.stringify(trace.lines);
    for (const { form } of driver.entra.requests)
      for (const name of ['client_assertion', 'client_secret', 'code'])
        if (form.get(name)) assert.ok(!written.includes(String(form.get(name)).slice(0, 40)));
    assert.ok(!written.includes('Bearer'));
  });
});
