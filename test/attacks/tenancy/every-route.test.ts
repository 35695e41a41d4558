import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent } from '../../kit/agent.ts';
import { type Api, type OidcConnection, openScene, type Scene, signInByOidc, type TestTenant } from '../../kit/scene.ts';
import { type Dump, dump } from '../../verify/dump.ts';
import { verifyByOidc } from '../../verify/kit.ts';
import { comeAs } from './people.ts';

/** What there is in a tenant that an address can name: one of each. */
type Ids = Readonly<
  Record<'provider' | 'key' | 'verification' | 'user' | 'group' | 'role' | 'application' | 'domain', string>
> & {
  reference: string;
  revision: string;
};

interface Route {
  method: string;
  path: string;
}

/** Bodies that are accepted where the ids are one's own: a refusal is then for the id, and for nothing else. */
const BODIES: Readonly<Record<string, unknown>> = {
  'POST /api/v1/identity-providers/{id}/verify': {},
  'POST /api/v1/identity-providers/{id}/preview': { claims: { email: 'alice@acme.example' } },
  'PATCH /api/v1/identity-providers/{id}': { branding: { buttonText: 'Mallory' } },
  'POST /api/v1/identity-providers/{id}/keys': { use: 'client-assertion' },
  'POST /api/v1/identity-providers/{id}/keys/{key}/activate': {},
  'POST /api/v1/identity-providers/{id}/export': { passphrase: 'correct horse battery staple' },
  'POST /api/v1/identity-providers/{id}/groups-seen/map': { external: 'staff', group: 'Staff' },
  'POST /api/v1/identity-providers/{id}/groups-seen/label': { external: 'staff', label: 'Staff' },
  'POST /api/v1/identity-providers/{id}/revisions/{number}/activate': { override: 'because' },
  'POST /api/v1/identity-providers/{id}/revisions/{number}/roll-back': { override: 'because' },
  'PATCH /api/v1/applications/{id}': { name: 'Mallory' },
  'PATCH /api/v1/users/{id}': { firstName: 'Mallory' },
  'PUT /api/v1/users/{id}/sign-in-method': { identityProviderId: null },
  'POST /api/v1/users/{id}/sign-in-method': { identityProviderId: null },
  'POST /api/v1/users/{id}/password': { currentPassword: 'x', newPassword: 'correct horse battery staple' },
  'PATCH /api/v1/groups/{id}': { description: 'Mallory was here' },
  'PATCH /api/v1/roles/{id}': { description: 'Mallory was here' },
  'PATCH /api/v1/domains/{name}': { includeSubdomains: true },
};
/** Of the caller alone: the operator has none. */
const OF_THE_CALLER = 'POST /api/v1/users/{id}/password';
/** Their parameter is no id of a tenant's. */
const OF_NOBODY = ['/api/v1/identity-provider-presets/{preset}/guide'];

const idFor: Readonly<Record<string, keyof Ids>> = {
  'identity-providers': 'provider',
  users: 'user',
  groups: 'group',
  roles: 'role',
  applications: 'application',
  domains: 'domain',
  'sign-ins': 'reference',
  '{key}': 'key',
  '{number}': 'revision',
  '{verification}': 'verification',
};

/** The address with these ids in it. @throws where there is a parameter that nobody has thought of */
function fill(path: string, ids: Ids): string {
  const [, , , resource = ''] = path.split('/');
  return path.replaceAll(/\{\w+\}/g, (parameter) => {
    const name = idFor[parameter] ?? idFor[resource];
    assert.ok(name, `nobody has said whose ids ${path} has`);
    return encodeURIComponent(ids[name]);
  });
}

async function routesOf(api: Api): Promise<Route[]> {
  const { json } = await api.call<{ paths: Record<string, Record<string, unknown>> }>('GET', '/api/openapi.json');
  return Object.entries(json.paths)
    .filter(([path]) => path.includes('{') && !OF_NOBODY.includes(path))
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })));
}

