import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Permission, permissions } from '#kernel/permission.ts';
import { openScene, type Scene, type TestTenant } from '../../kit/scene.ts';
import { comeAs, type Person } from './people.ts';

interface Route {
  method: string;
  path: string;
}

/** Whose permissions an address wants; every other one wants those of its own name. */
const RESOURCE: Readonly<Record<string, string>> = {
  'identity-provider-presets': 'identity-providers',
  expiries: 'identity-providers',
  'expiries.ics': 'identity-providers',
  groups: 'users',
  'local-administrators': 'users',
  'setup-links': 'users',
};
/** Where reading and writing is not told apart by the method; null: whoever has a token of this tenant. */
const OTHERWISE: Readonly<Record<string, Permission | null>> = {
  'POST /api/v1/identity-providers/{id}/export': 'secrets:export',
  // What of a document concerns something else is held against that permission, part by part.
  'GET /api/v1/export': 'settings:read',
  'POST /api/v1/export': 'settings:read',
  'POST /api/v1/apply': 'settings:read',
  'GET /api/v1/me': null,
  'POST /api/v1/users/{id}/password': null,
};

function needed({ method, path }: Route): Permission | null {
  const otherwise = OTHERWISE[`${method} ${path}`];
  if (otherwise !== undefined) return otherwise;
  const [, , , resource = ''] = path.split('/');
  return `${RESOURCE[resource] ?? resource}:${method === 'GET' ? 'read' : 'write'}` as Permission;
}

let scene: Scene;
let acme: TestTenant;
let probe: Person;
let role: string;
let routes: Route[];

before(async () => {
  scene = await openScene();
  acme = await scene.addTenant('acme');
  role = (await acme.api.call('POST', '/api/v1/roles', { name: 'Probe', permissions: [] })).json.id;
  const oidc = await acme.connectOidc(await scene.startOidcIdp());
  probe = await comeAs(acme, oidc, { name: 'probe', roles: ['Probe'] });
  const { json } = await acme.api.call<{ paths: Record<string, object> }>('GET', '/api/openapi.json');
  routes = Object.entries(json.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  );
});
after(() => scene.close());

interface Told {
  status: number;
  /** What is said to be wanting, of a refusal. */
  wanting: string | undefined;
}

/** Without a body, and with ids of nothing: whoever is let in changes nothing. */
async function ask({ method, path }: Route, token: string | undefined = probe.token()): Promise<Told> {
  const headers: Record<string, string> = token === '' ? {} : { authorization: `Bearer ${token}` };
  const answer = await fetch(`${acme.url}${path.replaceAll(/\{\w+\}/g, 'nothing')}`, { method, headers });
  const text = await answer.text();
  const isForbidden = answer.status === 403 && text.includes('"authorization.forbidden"');
  return { status: answer.status, wanting: isForbidden ? /"needs ([\w:-]+)"/.exec(text)?.[1] : undefined };
}

async function hold(held: readonly Permission[]): Promise<void> {
  const { status, json } = await acme.api.call('PATCH', `/api/v1/roles/${role}`, { permissions: held });
  assert.equal(status, 200, JSON.stringify(json));
}

function keptOut(route: Route, { status, wanting }: Told): void {
  assert.deepEqual([status, wanting], [403, needed(route)], `${route.method} ${route.path}`);
}

function letIn(route: Route, { status, wanting }: Told): void {
  // A part of a document may want more.
  const isPart = needed(route) === 'settings:read' && wanting !== undefined && wanting !== 'settings:read';
  assert.ok(isPart || (status < 500 && ![401, 403].includes(status)), `${route.method} ${route.path}: ${status}`);
}

describe('every address of the API wants its permission, and nothing else opens it', () => {
  it('is about all of them, and each wants one that there is', () => {
    assert.ok(routes.length > 70, String(routes.length));
    for (const route of routes) {
      const wanted = needed(route);
      assert.ok(wanted === null || permissions.includes(wanted), `${route.method} ${route.path}: ${wanted}`);
    }
    for (const name of Object.keys(OTHERWISE))
      assert.ok(
        routes.some(({ method, path }) => name === `${method} ${path}`),
        name,
      );
  });

  it('nobody without a token, and none with another tenant’s, comes in anywhere', async () => {
    const globex = await scene.addTenant('globex');
    const stranger = await comeAs(globex, await globex.connectOidc(await scene.startOidcIdp()), {
      name: 'stranger',
      roles: ['Full Administrator'],
    });
    for (const route of routes)
      for (const token of ['', stranger.token()])
        assert.equal((await ask(route, token)).status, 401, `${route.method} ${route.path}`);
  });

  for (const permission of permissions) {
    it(`${permission} opens what wants it alone`, async () => {
      await hold([permission]);
      for (const route of routes) {
        const answer = await ask(route);
        if (needed(route) === permission || needed(route) === null) letIn(route, answer);
        else keptOut(route, answer);
      }
    });

    it(`all others do not stand in for ${permission}`, async () => {
      await hold(permissions.filter((other) => other !== permission));
      for (const route of routes) if (needed(route) === permission) keptOut(route, await ask(route));
    });
  }
});
