import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { Link } from '#directory/index.ts';
import type { ConnectionId, TenantId, UserId } from '#kernel/ids.ts';
import { defineProblems, Problem } from '#kernel/problem.ts';
import type { Connection } from '#upstream/index.ts';
import { type GiveBackNeeds, giveBackTokens, giveBackTokensOfUser } from './give-back-tokens.ts';

const acme = 'tnt_acme' as TenantId;
const ana = 'usr_ana' as UserId;
const [first, second] = ['idp_1', 'idp_2'] as [ConnectionId, ConnectionId];
const unreadable = defineProblems('test', { unreadable: { status: 500, title: 'Settings of a release to come.' } }).unreadable;

let find: GiveBackNeeds['connections']['find'];
let prepares: ((settings: unknown) => unknown) | undefined;
/** Whose tokens were taken, and with what. */
let taken: unknown[];
const needs = (): GiveBackNeeds => ({
  connections: { find: (...asked) => find(...asked) },
  revocations: {
    take: async (...given) => {
      taken.push(given);
      return 1;
    },
  },
  revokerOf: (kind) => (kind === 'oidc' && prepares ? { prepareRevocation: prepares } : {}),
});

beforeEach(() => {
  taken = [];
  prepares = (settings) => ({ of: settings });
  find = async (_tenant, id) => ({ id, kind: 'oidc', revision: 7, settings: 'now' }) as Connection;
});

const client = (connectionId: ConnectionId) => ({ connectionId, kind: 'oidc', revision: 7, prepared: { of: 'now' } });

describe('Whose refresh tokens are given back', () => {
  it('those of one person at a provider, with what it takes as the provider is now', async () => {
    await giveBackTokens(needs(), acme, { connectionId: first, userId: ana });
    assert.deepEqual(taken, [[acme, client(first), { userId: ana }]]);
  });
  it('those of everybody there', async () => {
    await giveBackTokens(needs(), acme, { connectionId: first });
    assert.deepEqual(taken, [[acme, client(first), { userId: undefined }]]);
  });
  it('those of one person at each provider, once, in an order that is everybody’s', async () => {
    const links = [second, first, second].map((connectionId) => ({ connectionId }) as Link);
    await giveBackTokensOfUser({ ...needs(), users: { listLinks: async () => links } }, acme, ana);
    assert.deepEqual(taken, [
      [acme, client(first), { userId: ana }],
      [acme, client(second), { userId: ana }],
    ]);
  });
  const nobodys: Record<string, () => void> = {
    'nobody’s, where the provider has no place for them': () => {
      prepares = () => undefined;
    },
    'nobody’s, where the protocol has no such tokens': () => {
      prepares = undefined;
    },
    'nobody’s, where the provider is gone': () => {
      find = async () => undefined;
    },
    'nobody’s, where its settings cannot be read any more: it can be removed all the same': () => {
      find = () => Promise.reject(new Problem(unreadable));
    },
  };
  for (const [name, arrange] of Object.entries(nobodys)) {
    it(name, async () => {
      arrange();
      await giveBackTokens(needs(), acme, { connectionId: first });
      assert.deepEqual(taken, []);
    });
  }
  it('a mistake of ours is one, and does not pass for a provider that is gone', async () => {
    const mistake = new TypeError('a mistake');
    find = () => Promise.reject(mistake);
    await assert.rejects(giveBackTokens(needs(), acme, { connectionId: first }), (error) => error === mistake);
  });
});
