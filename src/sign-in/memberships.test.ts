import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConnectionPolicy } from '#upstream/index.ts';
import { decideGroups, decideRoles } from './memberships.ts';

const policy = (given: Partial<ConnectionPolicy>): ConnectionPolicy => ({
  users: { create: true, update: true, defaultGroups: [], defaultRoles: [], pendingActivation: false },
  claims: { groups: 'groups', roles: 'roles', custom: {} },
  groupMappings: [
    { external: '8b1c', group: 'Engineering' },
    { external: '8b1c', group: 'Builders' },
    { external: 'x', group: 'Engineering' },
  ],
  groupSync: 'sync',
  assignedGroups: ['Fixed'],
  roleMappings: [{ external: 'app_admin', role: 'User Administrator' }],
  roleSync: 'all',
  authentication: { enabled: true, default: false, domains: [], userAttribute: 'email', claim: 'email', matchAttributes: {} },
  branding: {},
  ...given,
});

describe('decideGroups (PRODUCT.md §3)', () => {
  const names = ['Engineering', 'Builders', 'sales team'];
  const cases: { mode: ConnectionPolicy['groupSync']; claim: string[] | 'missing'; is: unknown }[] = [
    { mode: 'none', claim: ['8b1c'], is: 'leave' },
    { mode: 'append', claim: ['8b1c', 'x', 'sales team'], is: { how: 'add', names } },
    { mode: 'sync', claim: ['8b1c', 'x', 'sales team'], is: { how: 'replace', names } },
    { mode: 'sync', claim: [], is: { how: 'replace', names: [] } },
    { mode: 'sync', claim: 'missing', is: 'leave' },
    { mode: 'append', claim: 'missing', is: 'leave' },
    { mode: 'assign', claim: 'missing', is: { how: 'replace', names: ['Fixed'] } },
    { mode: 'assign', claim: ['8b1c'], is: { how: 'replace', names: ['Fixed'] } },
  ];
  for (const { mode, claim, is } of cases) {
    it(`${mode}, claim ${JSON.stringify(claim)}`, () => {
      const change = decideGroups(policy({ groupSync: mode }), claim);
      assert.deepEqual(change.how === 'leave' ? 'leave' : change, is);
    });
  }
  it('matches external names exactly: case and spaces count', () => {
    assert.deepEqual(decideGroups(policy({}), ['8B1C', '8b1c ']), { how: 'replace', names: ['8B1C', '8b1c '] });
  });
});

describe('decideRoles (PRODUCT.md §3)', () => {
  it('assigns all values, or the first by setting', () => {
    assert.deepEqual(decideRoles(policy({}), ['app_admin', 'Plant Lead']), {
      how: 'replace',
      names: ['User Administrator', 'Plant Lead'],
    });
    assert.deepEqual(decideRoles(policy({ roleSync: 'first' }), ['app_admin', 'Plant Lead']), {
      how: 'replace',
      names: ['User Administrator'],
    });
  });
  it('takes roles away that are no longer sent, and leaves them when the claim did not come', () => {
    assert.deepEqual(decideRoles(policy({}), []), { how: 'replace', names: [] });
    assert.equal(decideRoles(policy({}), 'missing').how, 'leave');
  });
});
