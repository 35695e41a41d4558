import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createGroupStore } from '#directory/groups.sql.ts';
import { createBuiltInRoles } from '#directory/index.ts';
import { createRoleStore } from '#directory/roles.sql.ts';
import { createUserStore } from '#directory/users.sql.ts';
import { type ConnectionId, newId, type UserId } from '#kernel/ids.ts';
import { createTenantUrls } from '#tenants/index.ts';
import { takeRsaKey } from '#test/rsa-keys.ts';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import { openTestApi, type TestAnswer, type TestApi } from '#test/tenant/api.ts';
import { createTestWorld } from '#test/tenant/index.ts';
import { connectionRoutes } from '../connections.routes.ts';
import { createConnectionStore } from '../connections.sql.ts';
import type { ConnectionNeeds } from '../needs.ts';
import { createRegistry } from '../registry.ts';
import { createRevisionStore } from './revisions.sql.ts';

let api: TestApi;
let needs: ConnectionNeeds & { connections: ReturnType<typeof createConnectionStore> };
let ended: string[] = [];
const world = createTestWorld();

before(async () => {
  api = await openTestApi((scope, parts) => {
    const registry = createRegistry({ allowPrivateNetwork: false });
    const urls = createTenantUrls([{ region: 'na', template: 'https://sso.example.com/t/{tenant}' }]);
    needs = {
      ...parts,
      registry,
      transact: parts.store.transact,
      connections: createConnectionStore({ ...parts, registry, urls }),
      revisions: createRevisionStore(parts),
      users: createUserStore(parts),
      groups: createGroupStore(parts),
      roles: createRoleStore(parts),
      makeRsaKey: async () => takeRsaKey(),
      endSessionsOfConnection: async (_tenant, id) => void ended.push(id),
      giveBackTokens: async () => {},
    };
    connectionRoutes(scope, { ...needs, authorization: parts.authorization });
  }, world);
});
const TABLES = ['connections', 'connection_revisions', 'connection_keys', 'users', 'groups', 'roles', 'role_members'] as const;
beforeEach(async () => {
  for (const table of TABLES) await api.store.db().deleteFrom(table).execute();
  await createBuiltInRoles({ roles: needs.roles, world }, api.acme);
  ended = [];
});
after(() => api.close());

const oidc = {
  issuer: 'https://idp.acme.example',
  clientId: 'sallyport',
  clientSecret: 'the-client-secret',
  authorizationEndpoint: 'https://idp.acme.example/authorize',
  tokenEndpoint: 'https://idp.acme.example/token',
  jwksUri: 'https://idp.acme.example/jwks',
};
const certificates = [makeCertifiedKey().certificatePem, makeCertifiedKey().certificatePem] as const;
const saml = {
  issuer: 'https://idp.acme.example/saml',
  ssoUrl: 'https://idp.acme.example/sso',
  verificationCertificates: [certificates[0]],
};

const path = (id: string, rest = '') => `/identity-providers/${id}${rest}`;
const get = async (id: string) => (await api.call('GET', path(id))).body as unknown as Current;
const patch = (id: string, body: unknown, { headers = {}, as }: { headers?: Record<string, string>; as?: string } = {}) =>
  api.call('PATCH', path(id), { body, headers, as });
const override = (id: string, body: unknown) => api.call('PATCH', path(id, '?override=agreed+with+Acme'), { body });
const step = (
  id: string,
  rest: string,
  { body, as, headers }: { body?: unknown; as?: string; headers?: Record<string, string> } = {},
) => api.call('POST', path(id, `/revisions/${rest}`), { body, as, headers });
const discard = (id: string, number: number, as?: string) => api.call('DELETE', path(id, `/revisions/${number}`), { as });
const verify = (id: string, number: number, passed = true) =>
  needs.revisions.noteVerification(api.acme, id as ConnectionId, number, { verification: 'ver_1', passed, at: world.now() });
const last = async (count = 1) => api.audit.list(api.acme, { limit: count });

interface Staged {
  revision: number;
  verified: boolean;
  differences: { pointer: string; before: unknown; after: unknown; secret: boolean; sensitive: boolean }[];
}
interface Current {
  name: string;
  enabled: boolean;
  revision: number;
  verified: boolean;
  staged: Staged | null;
  oidc: Record<string, unknown>;
  branding: Record<string, unknown>;
}

async function connected(body: Record<string, unknown> = {}): Promise<string> {
  const answer = await api.call('POST', '/identity-providers', {
    body: { kind: 'oidc', name: 'Acme', enabled: true, oidc, ...body },
  });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body.id;
}

function refused(answer: TestAnswer, status: number, code: string): void {
  assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body));
}
const accepted = (answer: TestAnswer, status = 200): Current => {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body as unknown as Current;
};
const states = async (id: string): Promise<string[]> =>
  (await api.call('GET', path(id, '/revisions'))).body.items.map(
    (item) => `${item['revision']} ${item['state']} ${item['origin']}`,
  );
