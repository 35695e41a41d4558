import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { ConnectionId, UserId } from '#kernel/ids.ts';
import { openTestApi, type TestAnswer, type TestApi } from '#test/tenant/api.ts';
import { createBuiltInRoles } from './built-in-roles.ts';
import { groupRoutes } from './groups.routes.ts';
import { createGroupStore } from './groups.sql.ts';
import type { DirectoryNeeds } from './needs.ts';
import { roleRoutes } from './roles.routes.ts';
import { createRoleStore } from './roles.sql.ts';
import { createSignInMethodStore } from './sign-in-methods.sql.ts';
import { userRoutes } from './users.routes.ts';
import { createUserStore } from './users.sql.ts';

let api: TestApi;
let needs: DirectoryNeeds;
let ended: string[] = [];
let uses: string[] = [];

before(async () => {
  api = await openTestApi((scope, parts) => {
    needs = {
      ...parts,
      transact: parts.store.transact,
      users: createUserStore(parts),
      groups: createGroupStore(parts),
      roles: createRoleStore(parts),
      endSessionsOfUser: async (_tenant, id) => void ended.push(id),
      signInMethods: createSignInMethodStore(parts),
      hasIdentityProvider: async (_tenant, id) => id === 'idp_okta',
      findUses: async (_tenant, { kind, name }) => (uses.includes(`${kind} ${name}`) ? ['Acme Entra'] : []),
    };
    userRoutes(scope, { ...needs, authorization: parts.authorization });
    groupRoutes(scope, { ...needs, authorization: parts.authorization });
    roleRoutes(scope, { ...needs, authorization: parts.authorization });
  });
});
beforeEach(async () => {
  for (const table of ['users', 'links', 'groups', 'roles', 'group_members', 'role_members'] as const)
    await api.store.db().deleteFrom(table).execute();
  await createBuiltInRoles({ roles: needs.roles, world: api.world }, api.acme);
  ended = [];
  uses = [];
});
after(() => api.close());

/** A user with roles by hand, made by the operator. */
async function make(email: string, ...roles: string[]): Promise<string> {
  const { status, body } = await api.call('POST', '/users', { body: { email, roles } });
  assert.equal(status, 201, JSON.stringify(body));
  return body.id;
}

const faults = ({ body }: TestAnswer): string[] => (body.errors ?? []).map((fault) => `${fault.pointer} ${fault.code}`).sort();

const factsOf = (value: unknown): Record<string, unknown> => value as Record<string, unknown>;

function refused(answer: TestAnswer, status: number, code: string): void {
  assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body));
}

const everything = {
  email: 'Ana@acme.example',
  emailVerified: true,
  userId: '4711',
  userPrincipalName: 'ana@corp.acme.example',
  phone: '+49 30 1',
  mobile: '+49 170 1',
  firstName: 'Ana',
  lastName: 'Example',
  locale: 'de-DE',
  securityId: 'S-1-5-21',
  custom: { costCentre: 'R&D', level: 3, tags: ['a', 'b'] },
};

