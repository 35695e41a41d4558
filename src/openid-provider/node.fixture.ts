import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import type { AuditEntry, AuditLog } from '#audit/index.ts';
import type { Person, UserStore } from '#directory/index.ts';
import { createAuthorization } from '#http/authorization.ts';
import { cookiesOf, readCookie } from '#http/cookies.ts';
import { createServer, sendProblem } from '#http/server.ts';
import type { ConnectionId, TenantId, UserId } from '#kernel/ids.ts';
import type { World } from '#kernel/world.ts';
import type { SessionId, SessionStore } from '#sessions/index.ts';
import { createSessionStore } from '#sessions/sessions.sql.ts';
import { leave } from '#sign-in/logout/logout.routes.ts';
import { createSigningKeys } from '#signing-keys/signing-keys.sql.ts';
import { openKeyring } from '#sql/keyring.ts';
import { type Store } from '#sql/store.ts';
import { createTenantUrls, type Tenant, type TenantStore } from '#tenants/index.ts';
import { locateTenant, tenantScope } from '#tenants/scope.routes.ts';
import { applicationRoutes } from './applications.routes.ts';
import { createApplicationStore } from './applications.sql.ts';
import { createArtifactStore } from './artifacts.sql.ts';
import type { SignInWish } from './decide-authorization.ts';
import { createOpenIdProvider, registerOpenIdProvider } from './openid-provider.routes.ts';

export const OPERATOR_TOKEN = 'operator-token-of-the-test';
export const REDIRECT_URI = 'https://crm.example/callback';
export const ISSUER = 'https://sso.example.com/t/acme';

export interface Shared {
  tenants: Map<string, Tenant>;
  people: Map<string, Person>;
  audit: AuditEntry[];
  wishes: SignInWish[];
  /** Who signs in next, and how. */
  signsIn: { userId: string; authenticatedAt?: Date };
}

/** One gateway process: its own Providers, over the shared database. */
export interface Node {
  readonly origin: string;
  readonly sessions: SessionStore;
  readonly artifacts: ReturnType<typeof createArtifactStore>;
  readonly signingKeys: ReturnType<typeof createSigningKeys>;
  close(): Promise<void>;
}

export const world: World = {
  now: () => new Date(),
  randomBytes: (length) => randomBytes(length),
  fetch: () => Promise.reject(new Error('no network')),
};

export function newShared(): Shared {
  return { tenants: new Map(), people: new Map(), audit: [], wishes: [], signsIn: { userId: 'usr_alice' } };
}

export async function insertTenant(to: Shared, into: Store, name: string): Promise<Tenant> {
  const tenant: Tenant = {
    id: `tnt_${name}_${randomBytes(4).toString('hex')}` as TenantId,
    name,
    displayName: `The ${name} company`,
    region: 'default',
    status: 'active',
    createdAt: new Date(),
    updatedAt: new Date(),
    settings: {
      idTokenAlgorithm: 'ES256',
      sessionIdleSeconds: 3600,
      sessionLifetimeSeconds: 36_000,
      accessTokenSeconds: 600,
      refreshTokenSeconds: 86_400,
      recheckMinutes: 60,
      traceDays: 30,
      language: 'en',
      noticeRecipients: [],
    },
  };
  to.tenants.set(name, tenant);
  await into
    .db()
    .insertInto('tenants')
    .values({
      id: tenant.id,
      name,
      display_name: name,
      region: 'default',
      status: 'active',
      settings: '{}',
      created_at: 0,
      updated_at: 0,
    })
    .execute();
  return tenant;
}

export function insertPerson(to: Shared, id: string, status: Person['user']['status'] = 'active'): Person {
  const now = new Date(1_700_000_000_000);
  const person: Person = {
    groups: ['Engineering', 'Everybody'],
    roles: ['Editor'],
    user: {
      id: id as UserId,
      email: `${id.slice(4)}@acme.example`,
      emailVerified: true,
      userId: null,
      userPrincipalName: null,
      status,
      profile: { firstName: 'Alice', lastName: 'Liddell', locale: 'en-GB', phone: '+441234567', custom: {} },
      createdAt: now,
      updatedAt: now,
      lastSignInAt: null,
    },
  };
  to.people.set(id, person);
  return person;
}