const pointers = (current: Current): string[] | undefined => current.staged?.differences.map(({ pointer }) => pointer);
const settingsOf = async (id: string): Promise<Record<string, unknown>> =>
  Object((await needs.connections.find(api.acme, id as ConnectionId))?.settings);
const trustOf = async (id: string) => (await needs.connections.find(api.acme, id as ConnectionId))?.trustRevision;

async function userWith(role: string): Promise<string> {
  const id = newId<UserId>('usr', world);
  const at = world.now();
  const person = { email: null, emailVerified: false, userId: id, userPrincipalName: null, profile: { custom: {} } };
  await needs.users.insert(api.acme, { id, ...person, status: 'active', createdAt: at, updatedAt: at, lastSignInAt: null });
  const found = await needs.roles.findByNames(api.acme, [role]);
  const ids = found.map((one) => one.id);
  await needs.roles.setMemberships(api.acme, id, 'manual', ids, 'add');
  return id;
}

describe('A new identity provider', () => {
  test('is a draft unless it says that it is on', async () => {
    const made = await api.call('POST', '/identity-providers', { body: { kind: 'oidc', name: 'Acme', oidc } });
    const { enabled, verified, staged } = accepted(made, 201);
    assert.deepEqual([enabled, verified, staged], [false, false, null]);
    assert.deepEqual(await states(made.body.id), ['1 draft created']);
    assert.deepEqual(await needs.connections.listUsable(api.acme), []);
  });

  test('that is on from the start is told as switched on unverified', async () => {
    const id = await connected();
    assert.deepEqual(await states(id), ['1 live created']);
    const [entry] = await last();
    assert.equal(Object(entry?.after).verified, false);
    assert.match(Object(entry?.after).override, /as it was made/);
    const body = { kind: 'oidc', name: 'Other', enabled: true, oidc };
    await api.call('POST', '/identity-providers?override=moved+from+the+old+gateway', { body });
    assert.equal(Object((await last())[0]?.after).override, 'moved from the old gateway');
  });
});

describe('A sensitive change of a provider that is on', () => {
  test('is staged: told in the answer, and nothing changes for people', async () => {
    const id = await connected();
    const answer = await patch(id, { name: 'Acme 2', oidc: { clientId: 'other' } });
    const shown = accepted(answer, 202);
    assert.deepEqual([shown.name, shown.oidc['clientId'], shown.revision], ['Acme', 'sallyport', 1], 'the live document');
    assert.equal(answer.headers['etag'], '"2"', 'a change would build on what is staged');
    assert.deepEqual([shown.staged?.revision, shown.staged?.verified], [2, false]);
    assert.deepEqual(
      shown.staged?.differences.map(({ pointer, before, after, sensitive }) => [pointer, before, after, sensitive]),
      [
        ['/name', 'Acme', 'Acme 2', false],
        ['/oidc/clientId', 'sallyport', 'other', true],
      ],
    );
    assert.deepEqual(await get(id), shown);
    assert.equal((await settingsOf(id))['clientId'], 'sallyport');
    assert.deepEqual(await states(id), ['2 staged changed', '1 live created']);
    const [entry] = await last();
    assert.deepEqual(
      [entry?.action, Object(entry?.after).revision, Object(entry?.before).name],
      ['identity-provider.staged', 2, 'Acme'],
    );
  });

  test('has its faults told as any other, and stages nothing then', async () => {
    const id = await connected();
    refused(await patch(id, { oidc: { issuer: 'no url' } }), 422, 'upstream.input_invalid');
    const elsewhere = await patch(id, { oidc: { tokenEndpoint: 'https://evil.example/token' } });
    assert.deepEqual(
      elsewhere.body.errors?.map(({ pointer, code }) => `${pointer} ${code}`),
      ['/oidc/clientSecret required_anew'],
    );
    assert.deepEqual(await states(id), ['1 live created']);
  });

  test('builds on what is staged already', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    const shown = accepted(await patch(id, { oidc: { scopes: ['openid'] } }), 202);
    assert.deepEqual(pointers(shown), ['/oidc/clientId', '/oidc/scopes']);
    assert.deepEqual(await states(id), ['3 staged changed', '2 superseded changed', '1 live created']);
  });

  test('makes Verify necessary again, unless it only renames', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    await verify(id, 2);
    const shown = accepted(await patch(id, { oidc: { clientId: 'third' }, name: 'Acme 2' }), 202);
    assert.equal(shown.staged?.verified, false);
    refused(await step(id, '3/activate'), 409, 'upstream.not_verified');
    await verify(id, 3);
    assert.equal(accepted(await patch(id, { name: 'Acme' }), 202).staged?.verified, true);
  });

  test('made twice is one', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    await verify(id, 2);
    const shown = accepted(await patch(id, { oidc: { clientId: 'other' } }), 202);
    assert.deepEqual([shown.staged?.revision, shown.staged?.verified], [2, true]);
  });

  test('that takes back what is staged leaves nothing staged', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    assert.equal(accepted(await patch(id, { oidc: { clientId: 'sallyport' } }), 202).staged, null);
    assert.deepEqual(await states(id), ['2 discarded changed', '1 live created']);
    assert.equal((await last())[0]?.action, 'identity-provider.discarded');
  });

  test('keeps a secret that was given for it, and never sends it to a third host', async () => {
    const id = await connected();
    const tokenEndpoint = 'https://b.example/token';
    accepted(await patch(id, { oidc: { tokenEndpoint, clientSecret: 'for-b' } }), 202);
    const elsewhere = await patch(id, { oidc: { tokenEndpoint: 'https://c.example/token' } });
    assert.deepEqual(
      elsewhere.body.errors?.map(({ code }) => code),
      ['required_anew'],
    );
    // The live host has not seen that secret either.
    const back = await patch(id, { oidc: { tokenEndpoint: oidc.tokenEndpoint } });
    assert.deepEqual(
      back.body.errors?.map(({ code }) => code),
      ['required_anew'],
    );
    const shown = accepted(await patch(id, { oidc: { maxAgeSeconds: null } }));
    assert.deepEqual(
      shown.staged?.differences.filter(({ secret }) => secret).map(({ before, after }) => [before, after]),
      [['set', 'set anew']],
    );
    assert.doesNotMatch(JSON.stringify(shown), /for-b|the-client-secret/);
  });

  test('with an override goes live at once, and the reason is kept', async () => {
    const id = await connected();
    const shown = accepted(await override(id, { oidc: { clientId: 'other' } }));
    assert.deepEqual([shown.oidc['clientId'], shown.revision, shown.staged], ['other', 2, null]);
    const [entry] = await last();
    assert.deepEqual(
      [entry?.action, Object(entry?.after).override, Object(entry?.after).verified],
      ['identity-provider.changed', 'agreed with Acme', false],
    );
    const { items } = (await api.call('GET', path(id, '/revisions'))).body;
    assert.deepEqual(
      items.map((item) => item['override']),
      ['agreed with Acme', 'switched on as it was made'],
    );
  });

  test('needs a reason that says something', async () => {
    const id = await connected();
    for (const reason of ['', '%00', 'x'.repeat(501)]) {
      const answer = await api.call('PATCH', path(id, `?override=${reason}`), { body: { oidc: { clientId: 'other' } } });
      assert.ok(answer.status >= 400 && answer.status < 500, `${reason}: ${answer.status}`);
    }
    assert.deepEqual(await states(id), ['1 live created']);
  });
});