describe('POST /users', () => {
  test('makes a user with every attribute, groups and roles, and writes it to the audit log', async () => {
    await api.call('POST', '/groups', { body: { name: 'Engineering' } });
    const { status, body } = await api.call('POST', '/users', {
      body: { ...everything, groups: ['engineering'], roles: ['Auditor'] },
    });
    assert.equal(status, 201);
    const { id, groups, roles, createdAt, updatedAt, ...rest } = body;
    assert.deepEqual(rest, { ...everything, status: 'active', links: [], signInMethod: null, lastSignInAt: null });
    assert.deepEqual([createdAt, updatedAt], [api.world.now().toISOString(), api.world.now().toISOString()]);
    assert.deepEqual(
      groups.map(({ name, sources }) => [name, sources]),
      [['Engineering', ['manual']]],
    );
    assert.deepEqual(
      roles.map(({ name, sources }) => [name, sources]),
      [['Auditor', ['manual']]],
    );
    assert.deepEqual((await api.call('GET', `/users/${id}`)).body, body);
    const [entry] = await api.audit.list(api.acme, { limit: 1 });
    assert.equal(entry?.action, 'user.created');
    assert.deepEqual(entry?.actor, { kind: 'operator' });
    assert.deepEqual(factsOf(entry?.after).roles, ['Auditor']);
  });

  test('needs no more than one identifier', async () => {
    for (const body of [{ email: 'a@acme.example' }, { userId: 'x' }, { userPrincipalName: 'y' }]) {
      assert.equal((await api.call('POST', '/users', { body })).status, 201, JSON.stringify(body));
    }
    const answer = await api.call('POST', '/users', { body: { firstName: 'Ana' } });
    refused(answer, 422, 'directory.input_invalid');
    assert.deepEqual(faults(answer), [' identifier_missing']);
  });

  test('tells all faults at once, each where it is', async () => {
    const body = {
      email: 'ana@acme.example@evil.example',
      userId: '',
      phone: 'x'.repeat(65),
      firstName: 'a\u0000',
      locale: 'not a locale',
      status: 'disabled',
      custom: { sub: 'usr_admin', '1a': 'x', ok: { nested: true }, constructor: 'x' },
      isAdmin: true,
      'a/b': 1,
      tenantId: 'tnt_globex',
    };
    const answer = await api.call('POST', '/users', { body });
    refused(answer, 422, 'directory.input_invalid');
    assert.deepEqual(faults(answer), [
      '/a~1b unknown_field',
      '/custom/1a invalid_key',
      '/custom/constructor invalid_key',
      '/custom/ok invalid_union',
      '/custom/sub invalid_key',
      '/email email_invalid',
      '/firstName text_invalid',
      '/isAdmin unknown_field',
      '/locale locale_invalid',
      '/phone too_big',
      '/status invalid_value',
      '/tenantId unknown_field',
      '/userId too_small',
    ]);
    const groups = await api.call('POST', '/users', {
      body: { email: 'b@acme.example', groups: ['Nobody'], roles: ['User', 'rol_x'] },
    });
    assert.deepEqual(faults(groups), ['/groups/0 unknown', '/roles/1 unknown']);
    for (const malformed of [[], 'x', null, 7])
      refused(await api.call('POST', '/users', { body: malformed }), 422, 'directory.input_invalid');
  });

  for (const [name, value] of [
    ['email', 'ANA@acme.example'],
    ['userId', '4711'],
    ['userPrincipalName', 'ana@corp.acme.example'],
  ] as const) {
    test(`refuses ${name} of somebody else`, async () => {
      assert.equal((await api.call('POST', '/users', { body: everything })).status, 201);
      const answer = await api.call('POST', '/users', { body: { userId: 'other', [name]: value } });
      refused(answer, 409, 'directory.user_taken');
      assert.deepEqual(faults(answer), [`/${name} taken`]);
    });
  }

  test('of one address fifty times at once makes one user', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => api.call('POST', '/users', { body: { email: 'ana@acme.example' } })),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array<number>(49).fill(409)]);
  });
});

