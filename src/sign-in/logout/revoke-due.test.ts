import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { AuditEntry } from '#audit/index.ts';
import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { Revocation } from '#upstream/index.ts';
import type { PendingRevocation, Telling } from './revocations.ts';
import { decideRetry, type RevocationFault, type RevokeDueNeeds, revokeDue } from './revoke-due.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Connecting, our proof and the provider's answer, each with its limit of time, and once more. */
const LONGEST_ATTEMPT_SECONDS = 60;
const start = new Date('2026-11-23T10:00:00Z');

const pending = (token: string, given: Partial<PendingRevocation> = {}): PendingRevocation => ({
  tenant: 'tnt_acme' as TenantId,
  clientId: 'idp_1.1',
  linkId: `lnk_${token}`,
  id: 'rvk_1',
  connectionId: 'idp_1' as ConnectionId,
  createdAt: start,
  attempts: 1,
  linkHolds: 'nothing',
  content: { state: 'readable', kind: 'oidc', prepared: {}, token },
  ...given,
});

let waiting: PendingRevocation[];
let claims: number;
/** What was done, in order. */
let done: string[];
let written: AuditEntry[];
let faults: RevocationFault[];
let answers: Record<string, () => Revocation>;
let revoker: ReturnType<RevokeDueNeeds['revokerOf']>;
let needs: RevokeDueNeeds;

const tell = async (_prepared: unknown, token: Telling['token']): Promise<Revocation> => {
  done.push(`told ${token}`);
  return answers[token]?.() ?? { kind: 'revoked' };
};
const minutesTo = (at: Date): number => (at.getTime() - start.getTime()) / MINUTE;

beforeEach(() => {
  [waiting, done, written, faults, answers] = [[], [], [], [], {}];
  revoker = { revoke: tell };
  claims = 0;
  needs = {
    revocations: {
      claim: async (_now, leaseSeconds) => {
        claims += 1;
        assert.ok(leaseSeconds > LONGEST_ATTEMPT_SECONDS);
        return waiting.shift();
      },
      settle: async ({ linkId }) => void done.push(`settled ${linkId}`),
      putOff: async ({ linkId }, at) => void done.push(`put off ${linkId} ${minutesTo(at)}`),
      putOffOthers: async ({ clientId }, at) => void done.push(`put off those of ${clientId} ${minutesTo(at)}`),
    },
    revokerOf: () => revoker,
    audit: {
      append: async (_tenant, entry) => {
        written.push(entry);
        done.push('wrote it down');
      },
    },
    async transact(work) {
      done.push('at once:');
      const result = await work();
      done.push('done');
      return result;
    },
    world: { now: () => start, randomBytes: () => new Uint8Array(), fetch: () => Promise.reject(new Error('no network')) },
    onRevocationFault: (fault) => void faults.push(fault),
  };
});