describe('A change that is not sensitive', () => {
  test('goes live at once', async () => {
    const id = await connected();
    const shown = accepted(await patch(id, { name: 'Acme 2', groupMappings: [{ external: 'x', group: 'Y' }] }));
    assert.deepEqual([shown.name, shown.revision, shown.staged], ['Acme 2', 2, null]);
    assert.equal(await trustOf(id), 1, 'sign-ins under way go on');
  });

  test('is put on the staged revision as well: activating that one undoes nothing', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    const shown = accepted(await patch(id, { name: 'Acme 2', users: { create: true } }));
    assert.deepEqual([shown.name, shown.revision, shown.staged?.revision], ['Acme 2', 3, 4]);
    assert.deepEqual(pointers(shown), ['/oidc/clientId']);
    assert.deepEqual(await states(id), ['4 staged carried', '3 live changed', '2 superseded changed', '1 superseded created']);
    await verify(id, 4);
    const live = accepted(await step(id, '4/activate'));
    assert.deepEqual([live.name, live.oidc['clientId'], live.revision], ['Acme 2', 'other', 4]);
  });

  test('that only renames leaves standing what Verify found on the staged revision; any other does not', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    await verify(id, 2);
    assert.equal(accepted(await patch(id, { name: 'Acme 2', branding: { buttonText: 'Go' } })).staged?.verified, true);
    assert.equal(accepted(await patch(id, { users: { create: true } })).staged?.verified, false);
  });

  test('on the live one alone is carried without touching what differs on the staged one', async () => {
    const id = await connected();
    await patch(id, { name: 'Staged name', oidc: { clientId: 'other' } });
    const shown = accepted(await patch(id, { branding: { buttonText: 'Go' } }));
    assert.deepEqual([shown.name, shown.branding['buttonText'], pointers(shown)], ['Acme', 'Go', ['/name', '/oidc/clientId']]);
  });

  test('and says of what is staged that it shall stay as it is live takes it back there', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other', scopes: ['openid'] } });
    await verify(id, 2);
    const shown = accepted(await patch(id, { name: 'Acme 2', oidc: { clientId: 'sallyport' } }));
    assert.deepEqual([shown.name, pointers(shown), shown.staged?.verified], ['Acme 2', ['/oidc/scopes'], false]);
    assert.equal(accepted(await patch(id, { name: 'Acme 3', oidc: { scopes: shown.oidc['scopes'] } })).staged, null);
  });

  test('with an override beside a staged revision changes both, and activates nothing that somebody else staged', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    const shown = accepted(await override(id, { oidc: { scopes: ['openid'] } }));
    assert.deepEqual(
      [shown.oidc['clientId'], shown.oidc['scopes'], pointers(shown)],
      ['sallyport', ['openid'], ['/oidc/clientId']],
    );
  });

  test('that does not fit the staged revision is refused, and changes neither', async () => {
    const id = await connected({ groupSync: 'assign', assignedGroups: ['A'] });
    await patch(id, { oidc: { clientId: 'other' }, groupSync: 'none', assignedGroups: [] });
    const before = await states(id);
    const change = { users: { create: true }, groupSync: 'assign' };
    const answer = await patch(id, change);
    refused(answer, 409, 'upstream.staged_conflict');
    assert.deepEqual(
      answer.body.errors?.map(({ pointer }) => pointer),
      ['/assignedGroups'],
    );
    assert.deepEqual(await states(id), before);
    await discard(id, 2);
    assert.equal(accepted(await patch(id, change)).revision, 3);
  });
});