describe('GET /users', () => {
  test('lists in pages with an opaque cursor, each user once', async () => {
    for (let index = 0; index < 5; index++) await make(`user${index}@acme.example`);
    const first = await api.call('GET', '/users?limit=3');
    assert.equal(first.body.items.length, 3);
    const second = await api.call('GET', `/users?limit=3&cursor=${first.body.next}`);
    assert.equal(second.body.next, null);
    assert.equal(new Set([...first.body.items, ...second.body.items].map(({ id }) => id)).size, 5);
  });

  test('finds by e-mail address without regard to case', async () => {
    const ana = await make('Ana@acme.example');
    await make('ben@acme.example');
    const { body } = await api.call('GET', '/users?email=ana%40ACME.example');
    assert.deepEqual(
      body.items.map(({ id }) => id),
      [ana],
    );
  });

  for (const query of [
    'limit=0',
    'limit=201',
    'limit=x',
    'cursor=%00',
    'cursor=AA',
    'cursor=a%20b',
    'tenant=globex',
    'limit=1&limit=2',
  ]) {
    test(`refuses ?${query}`, async () => {
      assert.equal((await api.call('GET', '/users?limit=200')).status, 200);
      const answer = await api.call('GET', `/users?${query}`);
      assert.equal(answer.status, 422);
      assert.match(answer.body.code, /input_invalid$/);
    });
  }

  test('shows links and the sources of memberships', async () => {
    const ana = await make('ana@acme.example', 'User');
    const [user] = await needs.roles.findByNames(api.acme, ['User']);
    const at = api.world.now();
    await needs.roles.setMemberships(api.acme, ana as UserId, 'idp:idp_1', [user!.id], 'add');
    await needs.users.link(api.acme, {
      id: 'lnk_1',
      userId: ana as UserId,
      connectionId: 'idp_1' as ConnectionId,
      issuer: 'https://i',
      subject: 's',
      createdAt: at,
      lastUsedAt: at,
      refreshToken: 'a-refresh-token',
    });
    const { body } = await api.call('GET', `/users/${ana}`);
    assert.deepEqual(body.roles, [{ id: user!.id, name: 'User', sources: ['idp:idp_1', 'manual'] }]);
    assert.deepEqual(body['links'], [
      {
        id: 'lnk_1',
        connectionId: 'idp_1',
        issuer: 'https://i',
        subject: 's',
        createdAt: at.toISOString(),
        lastUsedAt: at.toISOString(),
      },
    ]);
    assert.doesNotMatch(JSON.stringify(body), /refresh|sealed/);
  });
});

describe('PATCH /users/{id}', () => {
  test('merges: what is named changes, null clears, the rest stays', async () => {
    const {
      body: { id },
    } = await api.call('POST', '/users', { body: everything });
    api.world.pass(60);
    const { status, body } = await api.call('PATCH', `/users/${id}`, {
      body: { firstName: 'Anna', phone: null, custom: { level: null, site: 'Berlin' } },
    });
    assert.equal(status, 200);
    assert.deepEqual(
      [body['firstName'], body['phone'], body['lastName'], body['custom']],
      ['Anna', null, 'Example', { costCentre: 'R&D', tags: ['a', 'b'], site: 'Berlin' }],
    );
    assert.equal(body['emailVerified'], true);
    const [entry] = await api.audit.list(api.acme, { limit: 1 });
    assert.deepEqual(
      [entry?.action, factsOf(entry?.before).firstName, factsOf(entry?.after).firstName, factsOf(entry?.after).phone],
      ['user.changed', 'Ana', 'Anna', null],
    );
    assert.equal('lastName' in factsOf(entry?.before), false, 'what did not change is not in the log');
  });

  test('takes the proof from a changed address, unless the caller vouches for the new one', async () => {
    const {
      body: { id },
    } = await api.call('POST', '/users', { body: everything });
    assert.equal((await api.call('PATCH', `/users/${id}`, { body: { email: 'ANA@acme.example' } })).body['emailVerified'], true);
    assert.equal(
      (await api.call('PATCH', `/users/${id}`, { body: { email: 'anna@acme.example' } })).body['emailVerified'],
      false,
    );
    assert.equal(
      (await api.call('PATCH', `/users/${id}`, { body: { email: 'ann@acme.example', emailVerified: true } })).body[
        'emailVerified'
      ],
      true,
    );
    assert.equal((await api.call('PATCH', `/users/${id}`, { body: { email: null } })).body['emailVerified'], false);
  });

  test('sets groups and roles by hand; those of an identity provider stay', async () => {
    const ana = await make('ana@acme.example');
    for (const name of ['A', 'B', 'C']) await api.call('POST', '/groups', { body: { name } });
    const [a, b] = await needs.groups.findByNames(api.acme, ['A', 'B']);
    await needs.groups.setMemberships(api.acme, ana as UserId, 'idp:idp_1', [a!.id], 'add');
    await needs.groups.setMemberships(api.acme, ana as UserId, 'default', [b!.id], 'add');
    const held = (answer: TestAnswer) => answer.body.groups.map(({ name, sources }) => `${name}: ${sources.join(' ')}`);
    assert.deepEqual(held(await api.call('PATCH', `/users/${ana}`, { body: { groups: ['c', b!.id] } })), [
      'A: idp:idp_1',
      'B: default',
      'C: manual',
    ]);
    assert.deepEqual(held(await api.call('PATCH', `/users/${ana}`, { body: { firstName: 'Ana' } })), [
      'A: idp:idp_1',
      'B: default',
      'C: manual',
    ]);
    assert.deepEqual(held(await api.call('PATCH', `/users/${ana}`, { body: { groups: [] } })), ['A: idp:idp_1']);
  });

  test('refuses the last identifier’s removal, others’ identifiers, unknown fields and unknown people', async () => {
    const ana = await make('ana@acme.example');
    await make('ben@acme.example');
    assert.deepEqual(faults(await api.call('PATCH', `/users/${ana}`, { body: { email: null } })), [' identifier_missing']);
    assert.deepEqual(faults(await api.call('PATCH', `/users/${ana}`, { body: { email: 'BEN@acme.example' } })), ['/email taken']);
    assert.deepEqual(faults(await api.call('PATCH', `/users/${ana}`, { body: { status: 'active', id: 'usr_x', links: [] } })), [
      '/id unknown_field',
      '/links unknown_field',
      '/status unknown_field',
    ]);
    refused(await api.call('PATCH', '/users/usr_nobody', { body: {} }), 404, 'directory.user_unknown');
    refused(await api.call('PATCH', '/users/%E2%82%AC', { body: {} }), 404, 'directory.user_unknown');
    refused(
      await api.call('PATCH', `/users/${ana}`, { body: { email: 'x@acme.example' }, tenant: 'globex' }),
      404,
      'directory.user_unknown',
    );
  });
});

