import { createGroupStore } from '#directory/groups.sql.ts';
import { createBuiltInRoles } from '#directory/index.ts';
import { createRoleStore } from '#directory/roles.sql.ts';
import { createUserStore } from '#directory/users.sql.ts';
import { newId, type UserId } from '#kernel/ids.ts';
import { createTenantUrls } from '#tenants/index.ts';
import { takeRsaKey } from '#test/rsa-keys.ts';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import { type Call, openTestApi, type TestApi } from '#test/tenant/api.ts';
import { createTestWorld } from '#test/tenant/index.ts';
import type { ConnectionDirectory } from '../connection.ts';
import type { ConnectionRegister } from '../connection-register.ts';
import { connectionRoutes } from '../connections.routes.ts';
import { createConnectionStore } from '../connections.sql.ts';
import type { KeyRegister } from '../keys/key-register.ts';
import type { ConnectionNeeds } from '../needs.ts';
import { createRegistry } from '../registry.ts';
import { createRevisionStore } from '../revisions/revisions.sql.ts';

export type ExchangeNeeds = ConnectionNeeds & { connections: ConnectionDirectory & ConnectionRegister & KeyRegister };

export interface ExchangeStage {
  readonly api: TestApi;
  readonly needs: ExchangeNeeds;
  /** Two tenants without providers, groups and users. */
  empty(): Promise<void>;
  /** Somebody with this role. */
  user(role: string): Promise<string>;
  /** The very bytes of an answer. */
  raw(method: 'GET' | 'POST', path: string, call?: Call): Promise<{ text: string; headers: Record<string, unknown> }>;
  close(): Promise<void>;
}

const idp = makeCertifiedKey();

/** One of each kind. */
export const documents = {
  oidc: {
    kind: 'oidc',
    name: 'Acme',
    oidc: {
      issuer: 'https://idp.acme.example',
      clientId: 'sallyport',
      clientSecret: 'the-client-secret',
      authorizationEndpoint: 'https://idp.acme.example/authorize',
      tokenEndpoint: 'https://idp.acme.example/token',
      jwksUri: 'https://idp.acme.example/jwks',
    },
  },
  'microsoft-oidc': {
    kind: 'microsoft-oidc',
    preset: 'entra',
    name: 'Acme (Entra)',
    oidc: {
      directoryId: '72f988bf-86f1-41af-91ab-2d7cd011db47',
      clientId: '11111111-2222-3333-4444-555555555555',
      clientSecret: 'the-client-secret',
      clientSecretExpiresAt: '2027-11-23T09:00:00Z',
      groupOverage: {},
    },
  },
  saml: {
    kind: 'saml',
    name: 'Acme',
    saml: {
      issuer: 'https://idp.acme.example/saml',
      ssoUrl: 'https://idp.acme.example/sso',
      verificationCertificates: [idp.certificatePem],
      spEntityId: 'urn:acme:sallyport',
    },
  },
} as const;

export function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('it must be there');
  return value;
}

/** Making a key takes a tenth of a second; two serve all tests. */

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

type Register = Parameters<typeof openTestApi>[0];
/** Routes beside those of identity providers. */
type Beside = (scope: Parameters<Register>[0], needs: ExchangeNeeds, parts: Parameters<Register>[1]) => void;

export async function openExchangeStage(beside?: Beside): Promise<ExchangeStage> {
  const world = createTestWorld();
  let held: ExchangeNeeds | undefined;
  const api = await openTestApi((scope, parts) => {
    const registry = createRegistry({ allowPrivateNetwork: false });
    const urls = createTenantUrls([{ region: 'na', template: 'https://sso.example.com/t/{tenant}' }]);
    held = {
      ...parts,
      registry,
      transact: parts.store.transact,
      connections: createConnectionStore({ ...parts, registry, urls }),
      revisions: createRevisionStore(parts),
      users: createUserStore(parts),
      groups: createGroupStore(parts),
      roles: createRoleStore(parts),
      makeRsaKey: async () => takeRsaKey(),
      endSessionsOfConnection: async () => {},
      giveBackTokens: async () => {},
    };
    connectionRoutes(scope, { ...held, authorization: parts.authorization });
    beside?.(scope, held, parts);
  }, world);
  const needs = required(held);
  return {
    api,
    needs,
    async empty() {
      for (const table of EMPTIED) await api.store.db().deleteFrom(table).execute();
      for (const tenant of [api.acme, api.globex]) await createBuiltInRoles({ roles: needs.roles, world }, tenant);
    },
    user: (role) => addUser(needs, api, role),
    async raw(method, path, call = {}) {
      const { status, text, headers } = await api.raw(method, path, call);
      if (status !== 200) throw new Error(`${status} ${text}`);
      return { text, headers };
    },
    close: () => api.close(),
  };
}

async function addUser({ users, roles, world }: ExchangeNeeds, { acme }: TestApi, role: string): Promise<string> {
  const id = newId<UserId>('usr', world);
  const none = { email: null, emailVerified: false, userId: id, userPrincipalName: null, lastSignInAt: null };
  const at = { createdAt: world.now(), updatedAt: world.now() };
  await users.insert(acme, { id, ...none, profile: { custom: {} }, status: 'active', ...at });
  const found = await roles.findByNames(acme, [role]);
  await roles.setMemberships(
    acme,
    id,
    'manual',
    found.map((one) => one.id),
    'replace',
  );
  return id;
}