describe('Certificates', () => {
  test('are added at once and taken away only when Verify passed; sign-ins under way are judged by the new list', async () => {
    const id = await connected({ kind: 'saml', oidc: undefined, saml });
    const more = accepted(await patch(id, { saml: { verificationCertificates: [...certificates] } }));
    assert.deepEqual([more.revision, more.staged], [2, null]);
    const fewer = accepted(await patch(id, { saml: { verificationCertificates: [certificates[1]] } }), 202);
    assert.deepEqual(pointers(fewer), ['/saml/verificationCertificates']);
    await verify(id, 3);
    accepted(await step(id, '3/activate'));
    assert.equal(await trustOf(id), 1);
  });
});

describe('Switching', () => {
  test('off is at once, ends the sessions and the sign-ins under way', async () => {
    const id = await connected();
    const shown = accepted(await patch(id, { enabled: false }));
    assert.deepEqual([shown.enabled, shown.revision, ended, await trustOf(id)], [false, 2, [id], 2]);
    assert.deepEqual(await states(id), ['2 draft changed', '1 superseded created']);
  });

  test('off takes what is staged along, and is never kept back by it', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    const shown = accepted(await patch(id, { enabled: false }));
    assert.deepEqual([shown.enabled, pointers(shown)], [false, ['/oidc/clientId']]);
    accepted(await override(id, { enabled: true }));
    // A later release cannot read what is staged any more.
    const { staged } = await get(id);
    const broken = JSON.stringify({ kind: 'oidc', name: 'Acme', slug: 'acme', oidc: {} });
    const rows = api.store.db().updateTable('connection_revisions').set({ document: broken });
    await rows.where('revision', '=', staged?.revision ?? 0).execute();
    refused(await patch(id, { users: { create: true } }), 409, 'upstream.staged_conflict');
    const off = accepted(await patch(id, { enabled: false }));
    assert.deepEqual([off.enabled, off.staged], [false, null]);
  });

  test('on wants a Verify that passed on the current revision', async () => {
    const id = await connected({ enabled: false });
    refused(await patch(id, { enabled: true }), 409, 'upstream.not_verified');
    await verify(id, 1, false);
    refused(await patch(id, { enabled: true }), 409, 'upstream.not_verified');
    await verify(id, 1);
    assert.equal((await get(id)).verified, true);
    refused(await patch(id, { enabled: true, oidc: { clientId: 'unseen' } }), 409, 'upstream.not_verified');
    const shown = accepted(await patch(id, { enabled: true }));
    assert.deepEqual([shown.enabled, shown.verified, shown.revision], [true, true, 2]);
    assert.equal(Object((await last())[0]?.after).verified, true);
  });

  test('on after a change that Verify has not seen is refused', async () => {
    const id = await connected({ enabled: false });
    await verify(id, 1);
    accepted(await patch(id, { oidc: { clientId: 'other' } }));
    assert.equal((await get(id)).verified, false);
    refused(await patch(id, { enabled: true }), 409, 'upstream.not_verified');
    const shown = accepted(await override(id, { enabled: true }));
    assert.deepEqual(
      [shown.enabled, shown.verified, Object((await last())[0]?.after).override],
      [true, false, 'agreed with Acme'],
    );
  });

  test('a draft is changed as one likes, without staging', async () => {
    const id = await connected({ enabled: false });
    const shown = accepted(await patch(id, { oidc: { clientId: 'other' } }));
    assert.deepEqual([shown.oidc['clientId'], shown.staged], ['other', null]);
    assert.deepEqual(await states(id), ['2 draft changed', '1 superseded created']);
  });

  test('activating the current draft switches it on', async () => {
    const id = await connected({ enabled: false });
    refused(await step(id, '1/activate'), 409, 'upstream.not_verified');
    await verify(id, 1);
    assert.equal(accepted(await step(id, '1/activate')).enabled, true);
  });
});

