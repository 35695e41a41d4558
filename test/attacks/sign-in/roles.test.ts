import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent } from '../../kit/agent.ts';
import type { OidcIdp } from '../../kit/oidc/index.ts';
import { codeFrom, type OidcConnection, openScene, redeem, type Scene, signInByOidc, type TestTenant } from '../../kit/scene.ts';
import { bounded, eventsAfter, signsIn, stateOf } from '../oracles.ts';
import { comeAs } from '../tenancy/people.ts';

let scene: Scene;
let acme: TestTenant;
let idp: OidcIdp;
let connection: OidcConnection;
let count = 0;

before(async () => {
  scene = await openScene();
  acme = await scene.addTenant('acme');
  idp = await scene.startOidcIdp();
  await acme.api.call('POST', '/api/v1/roles', { name: 'Plant Lead' });
  await acme.api.call('POST', '/api/v1/roles', { name: 'Helper', permissions: ['users:read'] });
  connection = await acme.connectOidc(idp, {
    slug: 'roles',
    roleMappings: [
      { external: 'app admin', role: 'User Administrator' },
      { external: 'boss', role: 'Full Administrator' },
    ],
    groupMappings: [{ external: '8b1c', group: 'Engineering' }],
    claims: { custom: { site: 'site' } },
  });
});
after(() => scene.close());

type Told = Record<string, unknown>;

/** A sign-in of somebody with these claims. @returns the ID token's claims */
async function arrive(claims: Told, by = connection): Promise<Told> {
  count += 1;
  const sub = typeof claims['sub'] === 'string' ? claims['sub'] : `person-${count}`;
  idp.person = { sub, email: `${sub}@acme.example`, email_verified: true, ...claims };
  const agent = new Agent();
  return signsIn({ tenant: acme, agent }, await signInByOidc(agent, acme, by));
}

describe('claims give mapped roles and nothing else (T145)', () => {
  it('the valid control: mapped values give their roles, a tenant’s own role without permissions its name', async () => {
    assert.deepEqual((await arrive({ roles: ['app admin', 'Plant Lead'], groups: ['8b1c'] }))['roles'], [
      'Plant Lead',
      'User Administrator',
    ]);
    assert.deepEqual((await arrive({ roles: 'boss' }))['roles'], ['Full Administrator']);
  });

  const nothing: { name: string; claims: Told }[] = [
    { name: 'a platform’s role among the groups', claims: { groups: ['platform-admin', 'Full Administrator', 'boss', 'admin'] } },
    {
      name: 'built-in roles by name',
      claims: { roles: ['Full Administrator', 'User Administrator', 'IdP Administrator', 'Auditor', 'User'] },
    },
    {
      name: 'built-in roles in other letters',
      claims: { roles: ['FULL ADMINISTRATOR', 'full administrator', ' Full Administrator ', 'Full_Administrator'] },
    },
    { name: 'a role with permissions by name', claims: { roles: ['Helper', 'helper'] } },
    { name: 'a mapped value in other letters', claims: { roles: ['Boss', 'BOSS', 'APP ADMIN', 'App_Admin'] } },
    {
      name: 'a mapped value with other space',
      claims: { roles: ['app  admin', 'app\u00a0admin', 'app\tadmin', 'appadmin', 'app-admin', 'bo ss'] },
    },
    { name: 'letters of another alphabet', claims: { roles: ['b\u043ess', '\uff42oss', 'bo\u017fs', 'boss\u200b'] } },
    { name: 'several in one text', claims: { roles: 'boss,app admin' } },
    { name: 'an object', claims: { roles: { boss: true, 0: 'boss', length: 1 } } },
    { name: 'objects in a list', claims: { roles: [{ value: 'boss' }, { toString: 'boss' }] } },
    { name: 'a list in a list', claims: { roles: [['boss']] } },
    { name: 'JSON in a text', claims: { roles: '["boss"]' } },
    { name: 'true, numbers, null', claims: { roles: [true, 1, null] } },
    { name: 'another claim of that name', claims: { Roles: ['boss'], role: 'boss', 'roles ': ['boss'], 'user.roles': ['boss'] } },
    { name: 'a prototype', claims: { roles: ['__proto__', 'constructor', 'toString'] } },
  ];
  for (const { name, claims } of nothing) {
    it(`${name}: no role`, async () => assert.deepEqual((await arrive({ roles: undefined, ...claims }))['roles'], []));
  }

  it('ten thousand groups cost no more than they may, and only the mapped one counts', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `g${index.toString(36)}`);
    await bounded(async () => {
      // By userinfo: an ID token of that size is refused for its size.
      const sub = 'ten-thousand';
      idp.nextUserinfo({ json: { sub, groups: [...many.slice(1), '8b1c'] } });
      const claims = await arrive({ sub, groups: undefined, roles: [] });
      assert.deepEqual([claims['groups'], claims['roles']], [['Engineering'], []]);
    });
  });

  it('a claim of the provider is never put over one of ours', async () => {
    const plain = await arrive({ sub: 'overlay', site: 'Ulm' });
    const evil = {
      tenant: 'globex',
      tid: 'globex',
      sid: 'x',
      idp: 'other',
      scope: 'sallyport_api',
      client_id: 'x',
      permissions: ['settings:write'],
    };
    const claims = await arrive({ sub: 'overlay', site: { sub: 'usr_admin', roles: ['Full Administrator'] }, ...evil });
    assert.deepEqual(
      [claims['sub'], claims['aud'], claims['iss'], claims['idp'], claims['roles']],
      [plain['sub'], plain['aud'], plain['iss'], 'roles', []],
    );
    for (const name of ['tenant', 'tid', 'scope', 'client_id', 'permissions', 'site'])
      assert.equal(claims[name], undefined, name);
  });

  it('nor can an attribute of the administrator’s own be called like one', async () => {
    for (const name of [
      'sub',
      'aud',
      'iss',
      'tenant',
      'roles',
      'groups',
      'SUB',
      'Roles',
      'idp',
      'amr',
      'email',
      'email_verified',
      'constructor',
    ]) {
      const { status, json } = await acme.api.call(
        'PATCH',
        `/api/v1/identity-providers/${connection.id}`,
        JSON.parse(`{"claims":{"custom":{"${name}":"x"}}}`),
      );
      assert.deepEqual([status, json.code], [422, 'upstream.input_invalid'], name);
    }
  });
});

