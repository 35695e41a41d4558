import { createGroupStore } from '#directory/groups.sql.ts';
import { createBuiltInRoles } from '#directory/index.ts';
import { createRoleStore } from '#directory/roles.sql.ts';
import { createUserStore } from '#directory/users.sql.ts';
import { newId, type UserId } from '#kernel/ids.ts';
import { createTenantUrls, type TenantUrls } from '#tenants/index.ts';
import { takeRsaKey } from '#test/rsa-keys.ts';
import { openTestApi, type TestApi } from '#test/tenant/api.ts';
import type { TestWorld } from '#test/tenant/index.ts';
import { connectionRoutes } from './connections.routes.ts';
import { createConnectionStore } from './connections.sql.ts';
import type { ConnectionNeeds } from './needs.ts';
import { createRegistry } from './registry.ts';
import { createRevisionStore } from './revisions/revisions.sql.ts';

export type StageNeeds = ConnectionNeeds & { connections: ReturnType<typeof createConnectionStore> };

type Register = Parameters<typeof openTestApi>[0];
export type StageParts = Parameters<Register>[1];

export interface ConnectionStage {
  readonly api: TestApi;
  readonly needs: StageNeeds;
  /** The same store as another node has it. */
  readonly elsewhere: StageNeeds['connections'];
}

export interface StageWish {
  world: TestWorld;
  /** Hears whose sessions end. */
  onEnded?: (connection: string) => void;
  /** Routes beside those of identity providers. */
  beside?: (scope: Parameters<Register>[0], needs: StageNeeds & Pick<TenantUrls, 'urlOf'>, parts: StageParts) => void;
}

/** The routes of identity providers over real stores, in two tenants. */
export async function openConnectionStage({ world, onEnded, beside }: StageWish): Promise<ConnectionStage> {
  const held: { needs?: StageNeeds; elsewhere?: StageNeeds['connections'] } = {};
  const api = await openTestApi((scope, parts) => {
    const registry = createRegistry({ allowPrivateNetwork: false });
    const urls = createTenantUrls([{ region: 'na', template: 'https://sso.example.com/t/{tenant}' }]);
    const needs: StageNeeds = {
      ...parts,
      registry,
      transact: parts.store.transact,
      connections: createConnectionStore({ ...parts, registry, urls }),
      revisions: createRevisionStore(parts),
      users: createUserStore(parts),
      groups: createGroupStore(parts),
      roles: createRoleStore(parts),
      makeRsaKey: async () => takeRsaKey(),
      endSessionsOfConnection: async (_tenant, id) => onEnded?.(id),
      giveBackTokens: async () => {},
    };
    Object.assign(held, { needs, elsewhere: createConnectionStore({ ...parts, registry, urls }) });
    connectionRoutes(scope, { ...needs, authorization: parts.authorization });
    beside?.(scope, { ...needs, urlOf: urls.urlOf }, parts);
  }, world);
  return { api, needs: required(held.needs), elsewhere: required(held.elsewhere) };
}

const EMPTIED = [
  'connections',
  'connection_revisions',
  'connection_keys',
  'users',
  'links',
  'groups',
  'roles',
  'group_members',
  'role_members',
] as const;

/** Two tenants without providers, groups and users. */
export async function emptyStage({ api, needs }: Pick<ConnectionStage, 'api' | 'needs'>): Promise<void> {
  for (const table of EMPTIED) await api.store.db().deleteFrom(table).execute();
  for (const tenant of [api.acme, api.globex]) await createBuiltInRoles({ roles: needs.roles, world: api.world }, tenant);
}

/** Somebody of acme with this role. @returns their id */
export async function addUser({ api, needs }: Pick<ConnectionStage, 'api' | 'needs'>, role: string): Promise<string> {
  const { acme, world } = api;
  const id = newId<UserId>('usr', world);
  const none = { email: null, emailVerified: false, userId: id, userPrincipalName: null, lastSignInAt: null };
  const at = { createdAt: world.now(), updatedAt: world.now() };
  await needs.users.insert(acme, { id, ...none, profile: { custom: {} }, status: 'active', ...at });
  const found = await needs.roles.findByNames(acme, [role]);
  const ids = found.map((one) => one.id);
  await needs.roles.setMemberships(acme, id, 'manual', ids, 'add');
  return id;
}

export function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('it must be there');
  return value;
}