describe('Activating', () => {
  async function staged(): Promise<string> {
    const id = await connected();
    accepted(await patch(id, { oidc: { clientId: 'other' }, groupMappings: [{ external: 'x', group: 'New group' }] }), 202);
    return id;
  }

  test('is refused while Verify has not passed on that very revision', async () => {
    const id = await staged();
    await verify(id, 1);
    refused(await step(id, '2/activate'), 409, 'upstream.not_verified');
    await verify(id, 2, false);
    refused(await step(id, '2/activate'), 409, 'upstream.not_verified');
    assert.deepEqual(await states(id), ['2 staged changed', '1 live created']);
    assert.equal((await settingsOf(id))['clientId'], 'sallyport');
  });

  test('makes it live when Verify passed, with who did it in the audit log', async () => {
    const id = await staged();
    await verify(id, 2);
    assert.deepEqual(await needs.groups.findByNames(api.acme, ['New group']), [], 'staging made nothing');
    const administrator = await userWith('Full Administrator');
    const shown = accepted(await step(id, '2/activate', { as: administrator }));
    assert.deepEqual([shown.revision, shown.oidc['clientId'], shown.staged, shown.verified], [2, 'other', null, true]);
    assert.equal((await settingsOf(id))['clientId'], 'other');
    assert.equal((await needs.groups.findByNames(api.acme, ['New group'])).length, 1);
    assert.equal(await trustOf(id), 2, 'sign-ins that asked as the old client are over');
    const [entry] = await last();
    assert.deepEqual(
      [
        entry?.action,
        entry?.actor,
        Object(entry?.after).verified,
        Object(entry?.after).revision,
        Object(entry?.before).oidc.clientId,
      ],
      ['identity-provider.activated', { kind: 'user', id: administrator }, true, 2, 'sallyport'],
    );
    const { items } = (await api.call('GET', path(id, '/revisions'))).body;
    assert.deepEqual(
      items.map(({ revision, state, activatedBy, override }) => [revision, state, Object(activatedBy).kind, override]),
      [
        [2, 'live', 'user', null],
        [1, 'superseded', 'operator', 'switched on as it was made'],
      ],
    );
  });

  test('without Verify keeps the reason', async () => {
    const id = await staged();
    assert.equal((await step(id, '2/activate', { body: { override: '' } })).status >= 400, true);
    assert.equal((await step(id, '2/activate', { body: { overide: 'x' } })).status >= 400, true);
    const shown = accepted(await step(id, '2/activate', { body: { override: 'Acme is down, agreed by telephone' } }));
    assert.deepEqual([shown.revision, shown.verified], [2, false]);
    const [entry] = await last();
    assert.deepEqual(
      [Object(entry?.after).verified, Object(entry?.after).override],
      [false, 'Acme is down, agreed by telephone'],
    );
  });

  test('twice at once: one wins, and the other is told', async () => {
    const id = await staged();
    await verify(id, 2);
    const answers = await Promise.all([step(id, '2/activate'), step(id, '2/activate'), step(id, '2/activate')]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409]);
    assert.deepEqual(
      answers.filter(({ status }) => status === 409).map(({ body }) => body.code),
      ['upstream.revision_not_staged', 'upstream.revision_not_staged'],
    );
    assert.deepEqual(await states(id), ['2 live changed', '1 superseded created']);
    assert.equal((await last(9)).filter(({ action }) => action === 'identity-provider.activated').length > 0, true);
  });

  test('beside a change loses nothing, whoever is first', async () => {
    for (let round = 0; round < 4; round++) {
      const id = await connected({ slug: `race-${round}`, name: `race-${round}` });
      await patch(id, { oidc: { clientId: 'other' } });
      await verify(id, 2);
      const [activated, changed] = await Promise.all([step(id, '2/activate'), patch(id, { name: 'Renamed' })]);
      const shown = accepted(changed);
      assert.equal((await get(id)).name, 'Renamed');
      const lost = activated.status === 409 && shown.staged?.revision !== undefined && shown.staged.verified;
      assert.ok(activated.status === 200 || lost, JSON.stringify(activated.body));
      if (activated.status === 200) assert.equal((await get(id)).oidc['clientId'], 'other');
      assert.equal((await states(id)).filter((state) => state.includes('live')).length, 1);
    }
  });

  test('is for what is staged: not for the live, a superseded, a discarded or an unknown one', async () => {
    const id = await staged();
    await patch(id, { oidc: { scopes: ['openid'] } });
    for (const number of [1, 2, 3]) await verify(id, number);
    refused(await step(id, '1/activate'), 409, 'upstream.revision_not_staged');
    refused(await step(id, '2/activate'), 409, 'upstream.revision_not_staged');
    for (const odd of ['9', '0', '-1', 'x', '2.5', '1e1', '99999999999999999999'])
      refused(await step(id, `${odd}/activate`, { body: { override: 'why' } }), 404, 'upstream.revision_unknown');
    assert.equal((await discard(id, 3)).status, 204);
    refused(await step(id, '3/activate'), 409, 'upstream.revision_not_staged');
    refused(await step('idp_nobody', '1/activate'), 404, 'upstream.revision_unknown');
  });

  test('holds to the revision that was read', async () => {
    const id = await staged();
    await verify(id, 2);
    refused(await step(id, '2/activate', { headers: { 'if-match': '"1"' } }), 412, 'upstream.revision_differs');
    accepted(await step(id, '2/activate', { headers: { 'if-match': '"2"' } }));
  });

  test('of what does not build on the live one is refused', async () => {
    const id = await staged();
    await verify(id, 2);
    await api.store.db().updateTable('connection_revisions').set({ base_revision: 7 }).where('revision', '=', 2).execute();
    refused(await step(id, '2/activate'), 409, 'upstream.revision_outdated');
  });

  test('of what this release cannot read is refused with its faults', async () => {
    const id = await staged();
    await verify(id, 2);
    const broken = JSON.stringify({ kind: 'oidc', name: 'Acme', slug: 'acme', enabled: true, oidc: { clientId: 'c' } });
    await api.store.db().updateTable('connection_revisions').set({ document: broken }).where('revision', '=', 2).execute();
    refused(await step(id, '2/activate'), 422, 'upstream.input_invalid');
    assert.equal((await settingsOf(id))['clientId'], 'sallyport');
  });

  test('makes no second default provider', async () => {
    const id = await connected();
    accepted(await patch(id, { authentication: { default: true } }), 202);
    accepted(
      await api.call('POST', '/identity-providers', {
        body: { kind: 'oidc', name: 'B', oidc, authentication: { default: true } },
      }),
      201,
    );
    refused(await step(id, '2/activate', { body: { override: 'why' } }), 422, 'upstream.input_invalid');
  });
});

