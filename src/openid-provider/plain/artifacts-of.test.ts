import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KeptArtifact } from '../artifacts.ts';
import { isRegistered, readCode, readToken } from './artifacts-of.ts';

const now = new Date('2026-11-23T09:00:00.500Z');
const seconds = Math.floor(now.getTime() / 1000);
const grantId = 'app_crm.registered.usr_alice.secret';
const ids = { accountId: 'usr_alice', clientId: 'app_crm', grantId };

const keep = (payload: Record<string, unknown>, change: object = {}): KeptArtifact =>
  ({
    payload: { exp: seconds + 60, ...ids, ...payload },
    grantId,
    accountId: 'usr_alice',
    sessionUid: 'ses_1',
    expiresAt: new Date(now.getTime() + 60_000),
    consumedAt: null,
    ...change,
  }) as unknown as KeptArtifact;

const kinds = {
  code: (payload: Record<string, unknown>, change?: object) =>
    readCode(keep({ kind: 'AuthorizationCode', codeChallengeMethod: 'S256', ...payload }, change), now) !== undefined,
  'access token': (payload: Record<string, unknown>, change?: object) =>
    readToken(keep({ kind: 'AccessToken', ...payload }, change), now) !== undefined,
};

for (const [name, isRead] of Object.entries(kinds)) {
  describe(`A ${name} is plain`, () => {
    it('while it lasts, to the last moment', () => {
      assert.ok(isRead({}));
      assert.ok(isRead({ exp: seconds + 1 }));
      assert.ok(isRead({}, { expiresAt: new Date(now.getTime() + 1) }));
    });
    it('and not from the moment at which it is over, by its row or by what it says', () => {
      assert.ok(!isRead({ exp: seconds }));
      assert.ok(!isRead({}, { expiresAt: now }));
      assert.ok(!isRead({}, { expiresAt: null }));
    });
    it('in a family and of a person only: nothing twice is no family, and nobody', () => {
      assert.ok(!isRead({ grantId: null }, { grantId: null }));
      assert.ok(!isRead({ accountId: null }, { accountId: null }));
    });
    it('as long as it is not spent', () => assert.ok(!isRead({}, { consumedAt: now })));
  });
}

describe('A code', () => {
  it('rests on a session', () => assert.ok(!kinds.code({}, { sessionUid: null })));
});

describe('What an application of the house has by its registration', () => {
  it('is granted to it, and by the person', () => {
    assert.ok(isRegistered(ids));
    for (const other of [
      { clientId: 'app_wiki' },
      { accountId: 'usr_mallory' },
      { grantId: 'app_crm.consented.usr_alice.secret' },
      { grantId: 'no grant' },
    ])
      assert.ok(!isRegistered({ ...ids, ...other }), JSON.stringify(other));
  });
});
