import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ApiAnswer, type OidcConnection, openScene, type Scene, type TestTenant } from '../../kit/scene.ts';
import { comeAs, type Person } from './people.ts';

let scene: Scene;
let acme: TestTenant;
let globex: TestTenant;
let oidc: OidcConnection;
let admin: Person;
let connector: Person;
let keeper: Person;

before(async () => {
  scene = await openScene();
  acme = await scene.addTenant('acme');
  globex = await scene.addTenant('globex');
  oidc = await acme.connectOidc(await scene.startOidcIdp());
  admin = await comeAs(acme, oidc, { name: 'admin', roles: ['Full Administrator'] });
  connector = await comeAs(acme, oidc, { name: 'connector', roles: ['IdP Administrator'] });
  keeper = await comeAs(acme, oidc, { name: 'keeper', roles: ['User Administrator'] });
});
after(() => scene.close());

const listOf = async (tenant: TestTenant, path: string): Promise<string> =>
  JSON.stringify((await tenant.api.call('GET', `/api/v1/${path}?limit=200`)).json.items);

function refused({ status, json }: ApiAnswer, code: string): void {
  const told = [json.code, ...(json.errors ?? []).map((fault) => fault.code)];
  assert.ok(status >= 400 && status < 500, `${status} ${JSON.stringify(json)}`);
  assert.ok(told.includes(code), `${told.join(', ')}, not ${code}`);
}

describe("an administrator of one tenant reaches for another's (T142)", () => {
  it('control: the administrator administers their own', async () => {
    assert.equal((await admin.api.call('GET', '/api/v1/users')).status, 200);
    assert.equal((await admin.api.call('POST', '/api/v1/groups', { name: 'Own' })).status, 201);
  });

  for (const resource of ['users', 'groups', 'roles', 'applications', 'identity-providers', 'domains']) {
    it(`${resource}: a tenant, an id or an owner in the body is refused as no field`, async () => {
      const before = await listOf(globex, resource);
      for (const more of [{ tenantId: 'globex' }, { tenant: 'globex' }, { tenant_id: 'globex' }, { id: 'usr_1' }]) {
        const answer = await admin.api.call('POST', `/api/v1/${resource}`, { name: 'x', email: 'x@acme.example', ...more });
        refused(answer, 'unknown_field');
      }
      assert.equal(await listOf(globex, resource), before);
    });

    it(`${resource}: the tenant is that of the address, whatever the query says`, async () => {
      const { status, json } = await admin.api.call('GET', `/api/v1/${resource}?tenant=globex&tenantId=globex`);
      if (status === 200) assert.equal(JSON.stringify(json.items), await listOf(acme, resource));
      else assert.ok(status >= 400 && status < 500);
    });
  }

  it('ids of the other tenant are ids of nothing: read, change, delete, disable', async () => {
    const { json: user } = await globex.api.call('POST', '/api/v1/users', { email: 'bob@globex.example' });
    const before = await listOf(globex, 'users');
    const path = `/api/v1/users/${user.id}`;
    refused(await admin.api.call('GET', path), 'directory.user_unknown');
    refused(await admin.api.call('PATCH', path, { firstName: 'X' }), 'directory.user_unknown');
    refused(await admin.api.call('DELETE', path), 'directory.user_unknown');
    refused(await admin.api.call('POST', `${path}/disable`), 'directory.user_unknown');
    refused(await admin.api.call('PUT', `${path}/sign-in-method`, { identityProviderId: oidc.id }), 'directory.user_unknown');
    assert.equal(await listOf(globex, 'users'), before);
  });

  it("the token is worth nothing at the other tenant's address, nor at the operator's", async () => {
    const token = await tokenOf(admin);
    for (const url of [`${globex.url}/api/v1/users`, `${scene.gateway.serverUrl}/api/v1/tenants`]) {
      const answer = await fetch(url, { headers: { authorization: token } });
      assert.equal(answer.status, 401, url);
    }
  });

  it('operators of filters are text', async () => {
    for (const query of ['email[$ne]=x', 'email=%27%20or%201=1', 'filter=1', 'limit=1000000', 'cursor=../globex']) {
      const { status, json } = await admin.api.call('GET', `/api/v1/users?${query}`);
      assert.ok(status < 500, `${query}: ${status}`);
      if (status === 200) assert.doesNotMatch(JSON.stringify(json), /globex/);
    }
  });
});