describe('Nobody activates or stages what is beyond them', () => {
  const mapping = [{ external: 'boss', role: 'Full Administrator' }];

  test('a staged grant of somebody with more permissions is not activated by somebody with fewer', async () => {
    const id = await connected();
    const [full, fewer] = [await userWith('Full Administrator'), await userWith('IdP Administrator')];
    accepted(await patch(id, { oidc: { clientId: 'other' }, roleMappings: mapping }, { as: full }), 202);
    await verify(id, 2);
    refused(await step(id, '2/activate', { as: fewer }), 403, 'upstream.beyond_caller');
    refused(await step(id, '2/activate', { as: fewer, body: { override: 'why' } }), 403, 'upstream.beyond_caller');
    assert.equal(accepted(await step(id, '2/activate', { as: full })).revision, 2);
  });

  test('nor staged by somebody with fewer for somebody with more to activate', async () => {
    const id = await connected();
    const fewer = await userWith('IdP Administrator');
    refused(
      await patch(id, { oidc: { clientId: 'other' }, roleMappings: mapping }, { as: fewer }),
      403,
      'upstream.beyond_caller',
    );
    assert.deepEqual(await states(id), ['1 live created']);
    accepted(await patch(id, { oidc: { clientId: 'other' } }), 202);
    refused(await patch(id, { roleMappings: mapping }, { as: fewer }), 403, 'upstream.beyond_caller');
    assert.deepEqual(await states(id), ['2 staged changed', '1 live created'], 'nothing of it was written');
  });

  test('nor rolled back to', async () => {
    const id = await connected({ roleMappings: mapping });
    const fewer = await userWith('IdP Administrator');
    accepted(await patch(id, { roleMappings: [] }));
    refused(await step(id, '1/roll-back', { as: fewer }), 403, 'upstream.beyond_caller');
    accepted(await step(id, '1/roll-back'));
  });

  test('somebody without the permission to write does none of it, and reads', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    const auditor = await userWith('Auditor');
    for (const rest of ['2/activate', '1/roll-back']) assert.equal((await step(id, rest, { as: auditor })).status, 403);
    assert.equal((await discard(id, 2, auditor)).status, 403);
    assert.equal((await api.call('GET', path(id, '/revisions'), { as: auditor })).status, 200);
    assert.equal((await api.call('GET', path(id, '/revisions/2'), { as: auditor })).status, 200);
    const nobody = await userWith('User');
    assert.equal((await api.call('GET', path(id, '/revisions'), { as: nobody })).status, 403);
  });
});

