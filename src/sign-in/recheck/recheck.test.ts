import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { AuditEntry } from '#audit/index.ts';
import type { User } from '#directory/index.ts';
import type { ConnectionId, TenantId, UserId } from '#kernel/ids.ts';
import type { Session } from '#sessions/index.ts';
import type { Tenant } from '#tenants/index.ts';
import type { Connection, Recheck } from '#upstream/index.ts';
import type { SignIn } from '../sign-ins.ts';
import { type RecheckNeeds, recheckPerson } from './recheck.ts';

const MINUTE = 60_000;
const now = new Date('2026-11-23T10:00:00Z');
const ago = (minutes: number): Date => new Date(now.getTime() - minutes * MINUTE);

const link = { connectionId: 'idp_1' as ConnectionId, issuer: 'https://idp.example', subject: 'ana' };
const tenantWith = (recheckMinutes: number): Tenant =>
  ({ id: 'tnt_acme' as TenantId, name: 'acme', settings: { recheckMinutes } }) as Tenant;
const sessionWith = (given: Partial<Session> = {}): Session =>
  ({ uid: 'ses_1', userId: 'usr_ana' as UserId, connectionId: link.connectionId, authenticatedAt: ago(61), ...given }) as Session;

let answer: Recheck | undefined;
/** What the link holds. */
let held: string | undefined;
let upstream: Record<string, unknown> | null;
let connection: Connection | undefined;
let user: Partial<User> | undefined;
let isTurn: boolean;
/** What was done, in order; in a transaction with the number of it. */
let done: string[];
let transactions: number;
let running: number;
let trace: SignIn[];
let events: AuditEntry[];
/** While the provider is asked. */
let meanwhile: () => void;
let needs: RecheckNeeds;

const note = (what: string): void => void done.push(running === 0 ? what : `${what} (${running})`);

beforeEach(() => {
  [answer, held, isTurn] = [{ kind: 'alive' }, 'R1', true];
  upstream = { issuer: link.issuer, subject: link.subject };
  connection = {
    id: link.connectionId,
    slug: 'acme',
    kind: 'oidc',
    revision: 3,
    settings: { at: 'asked' },
  } as unknown as Connection;
  user = { email: 'ana@acme.example' };
  [done, trace, events, transactions, running] = [[], [], [], 0, 0];
  meanwhile = () => {};
  needs = {
    connections: { find: async () => connection },
    users: {
      find: async () => user as User | undefined,
      findRefreshToken: async (_tenant, key) => {
        assert.deepEqual(key, link);
        return held;
      },
      replaceRefreshToken: async (_tenant, key, { was, becomes }) => {
        assert.deepEqual(key, link);
        if (held !== was) return false;
        held = becomes ?? undefined;
        note(`keeps ${becomes}`);
        return true;
      },
    },
    sessions: {
      findUpstream: async () => upstream,
      endOfUserAt: async (...[, userId, id]) => note(`ends ${userId} at ${id}`),
    },
    rechecks: {
      claim: async (_tenant, _key, { before }) => {
        note(`claims since ${(now.getTime() - before.getTime()) / MINUTE}`);
        return isTurn;
      },
      setChecked: async (_tenant, _key, at) => note(`as if asked ${(now.getTime() - at.getTime()) / MINUTE} ago`),
    },
    revocations: {
      add: async (_tenant, client, late) => {
        assert.deepEqual(
          [client, late.link],
          [{ connectionId: 'idp_1', kind: 'oidc', revision: 3, prepared: { at: 'asked' } }, link],
        );
        note(`gives back ${late.token}`);
      },
    },
    revokerOf: () => ({ prepareRevocation: (settings) => settings, revoke: async () => ({ kind: 'revoked' }) }),
    signIns: {
      write: async (_tenant, signIn) => {
        trace.push(signIn);
        note('writes the trace');
      },
    },
    audit: {
      append: async (_tenant, event) => {
        events.push(event);
        note('writes the audit log');
      },
    },
    async transact(work) {
      running = transactions += 1;
      try {
        return await work();
      } finally {
        running = 0;
      }
    },
    world: { now: () => now, randomBytes: (length) => new Uint8Array(length), fetch: () => Promise.reject(new Error('none')) },
    async askProvider(_connection, refreshToken) {
      note(`asks with ${refreshToken}`);
      meanwhile();
      return answer;
    },
  };
});

const rechecked = (session = sessionWith(), minutes = 60) => recheckPerson(needs, tenantWith(minutes), session);