export async function startNode(given: Shared, on: Store, template = 'https://sso.example.com/t/{tenant}'): Promise<Node> {
  const keyring = openKeyring(['a master key of more than 32 characters']);
  const urls = createTenantUrls([{ region: 'default', template }]);
  const artifacts = createArtifactStore({ store: on });
  const sessions = createSessionStore({ store: on, keyring, world, dependants: artifacts });
  const signingKeys = createSigningKeys({ store: on, keyring, world });
  const applications = createApplicationStore({ store: on, keyring });
  const audit: AuditLog = {
    append: async (_tenant, entry) => void given.audit.push(entry),
    list: async () => [],
    findBreak: async () => null,
  };
  const users = {
    find: async (_tenant: TenantId, id: UserId) => given.people.get(id)?.user,
    findPerson: async (_tenant: TenantId, id: UserId) => given.people.get(id),
  } as UserStore;
  const app = createServer({
    logger: pino({ level: process.env['LOG_LEVEL'] ?? 'silent' }),
    locate: (host, path) => locateTenant(urls, host, path),
    sendProblemPage: async (request, reply, problem) => sendProblem(reply, problem, request.id),
  });
  const { transact } = on;
  const base = {
    applications,
    artifacts,
    sessions,
    users,
    audit,
    world,
    signingKeys,
    transact,
    transactLightly: on.transactLightly,
  };
  const providers = createOpenIdProvider({
    ...base,
    connections: { find: async (_tenant, id) => ({ id, slug: 'entra' }) as never },
  });
  tenantScope(app, { urls, tenants: { findByName: async (name) => given.tenants.get(name) } as TenantStore }, (scope) => {
    registerOpenIdProvider(scope, {
      ...base,
      providers,
      sendProblemPage: async (request, reply, problem) => sendProblem(reply, problem, request.id),
      leave: leave.bind(null, { ...base, ...NOTHING_AT_THE_PROVIDER }),
      startSignIn: async ({ request, reply }, wish) => {
        given.wishes.push(wish);
        const { tenant, tenantUrl } = request;
        const cookies = cookiesOf(tenant.name, tenantUrl);
        const { id } = await sessions.open(
          tenant.id,
          {
            userId: given.signsIn.userId as UserId,
            connectionId: 'idp_entra' as ConnectionId,
            authenticatedAt: given.signsIn.authenticatedAt ?? new Date(),
            amr: ['pwd', 'mfa'],
            acr: 'urn:acme:strong',
            askedAcr: wish.acrValues,
            upstream: null,
            lifetime: {
              idleSeconds: tenant.settings.sessionIdleSeconds,
              lifetimeSeconds: tenant.settings.sessionLifetimeSeconds,
            },
          },
          readCookie(request.headers.cookie, cookies.nameOf('session')) as SessionId | undefined,
        );
        return reply.header('set-cookie', cookies.serialize('session', id, 'lax')).redirect(`${tenantUrl}${wish.returnTo}`, 303);
      },
    });
    applicationRoutes(scope, {
      ...base,
      authorization: createAuthorization({ operatorToken: OPERATOR_TOKEN, findTokenUser: async () => undefined }),
    });
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    origin: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    sessions,
    artifacts,
    signingKeys,
    close: () => app.close(),
  };
}

/** Of a provider that nobody is signed out at. */
export const NOTHING_AT_THE_PROVIDER = {
  connections: { find: async () => undefined },
  departures: { save: () => Promise.reject(new Error('nobody is sent there')) },
  revocations: { take: () => Promise.reject(new Error('there are no tokens')), hold: async () => {} },
  logoutOf: () => ({}),
  revokerOf: () => ({}),
  onLogoutFault: (error: unknown) => assert.fail(String(error)),
};