describe('Rolling back', () => {
  test('makes a new revision of the old content, staged like any sensitive change, secrets included', async () => {
    const id = await connected();
    const change = { name: 'New', oidc: { clientId: 'other', tokenEndpoint: 'https://b.example/t', clientSecret: 'for-b' } };
    accepted(await override(id, change));
    const shown = accepted(await step(id, '1/roll-back'), 202);
    assert.deepEqual(pointers(shown), ['/name', '/oidc/clientId', '/oidc/tokenEndpoint', '/oidc/clientSecret']);
    assert.deepEqual(await states(id), ['3 staged rolled-back', '2 live changed', '1 superseded created']);
    await verify(id, 3);
    const live = accepted(await step(id, '3/activate'));
    assert.deepEqual([live.name, live.oidc['clientId']], ['Acme', 'sallyport']);
    const settings = await settingsOf(id);
    assert.deepEqual([settings['clientSecret'], settings['tokenEndpoint']], ['the-client-secret', oidc.tokenEndpoint]);
    const { items } = (await api.call('GET', path(id, '/revisions'))).body;
    assert.deepEqual([items[0]?.['source'], items[0]?.['base']], [1, 2]);
  });

  test('of what is not sensitive, or with an override, is at once', async () => {
    const id = await connected();
    await patch(id, { name: 'New' });
    assert.equal(accepted(await step(id, '1/roll-back')).name, 'Acme');
    await override(id, { oidc: { clientId: 'other' } });
    const shown = accepted(await step(id, '1/roll-back', { body: { override: 'nobody can sign in' } }));
    assert.equal(shown.oidc['clientId'], 'sallyport');
    assert.equal(Object((await last())[0]?.after).override, 'nobody can sign in');
  });

  test('leaves it on or off as it is', async () => {
    const id = await connected();
    await patch(id, { name: 'New' });
    await patch(id, { enabled: false });
    assert.deepEqual([accepted(await step(id, '1/roll-back')).enabled, (await get(id)).name], [false, 'Acme']);
    const other = await connected({ enabled: false, slug: 'other', name: 'Other' });
    await override(other, { enabled: true, name: 'New' });
    assert.deepEqual([accepted(await step(other, '1/roll-back')).enabled, (await get(other)).name], [true, 'Other']);
  });

  test('waits until what is staged is activated or discarded', async () => {
    const id = await connected();
    await patch(id, { name: 'New' });
    await patch(id, { oidc: { clientId: 'other' } });
    refused(await step(id, '1/roll-back'), 409, 'upstream.staged_exists');
    assert.equal((await discard(id, 3)).status, 204);
    assert.equal(accepted(await step(id, '1/roll-back')).name, 'Acme');
    assert.equal(
      pointers(accepted(await step(id, '3/roll-back'), 202))?.includes('/oidc/clientId'),
      true,
      'a discarded one, too',
    );
  });

  test('to what there is, or to what there is not', async () => {
    const id = await connected();
    assert.equal(accepted(await step(id, '1/roll-back')).revision, 1, 'nothing changes');
    refused(await step(id, '2/roll-back'), 404, 'upstream.revision_unknown');
    refused(await step('idp_nobody', '1/roll-back'), 404, 'upstream.connection_unknown');
  });
});

describe('Discarding', () => {
  test('gives up what is staged, and nothing else', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    refused(await discard(id, 1), 409, 'upstream.revision_not_staged');
    assert.equal((await discard(id, 2)).status, 204);
    assert.equal((await get(id)).staged, null);
    const [entry] = await last();
    assert.deepEqual([entry?.action, entry?.before], ['identity-provider.discarded', { revision: 2 }]);
    refused(await discard(id, 2), 409, 'upstream.revision_not_staged');
    refused(await discard(id, 3), 404, 'upstream.revision_unknown');
    refused(await discard('idp_nobody', 1), 404, 'upstream.connection_unknown');
  });
});

describe('If-Match', () => {
  test('names what a change builds on: the staged revision, if there is one', async () => {
    const id = await connected();
    const first = await patch(id, { oidc: { clientId: 'other' } }, { headers: { 'if-match': '"1"' } });
    assert.equal(first.status, 202);
    refused(
      await patch(id, { oidc: { clientId: 'third' } }, { headers: { 'if-match': '"1"' } }),
      412,
      'upstream.revision_differs',
    );
    accepted(await patch(id, { oidc: { clientId: 'third' } }, { headers: { 'if-match': String(first.headers['etag']) } }), 202);
  });
});

/** Runs something else once, after a change has read what it changes and before it writes. */
function meanwhile(work: () => Promise<unknown>): void {
  const { listKeys } = needs.connections;
  needs.connections.listKeys = async (...where) => {
    needs.connections.listKeys = listKeys;
    await work();
    return listKeys(...where);
  };
}

describe('Somebody else is faster between reading and writing', () => {
  test('and stages: what is staged next builds on it', async () => {
    const id = await connected();
    meanwhile(() => patch(id, { oidc: { clientId: 'other' } }));
    const shown = accepted(await patch(id, { oidc: { scopes: ['openid'] } }), 202);
    assert.deepEqual(pointers(shown), ['/oidc/clientId', '/oidc/scopes']);
  });

  test('and stages on what is staged: both are in it', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    meanwhile(() => patch(id, { oidc: { userinfoEndpoint: 'https://idp.acme.example/userinfo' } }));
    const shown = accepted(await patch(id, { oidc: { scopes: ['openid'] } }), 202);
    assert.deepEqual(pointers(shown)?.sort(), ['/oidc/clientId', '/oidc/scopes', '/oidc/userinfoEndpoint']);
  });

  test('and stages: what goes live is put on it', async () => {
    const id = await connected();
    meanwhile(() => patch(id, { oidc: { clientId: 'other' } }));
    const shown = accepted(await patch(id, { name: 'Renamed' }));
    assert.deepEqual([shown.name, pointers(shown)], ['Renamed', ['/oidc/clientId']]);
    const live = accepted(await step(id, `${shown.staged?.revision}/activate`, { body: { override: 'why' } }));
    assert.deepEqual([live.name, live.oidc['clientId']], ['Renamed', 'other']);
  });

  test('and activates: what is changed then is the new live one', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    meanwhile(() => step(id, '2/activate', { body: { override: 'why' } }));
    const shown = accepted(await patch(id, { name: 'Renamed' }));
    assert.deepEqual([shown.name, shown.oidc['clientId'], shown.staged], ['Renamed', 'other', null]);
  });

  test('and changes a draft that is being activated: what nobody looked at is not switched on', async () => {
    const id = await connected({ enabled: false });
    const { read } = needs.revisions;
    needs.revisions.read = async (...where) => {
      needs.revisions.read = read;
      const found = await read(...where);
      await patch(id, { oidc: { clientId: 'unseen' } });
      return found;
    };
    refused(await step(id, '1/activate', { body: { override: 'I have read revision 1' } }), 409, 'upstream.revision_not_staged');
    assert.equal((await get(id)).enabled, false);
  });
});