describe('Whether a person is asked about', () => {
  it('is, an hour after they signed in', async () => {
    assert.equal(await rechecked(), 'alive');
    assert.deepEqual(done, ['claims since 60', 'asks with R1']);
  });
  const rows: Record<string, [outcome: string, asked: () => Promise<string>]> = {
    'not before': ['not due', () => rechecked(sessionWith({ authenticatedAt: ago(59) }))],
    'not when somebody has just asked': [
      'not due',
      () => {
        isTurn = false;
        return rechecked();
      },
    ],
    'not where the tenant wants none': ['cannot', () => rechecked(sessionWith(), 0)],
    'not who signed in with a password': ['cannot', () => rechecked(sessionWith({ connectionId: null }))],
    'not without a refresh token': [
      'cannot',
      () => {
        held = undefined;
        return rechecked();
      },
    ],
    'not where the provider is gone': [
      'cannot',
      () => {
        connection = undefined;
        return rechecked();
      },
    ],
    'not of whom nothing was kept': [
      'cannot',
      () => {
        upstream = null;
        return rechecked();
      },
    ],
    'not where the account’s subject was not kept': [
      'cannot',
      () => {
        upstream = { issuer: link.issuer };
        return rechecked();
      },
    ],
    'not where its issuer was not kept': [
      'cannot',
      () => {
        upstream = { subject: link.subject };
        return rechecked();
      },
    ],
  };
  for (const [name, [outcome, asked]] of Object.entries(rows)) {
    it(name, async () => {
      assert.equal(await asked(), outcome);
      assert.ok(!done.some((what) => what.startsWith('asks')), done.join());
      // A turn that leads to nothing is not taken from a session that it could lead to something for.
      if (outcome === 'cannot') assert.deepEqual(done, []);
    });
  }
  it('a protocol that cannot says so', async () => {
    answer = undefined;
    assert.equal(await rechecked(), 'cannot');
  });
});

describe('A refresh token that the provider gives in the place of the one that was shown', () => {
  beforeEach(() => {
    answer = { kind: 'alive', refreshToken: 'R2' };
  });
  it('is kept', async () => {
    assert.equal(await rechecked(), 'alive');
    assert.deepEqual([held, done.slice(2)], ['R2', ['keeps R2 (1)']]);
  });
  it('is given back where nothing is kept any more, in the transaction that saw so', async () => {
    meanwhile = () => {
      held = undefined;
    };
    assert.equal(await rechecked(), 'alive');
    assert.deepEqual(done.slice(2), ['gives back R2 (1)']);
  });
  it('is forgotten where a sign-in has brought another one', async () => {
    meanwhile = () => {
      held = 'R3';
    };
    assert.equal(await rechecked(), 'alive');
    assert.deepEqual([held, done.slice(2)], ['R3', []]);
  });
  it('is forgotten where the provider has no place to give it back to', async () => {
    needs.revokerOf = () => ({ prepareRevocation: () => undefined });
    meanwhile = () => {
      held = undefined;
    };
    await rechecked();
    needs.revokerOf = () => ({});
    held = 'R1';
    await rechecked();
    assert.ok(!done.some((what) => what.startsWith('gives')));
  });
});

describe('A provider that does not say', () => {
  it('is asked again after five minutes, or when it would be anyway', async () => {
    answer = { kind: 'unknown', code: 'fetch.timeout' };
    assert.deepEqual([await rechecked(), await rechecked(sessionWith(), 3)], ['unknown', 'unknown']);
    assert.deepEqual(
      done.filter((what) => what.startsWith('as if')),
      ['as if asked 55 ago', 'as if asked 0 ago'],
    );
    assert.equal(held, 'R1');
  });
});

describe('Whoever is gone at the provider', () => {
  beforeEach(() => {
    answer = { kind: 'gone', code: 'invalid_grant' };
  });
  it('loses sessions and refresh token, and it is written down, in one transaction', async () => {
    assert.equal(await rechecked(), 'gone');
    assert.deepEqual(done.slice(2), [
      'keeps null (1)',
      'ends usr_ana at idp_1 (1)',
      'writes the trace (1)',
      'writes the audit log (1)',
    ]);
    const [{ outcome, code, person, userId, connectionId, reference }] = trace as [SignIn];
    assert.deepEqual(
      [outcome, code, person, userId, connectionId],
      ['refused', 'recheck.person_gone', 'ana@acme.example', 'usr_ana', 'idp_1'],
    );
    assert.deepEqual(events, [
      {
        action: 'session.ended-by-recheck',
        actor: { kind: 'system' },
        target: 'user:usr_ana',
        reference,
        code: 'recheck.person_gone',
        after: { connection: 'acme', told: 'invalid_grant' },
      },
    ]);
  });
  it('is named as the provider does where there is no address', async () => {
    user = undefined;
    await rechecked();
    assert.equal(trace[0]?.person, 'ana');
  });
  for (const [name, by] of [
    ['signed in again', 'R2'],
    ['signed out', undefined],
  ] as const) {
    it(`loses nothing where they have ${name} meanwhile`, async () => {
      meanwhile = () => {
        held = by;
      };
      assert.equal(await rechecked(), 'not due');
      assert.deepEqual([held, done.slice(2)], [by, []]);
    });
  }
});