describe('Giving refresh tokens back (RFC 7009)', () => {
  it('each is told and settled', async () => {
    waiting = [pending('a'), pending('b')];
    await revokeDue(needs);
    assert.deepEqual(done, ['told a', 'settled lnk_a', 'told b', 'settled lnk_b']);
    assert.deepEqual([faults, claims], [[], 3]);
  });

  it('one that makes us stumble is tried again, and keeps no other waiting', async () => {
    const cause = new TypeError('a mistake of ours');
    answers = {
      a: () => {
        throw cause;
      },
    };
    waiting = [pending('a'), pending('b')];
    await revokeDue(needs);
    assert.deepEqual(done, ['told a', 'put off lnk_a 1', 'told b', 'settled lnk_b']);
    assert.deepEqual(
      faults.map(({ code, isLast, cause: told }) => [code, isLast, told]),
      [['logout.token_not_told', false, cause]],
    );
  });

  it('one that cannot be unsealed is not told to anybody, and keeps no other waiting', async () => {
    waiting = [pending('a', { content: { state: 'unreadable', cause: new Error('no key') } }), pending('b')];
    await revokeDue(needs);
    assert.deepEqual(done, ['put off lnk_a 1', 'told b', 'settled lnk_b']);
  });

  it('one whose end cannot be written down keeps no other waiting, and is not kept quiet', async () => {
    const failure = new Error('the audit log refuses');
    needs.audit = { append: () => Promise.reject(failure) };
    answers = { a: () => ({ kind: 'refused', code: 'oidc.revocation_refused' }) };
    waiting = [pending('a'), pending('b')];
    await assert.rejects(revokeDue(needs), ({ errors }: AggregateError) => errors.length === 1 && errors[0] === failure);
    assert.deepEqual(done.slice(-2), ['told b', 'settled lnk_b']);
  });

  it('one of a protocol that this node knows no way for is tried again: another one may', async () => {
    revoker = {};
    waiting = [pending('a')];
    await revokeDue(needs);
    assert.deepEqual([done, faults[0]?.code], [['put off lnk_a 1'], 'logout.token_not_told']);
    waiting = [pending('a', { attempts: 7 })];
    await revokeDue(needs);
    assert.deepEqual(
      written.map(({ action, code }) => [action, code]),
      [['refresh-token.not-revoked', 'logout.token_not_told']],
    );
  });

  it('one that the provider has given again is not told: whoever is signed in holds it', async () => {
    waiting = [pending('a', { linkHolds: 'the same' })];
    await revokeDue(needs);
    assert.deepEqual([done, faults, written], [['settled lnk_a'], [], []]);
  });

  it('one of somebody who has signed in again waits for them to leave, quietly; in the end the audit log says so', async () => {
    waiting = [pending('a', { linkHolds: 'another' })];
    await revokeDue(needs);
    assert.deepEqual([done, faults], [['put off lnk_a 1'], []]);
    waiting = [pending('a', { linkHolds: 'another', attempts: 7 })];
    await revokeDue(needs);
    assert.deepEqual(done.slice(1), ['at once:', 'settled lnk_a', 'wrote it down', 'done']);
    assert.deepEqual([written[0]?.code, faults[0]?.code], ['logout.token_replaced', 'logout.token_replaced']);
  });

  it('a provider that does not answer is not asked for others either, for so long', async () => {
    answers = { a: () => ({ kind: 'unanswered', code: 'fetch.timeout' }) };
    waiting = [pending('a', { attempts: 2 })];
    await revokeDue(needs);
    assert.deepEqual(done, ['told a', 'put off lnk_a 5', 'put off those of idp_1.1 5']);
  });

  it('one that a provider refuses is not told again: the audit log has its code, and no token', async () => {
    answers = { a: () => ({ kind: 'refused', code: 'oidc.revocation_refused' }) };
    waiting = [pending('a')];
    await revokeDue(needs);
    assert.deepEqual(done, ['told a', 'at once:', 'settled lnk_a', 'wrote it down', 'done']);
    assert.deepEqual(written, [
      {
        action: 'refresh-token.not-revoked',
        actor: { kind: 'system' },
        target: 'connection:idp_1',
        code: 'oidc.revocation_refused',
        after: { attempts: 1, link: 'lnk_a' },
      },
    ]);
    assert.deepEqual(faults, [
      { code: 'oidc.revocation_refused', tenant: 'tnt_acme', connection: 'idp_1', attempts: 1, isLast: true },
    ]);
  });

  it('a run ends: what is left is for the next one, seconds later', async () => {
    waiting = Array.from({ length: 201 }, (_, index) => pending(`${index}`));
    await revokeDue(needs);
    assert.equal(waiting.length, 1);
  });
});

describe('When a token is told again', () => {
  const after = (milliseconds: number): Date => new Date(start.getTime() + milliseconds);
  it('later each time, and after the seventh not at all', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7].map((attempts) => {
      const at = decideRetry({ attempts, createdAt: start }, start);
      return at && minutesTo(at);
    });
    assert.deepEqual(waits, [1, 5, 15, 60, 360, 1440, undefined]);
  });
  it('never later than three days after it was given up', () => {
    assert.deepEqual(decideRetry({ attempts: 1, createdAt: start }, after(72 * HOUR - MINUTE)), after(72 * HOUR));
    assert.equal(decideRetry({ attempts: 1, createdAt: start }, after(72 * HOUR - MINUTE + 1)), undefined);
  });
});