/** Whether an answer is an export or a calendar, JSON or not, is none of our business here. */
async function statusOf(tenant: TestTenant, token: string, { method, path }: Route, ids: Ids): Promise<[number, string]> {
  const body = BODIES[`${method} ${path}`];
  const answer = await fetch(`${tenant.url}${fill(path, ids)}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return [answer.status, await answer.text()];
}

let scene: Scene;
let acme: TestTenant;
let globex: TestTenant;
let routes: Route[];
let own: Ids;
let theirs: Ids;
let adminToken: string;
let operatorToken: string;

async function stock(tenant: TestTenant): Promise<{ ids: Ids; oidc: OidcConnection }> {
  const oidc = await tenant.connectOidc(await scene.startOidcIdp());
  const path = `/api/v1/identity-providers/${oidc.id}`;
  const idOf = async (at: string, body: unknown): Promise<string> => {
    const { status, json } = await tenant.api.call('POST', `/api/v1/${at}`, body);
    assert.equal(status, 201, JSON.stringify(json));
    return json.id;
  };
  await signInByOidc(new Agent(), tenant, oidc);
  const { report } = await verifyByOidc(tenant, oidc);
  const key = await idOf(`identity-providers/${oidc.id}/keys`, { use: 'client-assertion' });
  const staged = await tenant.api.call('PATCH', path, { oidc: { scopes: ['openid', 'email'] } });
  assert.equal(staged.status, 202, JSON.stringify(staged.json));
  const ids: Ids = {
    provider: oidc.id,
    key,
    verification: report.id,
    revision: String((staged.json['staged'] as { revision: number }).revision),
    user: await idOf('users', { email: `bob@${tenant.name}.example` }),
    group: await idOf('groups', { name: 'Staff' }),
    role: await idOf('roles', { name: 'Clerk' }),
    application: tenant.application.id,
    domain: `${tenant.name}.example`,
    reference: report.reference,
  };
  return { ids, oidc };
}

before(async () => {
  scene = await openScene();
  [acme, globex] = [await scene.addTenant('acme'), await scene.addTenant('globex')];
  const here = await stock(acme);
  own = here.ids;
  theirs = (await stock(globex)).ids;
  const admin = await comeAs(acme, here.oidc, { name: 'admin', roles: ['Full Administrator'] });
  adminToken = admin.token();
  operatorToken = scene.gateway.operatorToken;
  routes = await routesOf(acme.api);
});
after(() => scene.close());

describe("every address of the API with another tenant's ids in it (T142)", () => {
  let earlier: Dump;
  before(async () => {
    earlier = await dump(scene.gateway);
  });

  it('is about something: the routes are those of the document', () => {
    assert.ok(routes.length > 50, String(routes.length));
    for (const name of Object.keys(BODIES))
      assert.ok(
        routes.some(({ method, path }) => name === `${method} ${path}`),
        `there is no ${name}`,
      );
  });

  for (const who of ['a Full Administrator', 'the operator'] as const)
    it(`${who} of a tenant finds nothing there`, async () => {
      for (const route of routes) {
        const [status, text] = await statusOf(acme, who === 'the operator' ? operatorToken : adminToken, route, theirs);
        const told = `${route.method} ${route.path}: ${status} ${text.slice(0, 300)}`;
        assert.ok(status === 404 || status === 403, told);
        for (const id of [theirs.domain, 'globex'])
          if (route.path !== '/api/v1/domains/{name}') assert.ok(!text.includes(id), told);
      }
    });

  it('below a provider of the own tenant, keys and reports of the other one are none', async () => {
    const mixed = { ...own, key: theirs.key, verification: theirs.verification };
    const below = routes.filter(({ path }) => /\{(?:key|verification)\}/.test(path));
    assert.ok(below.length >= 4);
    for (const route of below) {
      const [status, text] = await statusOf(acme, operatorToken, route, mixed);
      assert.equal(status, 404, `${route.method} ${route.path}: ${text.slice(0, 300)}`);
    }
  });

  it('in a body or a query they are ids of nothing, too', async () => {
    const path = `/api/v1/identity-providers/${own.provider}`;
    const bodies: [method: string, path: string, body: unknown][] = [
      ['POST', `${path}/verify`, { applicationId: theirs.application }],
      ['POST', `${path}/preview`, { claims: { email: 'a@acme.example' }, applicationId: theirs.application }],
      ['PUT', `/api/v1/users/${own.user}/sign-in-method`, { identityProviderId: theirs.provider }],
      ['POST', '/api/v1/setup-links', { userId: theirs.user }],
    ];
    for (const [method, at, body] of bodies) {
      const { status, json } = await acme.api.call(method, at, body);
      assert.ok([404, 422].includes(status), `${method} ${at}: ${status} ${JSON.stringify(json).slice(0, 300)}`);
    }
    for (const query of [
      `identityProviderId=${theirs.provider}`,
      `applicationId=${theirs.application}`,
      `userId=${theirs.user}`,
    ]) {
      const { status, json } = await acme.api.call('GET', `/api/v1/sign-ins?purpose=all&${query}`);
      assert.deepEqual([status, json.items], [200, []], query);
    }
  });

  it('has changed nothing', async () => {
    const later = await dump(scene.gateway);
    const changed = Object.keys(later).filter((table) => JSON.stringify(later[table]) !== JSON.stringify(earlier[table]));
    assert.deepEqual(changed, []);
  });

  it('the control: at home each of these addresses is one, and each body is accepted', async () => {
    const order = ['GET', 'PATCH', 'PUT', 'POST', 'DELETE'];
    const deepest = (path: string): number => path.split('/').length;
    const sorted = routes.toSorted(
      (one, other) => order.indexOf(one.method) - order.indexOf(other.method) || deepest(other.path) - deepest(one.path),
    );
    for (const route of sorted) {
      if (`${route.method} ${route.path}` === OF_THE_CALLER) continue;
      const [status, text] = await statusOf(globex, operatorToken, route, theirs);
      assert.ok(
        status < 500 && ![401, 403, 404, 422].includes(status),
        `${route.method} ${route.path}: ${status} ${text.slice(0, 300)}`,
      );
    }
  });
});