describe('Permissions', () => {
  test('of the caller decide: reading needs users:read, changing users:write', async () => {
    const [admin, auditor, user] = [
      await make('admin@acme.example', 'User Administrator'),
      await make('auditor@acme.example', 'Auditor'),
      await make('user@acme.example', 'User'),
    ];
    assert.equal((await api.call('GET', '/users', { as: admin })).status, 200);
    assert.equal((await api.call('GET', '/users', { as: auditor })).status, 200);
    refused(await api.call('GET', '/users', { as: user }), 403, 'authorization.forbidden');
    refused(await api.call('GET', '/users', { as: null }), 401, 'authorization.token_missing');
    for (const [method, path] of [
      ['POST', '/users'],
      ['PATCH', `/users/${user}`],
      ['DELETE', `/users/${user}`],
      ['POST', `/users/${user}/disable`],
      ['POST', `/users/${user}/enable`],
      ['POST', '/groups'],
    ] as const) {
      refused(await api.call(method, path, { as: auditor, body: { name: 'x' } }), 403, 'authorization.forbidden');
    }
    refused(await api.call('POST', '/roles', { as: admin, body: { name: 'x' } }), 403, 'authorization.forbidden');
    assert.equal((await api.call('PATCH', `/users/${user}`, { as: admin, body: { firstName: 'U' } })).status, 200);
    refused(await api.call('GET', '/users', { as: admin, tenant: 'globex' }), 401, 'authorization.token_invalid');
  });

  test('cannot be given by somebody who does not have them: not to others, not to oneself, not at creation', async () => {
    const admin = await make('admin@acme.example', 'User Administrator');
    const user = await make('user@acme.example');
    assert.equal(
      (await api.call('PATCH', `/users/${user}`, { as: admin, body: { roles: ['User Administrator', 'User'] } })).status,
      200,
      'what one has can be given',
    );
    for (const role of ['Full Administrator', 'IdP Administrator', 'Auditor']) {
      refused(await api.call('PATCH', `/users/${user}`, { as: admin, body: { roles: [role] } }), 403, 'directory.beyond_caller');
      refused(
        await api.call('PATCH', `/users/${admin}`, { as: admin, body: { roles: ['User Administrator', role] } }),
        403,
        'directory.beyond_caller',
      );
      refused(
        await api.call('POST', '/users', { as: admin, body: { email: 'new@acme.example', roles: [role] } }),
        403,
        'directory.beyond_caller',
      );
    }
    assert.equal((await api.call('GET', '/users?email=new@acme.example')).body.items.length, 0);
  });

  test('protect who has them: nobody below changes, disables, enables or deletes an administrator', async () => {
    const full = await make('full@acme.example', 'Full Administrator');
    const admin = await make('admin@acme.example', 'User Administrator');
    for (const body of [{ email: 'mine@evil.example' }, { userId: 'mine' }, { roles: [] }, { firstName: 'x' }]) {
      refused(await api.call('PATCH', `/users/${full}`, { as: admin, body }), 403, 'directory.beyond_caller');
    }
    refused(await api.call('POST', `/users/${full}/disable`, { as: admin }), 403, 'directory.beyond_caller');
    refused(await api.call('POST', `/users/${full}/enable`, { as: admin }), 403, 'directory.beyond_caller');
    refused(await api.call('DELETE', `/users/${full}`, { as: admin }), 403, 'directory.beyond_caller');
    assert.equal(
      (await api.call('PATCH', `/users/${admin}`, { as: full, body: { firstName: 'x' } })).status,
      200,
      'from above it is possible',
    );
  });
});

