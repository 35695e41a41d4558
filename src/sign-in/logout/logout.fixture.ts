import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import { createAuditLog } from '#audit/events.sql.ts';
import { createUserStore } from '#directory/users.sql.ts';
import type { ConnectionId, UserId } from '#kernel/ids.ts';
import type { SessionStore } from '#sessions/index.ts';
import { createSessionStore } from '#sessions/sessions.sql.ts';
import type { Tenant } from '#tenants/index.ts';
import { openTestTenants, type TestTenants } from '#test/tenant/index.ts';
import type { Connection, HearsLogout, LogoutDemand, LogsOut, RevokesTokens } from '#upstream/index.ts';
import { createSpentStore } from '../attempts.sql.ts';
import { createSignInLog } from '../sign-ins.sql.ts';
import { hearLogout } from './hear-logout.ts';
import { createRevocationStore } from './revocations.sql.ts';
import { signOut } from './sign-out.ts';

export const [first, second] = ['idp_1', 'idp_2'] as [ConnectionId, ConnectionId];
export const [ana, ben] = ['usr_ana', 'usr_ben'] as [UserId, UserId];

export let given: TestTenants;
let tenant: Tenant;
export let needs: ReturnType<typeof gather>;
/** Called first in each file of these tests. */
export function setUp(): void {
  before(async () => {
    given = await openTestTenants();
    tenant = { id: given.acme, name: 'acme' } as Tenant;
  });
  after(() => given.close());
  beforeEach(async () => {
    for (const table of ['revocations', 'revocation_clients', 'links', 'sessions', 'spent'] as const)
      await given.store.db().deleteFrom(table).execute();
    needs = gather();
  });
}

/** What a demand of the provider's says, by the text that brings it. */
const demands: Record<string, LogoutDemand> = {};
const connectionOf = (id: ConnectionId): Connection =>
  ({ id, kind: 'oidc', revision: 1, settings: {}, slug: id }) as unknown as Connection;

/** The stores as they are; the provider's part is played here. */
function gather() {
  const sessions = createSessionStore({
    ...given,
    dependants: { endOfSessions: async () => {}, moveToSession: async () => {} },
  });
  const protocol: Partial<LogsOut<unknown> & HearsLogout<unknown> & RevokesTokens<unknown>> = {
    prepareRevocation: () => ({}),
    readLogoutDemand: async (_settings, { fields }) => demands[fields['demand'] ?? ''] as LogoutDemand,
  };
  return {
    sessions,
    users: createUserStore(given),
    revocations: createRevocationStore(given),
    spent: createSpentStore(given),
    signIns: createSignInLog(given),
    audit: createAuditLog(given),
    connections: {
      find: async (...[, id]: [unknown, ConnectionId]) => connectionOf(id),
      findBySlug: async (...[, slug]: [unknown, string]) => connectionOf(slug as ConnectionId),
    },
    departures: { save: async () => {}, take: async () => undefined },
    budget: { take: () => ({ kind: 'keep', suppressed: 0 }) as const },
    transact: given.store.transact,
    world: given.world,
    logoutOf: () => protocol,
    revokerOf: () => protocol,
    protocolOf: () => assert.fail('nobody signs in'),
    onLogoutFault: (error: unknown) => assert.fail(String(error)),
  };
}
export type Needs = ReturnType<typeof gather>;

export type Opened = Awaited<ReturnType<SessionStore['open']>>;
let subjects = 0;
/** Somebody signs in: the provider gives a refresh token, a session opens. */
export async function signIn(
  userId: UserId,
  refreshToken: string,
  { at: connectionId = first, index = userId }: { at?: ConnectionId; index?: string | null } = {},
): Promise<Opened> {
  const now = given.world.now();
  const link = { id: `lnk_${(subjects += 1)}`, userId, connectionId, issuer: 'i', subject: userId };
  await needs.users.link(given.acme, { ...link, createdAt: now, lastUsedAt: now, refreshToken });
  return needs.sessions.open(given.acme, {
    userId,
    connectionId,
    authenticatedAt: now,
    amr: [],
    acr: null,
    askedAcr: [],
    lifetime: { idleSeconds: 600, lifetimeSeconds: 3600 },
    upstream: { issuer: 'i', subject: userId, index: index ?? undefined },
    upstreamKey: 'shared',
  });
}
export const leave = (by: Needs, session: Opened): Promise<unknown> =>
  signOut(by, { tenant, session, browser: undefined, target: null, applicationId: undefined });
let heard = 0;
interface Demanded extends Partial<Pick<LogoutDemand, 'subject' | 'indexes'>> {
  name?: string;
  at?: ConnectionId;
}
/** The provider names these sessions, in this order. */
export function demand(
  by: Needs,
  uids: readonly string[],
  { name = `demand-${(heard += 1)}`, at = first, ...named }: Demanded = {},
) {
  const until = new Date(given.world.now().getTime() + 60_000);
  demands[name] = { key: 'shared', issuer: 'i', indexes: [], ...named, spend: [{ id: name, until }], remember: null };
  const listByUpstreamKey: SessionStore['listByUpstreamKey'] = async (...key) => {
    const found = await needs.sessions.listByUpstreamKey(...key);
    return uids.flatMap((uid) => found.filter((one) => one.uid === uid));
  };
  const brought = { tenant, slug: at, answer: { via: 'form' as const, fields: { demand: name } } };
  return hearLogout({ ...by, sessions: { ...by.sessions, listByUpstreamKey } }, brought);
}

/** Tokens that wait to be given back. */
export async function waiting(): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const one = await needs.revocations.claim(given.world.now(), 60);
    if (!one) return found.sort();
    found.push(one.content.state === 'readable' ? one.content.token : one.content.state);
  }
}
export const held = (userId: UserId, connectionId = first): Promise<string | undefined> =>
  needs.users.findRefreshToken(given.acme, { connectionId, issuer: 'i', subject: userId });
