import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import { createGroupStore } from '#directory/groups.sql.ts';
import { createBuiltInRoles } from '#directory/index.ts';
import { createRoleStore } from '#directory/roles.sql.ts';
import { createUserStore } from '#directory/users.sql.ts';
import { type ConnectionId, newId, type UserId } from '#kernel/ids.ts';
import { createTenantUrls } from '#tenants/index.ts';
import { takeRsaKey } from '#test/rsa-keys.ts';
import { openTestApi, type TestAnswer, type TestApi } from '#test/tenant/api.ts';
import { createTestWorld } from '#test/tenant/index.ts';
import { connectionRoutes } from '../connections.routes.ts';
import { createConnectionStore } from '../connections.sql.ts';
import type { ConnectionNeeds } from '../needs.ts';
import { createRegistry } from '../registry.ts';
import { createRevisionStore } from './revisions.sql.ts';

export let api: TestApi;
export let needs: ConnectionNeeds & { connections: ReturnType<typeof createConnectionStore> };
export let ended: string[] = [];
export const world = createTestWorld();
const TABLES = ['connections', 'connection_revisions', 'connection_keys', 'users', 'groups', 'roles', 'role_members'] as const;

export const oidc = {
  issuer: 'https://idp.acme.example',
  clientId: 'sallyport',
  clientSecret: 'the-client-secret',
  authorizationEndpoint: 'https://idp.acme.example/authorize',
  tokenEndpoint: 'https://idp.acme.example/token',
  jwksUri: 'https://idp.acme.example/jwks',
};

export const path = (id: string, rest = '') => `/identity-providers/${id}${rest}`;
export const get = async (id: string) => (await api.call('GET', path(id))).body as unknown as Current;
export const patch = (id: string, body: unknown, { headers = {}, as }: { headers?: Record<string, string>; as?: string } = {}) =>
  api.call('PATCH', path(id), { body, headers, as });
export const override = (id: string, body: unknown) => api.call('PATCH', path(id, '?override=agreed+with+Acme'), { body });
export const step = (
  id: string,
  rest: string,
  { body, as, headers }: { body?: unknown; as?: string; headers?: Record<string, string> } = {},
) => api.call('POST', path(id, `/revisions/${rest}`), { body, as, headers });
export const discard = (id: string, number: number, as?: string) => api.call('DELETE', path(id, `/revisions/${number}`), { as });
export const verify = (id: string, number: number, passed = true) =>
  needs.revisions.noteVerification(api.acme, id as ConnectionId, number, { verification: 'ver_1', passed, at: world.now() });
export const last = async (count = 1) => api.audit.list(api.acme, { limit: count });

interface Staged {
  revision: number;
  verified: boolean;
  differences: { pointer: string; before: unknown; after: unknown; secret: boolean; sensitive: boolean }[];
}
export interface Current {
  name: string;
  enabled: boolean;
  revision: number;
  verified: boolean;
  staged: Staged | null;
  oidc: Record<string, unknown>;
  branding: Record<string, unknown>;
}

export async function connected(body: Record<string, unknown> = {}): Promise<string> {
  const answer = await api.call('POST', '/identity-providers', {
    body: { kind: 'oidc', name: 'Acme', enabled: true, oidc, ...body },
  });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body.id;
}

export function refused(answer: TestAnswer, status: number, code: string): void {
  assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body));
}
export const accepted = (answer: TestAnswer, status = 200): Current => {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body as unknown as Current;
};
export const states = async (id: string): Promise<string[]> =>
  (await api.call('GET', path(id, '/revisions'))).body.items.map(
    (item) => `${item['revision']} ${item['state']} ${item['origin']}`,
  );
export const pointers = (current: Current): string[] | undefined => current.staged?.differences.map(({ pointer }) => pointer);
export const settingsOf = async (id: string): Promise<Record<string, unknown>> =>
  Object((await needs.connections.find(api.acme, id as ConnectionId))?.settings);
export const trustOf = async (id: string) => (await needs.connections.find(api.acme, id as ConnectionId))?.trustRevision;

export async function userWith(role: string): Promise<string> {
  const id = newId<UserId>('usr', world);
  const at = world.now();
  const person = { email: null, emailVerified: false, userId: id, userPrincipalName: null, profile: { custom: {} } };
  await needs.users.insert(api.acme, { id, ...person, status: 'active', createdAt: at, updatedAt: at, lastSignInAt: null });
  const found = await needs.roles.findByNames(api.acme, [role]);
  const ids = found.map((one) => one.id);
  await needs.roles.setMemberships(api.acme, id, 'manual', ids, 'add');
  return id;
}

/** Called first in each file of these tests. */
export function setUp(): void {
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
  beforeEach(async () => {
    for (const table of TABLES) await api.store.db().deleteFrom(table).execute();
    await createBuiltInRoles({ roles: needs.roles, world }, api.acme);
    ended = [];
  });
  after(() => api.close());
}