describe('a role or group that the provider no longer sends is taken away at the next sign-in (T146)', () => {
  it('both, by an empty list, by another list, and by a rule that leaves nothing', async () => {
    const held = { roles: ['app admin'], groups: ['8b1c'] };
    for (const later of [
      { roles: [], groups: [] },
      { roles: ['other'], groups: ['other'] },
      { roles: '', groups: '' },
    ]) {
      const sub = `leaver-${count}`;
      const first = await arrive({ sub, ...held });
      assert.deepEqual([first['roles'], first['groups']], [['User Administrator'], ['Engineering']]);
      const second = await arrive({ sub, ...later });
      assert.deepEqual([second['roles'], second['groups']], [[], []]);
    }
  });
  it('what another provider or somebody by hand gave is not', async () => {
    const { json } = await acme.api.call('POST', '/api/v1/users', { email: 'both@acme.example', roles: ['Auditor'] });
    const other = await acme.connectOidc(idp, {
      slug: 'other',
      name: 'Other',
      roleMappings: [{ external: 'x', role: 'Plant Lead' }],
    });
    await arrive({ sub: 'both', roles: ['x'] }, other);
    assert.deepEqual((await arrive({ sub: 'both', roles: ['app admin'] }))['roles'], [
      'Auditor',
      'Plant Lead',
      'User Administrator',
    ]);
    const claims = await arrive({ sub: 'both', roles: [] });
    assert.deepEqual([claims['sub'], claims['roles']], [json.id, ['Auditor', 'Plant Lead']]);
  });
});

describe('nobody gives everybody a role by what they say its claim is (T146)', () => {
  it('who may not map a role may not change what is read as its values either', async () => {
    const connector = await comeAs(acme, connection, { name: 'connector', roles: ['IdP Administrator'] });
    const path = `/api/v1/identity-providers/${connection.id}`;
    const before = await acme.api.call('GET', path);
    for (const roles of [
      'department',
      { claim: 'roles', default: 'boss' },
      { claim: 'sub', steps: [{ match: '.*', with: 'boss' }] },
      null,
    ]) {
      const { status, json } = await connector.api.call('PATCH', path, { claims: { roles } });
      assert.deepEqual([status, json.code], [403, 'upstream.beyond_caller'], JSON.stringify(roles));
    }
    assert.deepEqual((await acme.api.call('GET', path)).json, before.json);
    const control = await connector.api.call('PATCH', path, { claims: { phone: { claim: 'tel', default: '0' } } });
    assert.equal(control.status, 200, JSON.stringify(control.json));
  });
});

describe('the last Full Administrator keeps the role when the provider stops sending it', () => {
  it('and that is on record; with another one who can sign in it goes', async () => {
    const tenant = await scene.addTenant('globex');
    const provider = await tenant.connectOidc(idp, {
      slug: 'g',
      roleMappings: [{ external: 'boss', role: 'Full Administrator' }],
    });
    const come = async (sub: string, roles: string[]) => {
      idp.person = { sub, email: `${sub}@globex.example`, email_verified: true, roles };
      const agent = new Agent();
      const { arrived, asked } = await signInByOidc(agent, tenant, provider);
      const { json } = await redeem(tenant, await codeFrom(agent, arrived), asked);
      return JSON.parse(Buffer.from(json.id_token.split('.')[1] ?? '', 'base64url').toString()) as Told;
    };
    await come('ann', ['boss']);
    const { sequence } = await stateOf(tenant);
    assert.deepEqual((await come('ann', []))['roles'], ['Full Administrator'], 'kept: nobody else could mend it');
    const actions = (await eventsAfter(tenant, sequence)).map(({ action }) => action);
    assert.ok(actions.includes('sign-in.last-administrator-kept'), actions.join());
    await come('bob', ['boss']);
    assert.deepEqual((await come('ann', []))['roles'], []);
    assert.deepEqual((await come('bob', []))['roles'], ['Full Administrator']);
  });
});