describe('Disabling and enabling', () => {
  test('ends the sessions, once, and is written to the audit log', async () => {
    const ana = await make('ana@acme.example');
    assert.equal((await api.call('POST', `/users/${ana}/disable`)).body.status, 'disabled');
    assert.equal((await api.call('POST', `/users/${ana}/disable`)).body.status, 'disabled');
    assert.deepEqual(ended, [ana]);
    assert.equal((await api.call('POST', `/users/${ana}/enable`)).body.status, 'active');
    const actions = (await api.audit.list(api.acme, { limit: 2 })).map(({ action, target }) => [action, target]);
    assert.deepEqual(actions, [
      ['user.enabled', `user:${ana}`],
      ['user.disabled', `user:${ana}`],
    ]);
  });

  test('cannot be undone by a writer who still holds the user as active', async () => {
    const id = (await make('ana@acme.example')) as UserId;
    const stale = await needs.users.find(api.acme, id);
    await api.call('POST', `/users/${id}/disable`);
    assert.equal(await needs.users.update(api.acme, { ...stale!, lastSignInAt: api.world.now() }), 'gone');
    assert.equal((await needs.users.find(api.acme, id))?.status, 'disabled');
    assert.equal(
      (await api.call('PATCH', `/users/${id}`, { body: { firstName: 'Ana' } })).body.status,
      'disabled',
      'a disabled user can still be changed',
    );
  });

  test('lets in somebody who waits for activation', async () => {
    const { body } = await api.call('POST', '/users', { body: { email: 'ana@acme.example', status: 'pending' } });
    assert.equal((await api.call('POST', `/users/${body.id}/enable`)).body.status, 'active');
  });
});