/** The header that this person's calls carry, seen by a server of our own. */
async function tokenOf({ api }: Person): Promise<string> {
  const fetched = globalThis.fetch;
  let header = '';
  globalThis.fetch = async (_url, init) => {
    header = new Headers(init?.headers).get('authorization') ?? '';
    return Response.json({});
  };
  await api.call('GET', '/');
  globalThis.fetch = fetched;
  return header;
}

describe('nobody gives themselves, or lets a provider give, more than they have (T146)', () => {
  it('a role of the platform cannot be made: there is no such permission', async () => {
    for (const permission of ['all', '*', 'tenants:write', 'operator']) {
      const { status } = await admin.api.call('POST', '/api/v1/roles', { name: `P ${permission}`, permissions: [permission] });
      assert.equal(status, 422, permission);
    }
  });

  it('an IdP Administrator cannot map a claim to Full Administrator, nor make it the default role', async () => {
    const path = `/api/v1/identity-providers/${oidc.id}?override=test`;
    const before = await acme.api.call('GET', `/api/v1/identity-providers/${oidc.id}`);
    for (const patch of [
      { roleMappings: [{ external: 'anything', role: 'Full Administrator' }] },
      { roleMappings: [{ external: 'anything', role: 'full administrator' }] },
      { users: { defaultRoles: ['User Administrator'] } },
    ]) {
      refused(await connector.api.call('PATCH', path, patch), 'upstream.beyond_caller');
    }
    const created = await connector.api.call('POST', '/api/v1/identity-providers', {
      kind: 'oidc',
      name: 'Mine',
      oidc: {
        clientId: 'c',
        clientSecret: 'a long enough secret',
        issuer: oidc.idp.issuer,
      },
      roleMappings: [
        {
          external: 'anything',
          role: 'Full Administrator',
        },
      ],
    });
    refused(created, 'upstream.beyond_caller');
    const after = await acme.api.call('GET', `/api/v1/identity-providers/${oidc.id}`);
    assert.deepEqual(after.json, before.json);
    const control = await admin.api.call('PATCH', path, { roleMappings: [{ external: 'boss', role: 'Auditor' }] });
    assert.equal(control.status, 200, JSON.stringify(control.json));
  });

  it('nobody edits their own roles, or the role that they have, upwards', async () => {
    refused(
      await keeper.api.call('PATCH', `/api/v1/users/${keeper.id}`, { roles: ['Full Administrator'] }),
      'directory.beyond_caller',
    );
    const { json } = await acme.api.call('GET', '/api/v1/roles?limit=200');
    const own = json.items.find((role) => role['name'] === 'User Administrator');
    const changed = await admin.api.call('PATCH', `/api/v1/roles/${own?.id}`, { permissions: ['settings:write'] });
    refused(changed, 'directory.role_built_in');
  });

  it('without the permission, nothing of a provider is written', async () => {
    for (const [method, path] of [
      ['PATCH', `/api/v1/identity-providers/${oidc.id}`],
      ['POST', '/api/v1/identity-providers'],
      ['DELETE', `/api/v1/identity-providers/${oidc.id}`],
      ['POST', `/api/v1/identity-providers/${oidc.id}/verify`],
    ] as const) {
      const { status } = await keeper.api.call(method, path, method === 'DELETE' ? undefined : {});
      assert.equal(status, 403, `${method} ${path}`);
    }
  });
});

describe('secrets leave only with those who may do everything', () => {
  it('an IdP Administrator exports a provider, and not its secrets', async () => {
    const path = `/api/v1/identity-providers/${oidc.id}/export`;
    const passphrase = 'correct horse battery staple';
    assert.equal((await connector.api.call('GET', path)).status, 200);
    refused(await connector.api.call('POST', path, { passphrase }), 'authorization.forbidden');
    assert.equal((await admin.api.call('POST', path, { passphrase })).status, 200);
  });
});