describe('The list of revisions', () => {
  test('has who, when, what made it and what it changed, newest first, by pages', async () => {
    const id = await connected();
    world.pass(60);
    await patch(id, { name: 'B' });
    await patch(id, { oidc: { clientId: 'other', clientSecret: 'another-secret' } });
    const page = await api.call('GET', path(id, '/revisions?limit=2'));
    assert.deepEqual(
      page.body.items.map(({ revision, differences }) => [revision, differences]),
      [
        [3, { pointers: ['/oidc/clientId', '/oidc/clientSecret'], sensitive: true }],
        [2, { pointers: ['/name'], sensitive: false }],
      ],
    );
    const rest = await api.call('GET', path(id, `/revisions?limit=2&cursor=${page.body.next}`));
    const { differences, madeAt, madeBy, ...first } = rest.body.items[0] as Record<string, unknown>;
    assert.deepEqual([rest.body.items.length, rest.body.next, differences], [1, null, { pointers: [], sensitive: false }]);
    assert.deepEqual(madeBy, { kind: 'operator' });
    assert.equal(Date.parse(String(madeAt)), world.now().getTime() - 60_000);
    assert.deepEqual(
      [first['base'], first['source'], first['verification'], first['verified'], first['state']],
      [null, null, null, false, 'superseded'],
    );
    assert.doesNotMatch(JSON.stringify([page.body, rest.body]), /another-secret|the-client-secret/);
    refused(await api.call('GET', path('idp_nobody', '/revisions')), 404, 'upstream.connection_unknown');
  });

  test('says nothing of what a revision changed whose base is not kept any more', async () => {
    const id = await connected();
    await patch(id, { name: 'B' });
    await api.store.db().deleteFrom('connection_revisions').where('revision', '=', 1).execute();
    assert.equal((await api.call('GET', path(id, '/revisions'))).body.items[0]?.['differences'], null);
  });

  test('of another tenant is none', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    for (const [method, rest] of [
      ['GET', '/revisions'],
      ['GET', '/revisions/2'],
      ['POST', '/revisions/2/activate'],
      ['POST', '/revisions/1/roll-back'],
      ['DELETE', '/revisions/2'],
    ] as const) {
      assert.equal((await api.call(method, path(id, rest), { tenant: 'globex' })).status, 404, `${method} ${rest}`);
    }
    assert.equal((await get(id)).staged?.revision, 2);
  });
});

describe('One revision', () => {
  test('is shown as the provider would be with it, beside what it changes', async () => {
    const id = await connected();
    await patch(id, { name: 'B' });
    await patch(id, { oidc: { clientId: 'other' } });
    await verify(id, 3);
    const { status, body } = await api.call('GET', path(id, '/revisions/1'));
    assert.equal(status, 200);
    const document = body['document'] as Current;
    assert.deepEqual([document.name, document.oidc['redirectUri']], ['Acme', 'https://sso.example.com/t/acme/sso/acme/callback']);
    const differences = body['differences'] as { toBase: unknown[]; toCurrent: { pointer: string; before: unknown }[] };
    assert.deepEqual(
      [differences.toBase, differences.toCurrent.map(({ pointer, before }) => [pointer, before])],
      [[], [['/name', 'B']]],
    );
    const staged = (await api.call('GET', path(id, '/revisions/3'))).body;
    assert.deepEqual(
      [staged['state'], staged['verified'], staged['verification']],
      ['staged', true, { id: 'ver_1', passed: true, at: world.now().toISOString() }],
    );
    refused(await api.call('GET', path(id, '/revisions/4')), 404, 'upstream.revision_unknown');
    assert.doesNotMatch(JSON.stringify([body, staged]), /the-client-secret/);
  });
});

describe('Removing a provider', () => {
  test('removes its revisions', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    assert.equal((await api.call('DELETE', path(id))).status, 204);
    assert.deepEqual(await api.store.db().selectFrom('connection_revisions').selectAll().execute(), []);
  });
});