describe('The last Full Administrator', () => {
  test('can be neither disabled nor demoted nor deleted; with a second one all is possible', async () => {
    const ana = await make('ana@acme.example', 'Full Administrator');
    refused(await api.call('POST', `/users/${ana}/disable`), 409, 'directory.last_administrator');
    refused(await api.call('PATCH', `/users/${ana}`, { body: { roles: ['User'] } }), 409, 'directory.last_administrator');
    refused(await api.call('DELETE', `/users/${ana}`), 409, 'directory.user_has_roles');
    assert.equal((await api.call('GET', `/users/${ana}`)).body.status, 'active');
    assert.deepEqual(ended, [], 'nobody is signed out by a refused change');
    await make('ben@acme.example', 'Full Administrator');
    assert.equal((await api.call('PATCH', `/users/${ana}`, { body: { roles: [] } })).status, 200);
    assert.equal((await api.call('DELETE', `/users/${ana}`)).status, 204);
  });

  test('is not replaced by one who cannot sign in', async () => {
    const ana = await make('ana@acme.example', 'Full Administrator');
    for (const status of ['pending', 'invited']) {
      await api.call('POST', '/users', { body: { email: `${status}@acme.example`, status, roles: ['Full Administrator'] } });
    }
    refused(await api.call('POST', `/users/${ana}/disable`), 409, 'directory.last_administrator');
  });

  test('remains when two are demoted at the same moment', async () => {
    const [ana, ben] = [
      await make('ana@acme.example', 'Full Administrator'),
      await make('ben@acme.example', 'Full Administrator'),
    ];
    const answers = await Promise.all([ana, ben].map((id) => api.call('PATCH', `/users/${id}`, { body: { roles: [] } })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
    assert.equal((await needs.roles.countHolders(api.acme, 'Full Administrator')).active, 1);
  });
});

describe('DELETE /users/{id}', () => {
  test('needs roles revoked, and ends the sessions', async () => {
    const ana = await make('ana@acme.example', 'User');
    refused(await api.call('DELETE', `/users/${ana}`), 409, 'directory.user_has_roles');
    await api.call('PATCH', `/users/${ana}`, { body: { roles: [] } });
    assert.equal((await api.call('DELETE', `/users/${ana}`)).status, 204);
    assert.deepEqual(ended, [ana]);
    refused(await api.call('GET', `/users/${ana}`), 404, 'directory.user_unknown');
    refused(await api.call('DELETE', `/users/${ana}`), 404, 'directory.user_unknown');
  });

  test('of somebody with roles by an identity provider needs them disabled first', async () => {
    const ana = await make('ana@acme.example');
    const [user] = await needs.roles.findByNames(api.acme, ['User']);
    await needs.roles.setMemberships(api.acme, ana as UserId, 'idp:idp_1', [user!.id], 'add');
    refused(await api.call('DELETE', `/users/${ana}`), 409, 'directory.user_has_roles');
    await api.call('POST', `/users/${ana}/disable`);
    assert.equal((await api.call('DELETE', `/users/${ana}`)).status, 204);
  });
});

describe('Groups and roles', () => {
  for (const [resource, noun] of [
    ['groups', 'group'],
    ['roles', 'role'],
  ] as const) {
    test(`${resource} are made, read, changed, listed and deleted`, async () => {
      const { status, body } = await api.call('POST', `/${resource}`, { body: { name: 'Help Desk' } });
      assert.equal(status, 201);
      assert.deepEqual((await api.call('GET', `/${resource}/${body.id}`)).body, body);
      assert.equal(
        (await api.call('PATCH', `/${resource}/${body.id}`, { body: { name: 'Service Desk', description: 'first line' } })).body
          .name,
        'Service Desk',
      );
      const [entry] = await api.audit.list(api.acme, { limit: 1 });
      assert.deepEqual(
        [entry?.action, entry?.before, entry?.after],
        [`${noun}.changed`, { name: 'Help Desk', description: '' }, { name: 'Service Desk', description: 'first line' }],
      );
      const listed = await api.call('GET', `/${resource}?limit=200`);
      assert.ok(listed.body.items.some(({ name }) => name === 'Service Desk'));
      assert.equal((await api.call('DELETE', `/${resource}/${body.id}`)).status, 204);
      refused(await api.call('GET', `/${resource}/${body.id}`), 404, `directory.${noun}_unknown`);
    });

    test(`${resource} of one name, of faulty input, in use and of elsewhere are refused`, async () => {
      const {
        body: { id },
      } = await api.call('POST', `/${resource}`, { body: { name: 'Help Desk' } });
      const taken = await api.call('POST', `/${resource}`, { body: { name: 'help desk' } });
      refused(taken, 409, `directory.${noun}_taken`);
      assert.deepEqual(faults(taken), ['/name taken']);
      const broken = await api.call('POST', `/${resource}`, { body: { name: ' ', description: 'a\u0007', builtIn: true } });
      assert.deepEqual(faults(broken), ['/builtIn unknown_field', '/description text_invalid', '/name too_small']);
      refused(await api.call('PATCH', `/${resource}/${id}`, { body: { name: null } }), 422, 'directory.input_invalid');
      uses = [`${noun} Help Desk`];
      refused(await api.call('DELETE', `/${resource}/${id}`), 409, `directory.${noun}_in_use`);
      refused(await api.call('PATCH', `/${resource}/${id}`, { body: { name: 'Other' } }), 409, `directory.${noun}_in_use`);
      assert.equal((await api.call('PATCH', `/${resource}/${id}`, { body: { description: 'still' } })).status, 200);
      refused(await api.call('GET', `/${resource}/${id}`, { tenant: 'globex' }), 404, `directory.${noun}_unknown`);
      refused(await api.call('DELETE', `/${resource}/${id}`, { tenant: 'globex' }), 404, `directory.${noun}_unknown`);
    });
  }

  test('built-in roles can be neither changed nor deleted nor doubled', async () => {
    for (const role of await needs.roles.list(api.acme, { limit: 50 })) {
      refused(
        await api.call('PATCH', `/roles/${role.id}`, { body: { permissions: ['users:write'] } }),
        409,
        'directory.role_built_in',
      );
      refused(await api.call('DELETE', `/roles/${role.id}`), 409, 'directory.role_built_in');
      refused(await api.call('POST', '/roles', { body: { name: role.name.toUpperCase() } }), 409, 'directory.role_taken');
    }
  });

  test('a role permits only what its maker may do', async () => {
    const { body: role } = await api.call('POST', '/roles', {
      body: { name: 'Role Keeper', permissions: ['roles:write', 'roles:read', 'users:write', 'roles:read'] },
    });
    assert.deepEqual(role.permissions, ['roles:read', 'roles:write', 'users:write']);
    const keeper = await make('keeper@acme.example', 'Role Keeper');
    const { status, body } = await api.call('POST', '/roles', {
      as: keeper,
      body: { name: 'Lesser', permissions: ['users:write'] },
    });
    assert.equal(status, 201);
    refused(
      await api.call('POST', '/roles', { as: keeper, body: { name: 'Greater', permissions: ['settings:write'] } }),
      403,
      'directory.beyond_caller',
    );
    refused(
      await api.call('PATCH', `/roles/${body.id}`, { as: keeper, body: { permissions: ['settings:write'] } }),
      403,
      'directory.beyond_caller',
    );
    refused(
      await api.call('PATCH', `/roles/${role.id}`, {
        as: keeper,
        body: { permissions: [...role.permissions, 'settings:write'] },
      }),
      403,
      'directory.beyond_caller',
    );
    const { body: above } = await api.call('POST', '/roles', { body: { name: 'Above', permissions: ['settings:write'] } });
    refused(
      await api.call('PATCH', `/roles/${above.id}`, { as: keeper, body: { permissions: [] } }),
      403,
      'directory.beyond_caller',
    );
    refused(await api.call('DELETE', `/roles/${above.id}`, { as: keeper }), 403, 'directory.beyond_caller');
    const unknown = await api.call('POST', '/roles', { body: { name: 'X', permissions: ['everything:write'] } });
    assert.deepEqual(faults(unknown), ['/permissions/0 invalid_value']);
  });
});

test('The audit chain of all this is whole', async () => {
  await make('ana@acme.example', 'User');
  assert.equal(await api.audit.findBreak(api.acme), null);
});
