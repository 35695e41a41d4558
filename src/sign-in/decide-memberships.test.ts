import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Role } from '#directory/index.ts';
import type { RoleId } from '#kernel/ids.ts';
import type { ConnectionPolicy } from '#upstream/index.ts';
import { chooseRoles, decideGroups, decideRoles, givenBy, isGrantable, resolve } from './decide-memberships.ts';
import type { ClaimList } from './map-claims.ts';

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
const values = (...texts: string[]): ClaimList => ({ kind: 'values', values: texts });
const missing: ClaimList = { kind: 'missing' };
const empty: ClaimList = { kind: 'empty' };
const overage: ClaimList = { kind: 'overage' };

/** What is done, with the names that values may stand for. */
function told(change: ReturnType<typeof decideGroups>): unknown {
  return change.how === 'leave' ? 'leave' : { how: change.how, names: [...new Set(change.wanted.flatMap(({ names }) => names))] };
}

describe('decideGroups (PRODUCT.md §3)', () => {
  const names = ['Engineering', 'Builders', 'sales team'];
  const keep = { groups: 'keep', roles: 'keep' } as const;
  const asEmpty = { groups: 'empty', roles: 'keep' } as const;
  const cases: {
    mode: ConnectionPolicy['groupSync'];
    claim: ClaimList;
    whenMissing?: typeof keep | typeof asEmpty;
    is: unknown;
  }[] = [
    { mode: 'none', claim: values('8b1c'), is: 'leave' },
    { mode: 'append', claim: values('8b1c', 'x', 'sales team'), is: { how: 'add', names } },
    { mode: 'sync', claim: values('8b1c', 'x', 'sales team'), is: { how: 'replace', names } },
    { mode: 'sync', claim: empty, is: { how: 'replace', names: [] } },
    { mode: 'append', claim: empty, is: { how: 'add', names: [] } },
    { mode: 'sync', claim: missing, is: 'leave' },
    { mode: 'append', claim: missing, is: 'leave' },
    { mode: 'sync', claim: missing, whenMissing: keep, is: 'leave' },
    { mode: 'sync', claim: missing, whenMissing: asEmpty, is: { how: 'replace', names: [] } },
    { mode: 'append', claim: missing, whenMissing: asEmpty, is: { how: 'add', names: [] } },
    { mode: 'sync', claim: overage, is: 'leave' },
    { mode: 'sync', claim: overage, whenMissing: asEmpty, is: 'leave' },
    { mode: 'append', claim: overage, whenMissing: asEmpty, is: 'leave' },
    { mode: 'assign', claim: missing, is: { how: 'replace', names: ['Fixed'] } },
    { mode: 'assign', claim: values('8b1c'), is: { how: 'replace', names: ['Fixed'] } },
    { mode: 'assign', claim: overage, is: { how: 'replace', names: ['Fixed'] } },
  ];
  for (const { mode, claim, whenMissing, is } of cases) {
    it(`${mode}, claim ${JSON.stringify(claim)}${whenMissing ? `, a missing one says ${whenMissing.groups}` : ''}`, () => {
      assert.deepEqual(told(decideGroups(policy({ groupSync: mode, ...(whenMissing ? { whenMissing } : {}) }), claim)), is);
    });
  }
  it('matches external names exactly: case and spaces count, an underscore is no space', () => {
    const given = policy({ groupMappings: [{ external: 'a b', group: 'Mapped' }] });
    assert.deepEqual(told(decideGroups(given, values('A B', 'a b ', 'a_b'))), { how: 'replace', names: ['A B', 'a b ', 'a_b'] });
  });
  const filters: { name: string; filter: ConnectionPolicy['groupFilter']; kept: string[] }[] = [
    { name: 'nothing said: all', filter: { include: [], exclude: [] }, kept: ['eng', 'fireng', 'sales', 'x'] },
    { name: 'an exact value', filter: { include: ['eng'], exclude: [] }, kept: ['eng'] },
    { name: 'a pattern, which covers the whole value', filter: { include: [{ matches: 'e.*' }], exclude: [] }, kept: ['eng'] },
    { name: 'exclusion alone', filter: { include: [], exclude: ['x', { matches: '.*eng' }] }, kept: ['sales'] },
    { name: 'exclusion goes before inclusion', filter: { include: ['eng', 'x'], exclude: ['x'] }, kept: ['eng'] },
    { name: 'case counts', filter: { include: ['ENG'], exclude: [] }, kept: [] },
  ];
  for (const { name, filter, kept } of filters) {
    it(`a filter is applied before anything is mapped: ${name}`, () => {
      const change = decideGroups(policy({ groupFilter: filter }), values('eng', 'fireng', 'sales', 'x'));
      assert.ok(change.how === 'replace');
      assert.deepEqual(
        change.wanted.map(({ value }) => value),
        kept,
      );
      assert.equal(change.filtered.length, 4 - kept.length);
    });
  }
});

const role = (name: string, permissions: string[] = [], builtIn = false): Role => ({
  id: name as RoleId,
  name,
  description: '',
  builtIn,
  permissions,
});
const roles = [
  role('User Administrator', ['users:write'], true),
  role('Full Administrator', ['settings:write'], true),
  role('Plant Lead'),
  role('plant_clerk'),
  role('Powerful', ['users:read']),
];

/** The roles that a sign-in gives. */
function given(changed: Partial<ConnectionPolicy>, ...claim: string[]): string[] {
  const settings = policy(changed);
  const change = decideRoles(settings, values(...claim));
  assert.ok(change.how === 'replace');
  return givenBy(chooseRoles(resolve(change.wanted, roles, isGrantable), settings.roleSync)).map(({ name }) => name);
}

describe('decideRoles (PRODUCT.md §3)', () => {
  const both = [
    { external: 'both', role: 'Plant Lead' },
    { external: 'both', role: 'User Administrator' },
  ];
  const rows: { name: string; changed?: Partial<ConnectionPolicy>; claim: string[]; is: string[] }[] = [
    { name: 'all values', claim: ['app_admin', 'Plant Lead'], is: ['User Administrator', 'Plant Lead'] },
    {
      name: 'the first value by setting',
      changed: { roleSync: 'first' },
      claim: ['app_admin', 'Plant Lead'],
      is: ['User Administrator'],
    },
    {
      name: 'the first that means a role',
      changed: { roleSync: 'first' },
      claim: ['unknown', 'Plant Lead', 'app_admin'],
      is: ['Plant Lead'],
    },
    {
      name: 'one value for several roles',
      changed: { roleMappings: both },
      claim: ['both'],
      is: ['Plant Lead', 'User Administrator'],
    },
    {
      name: 'of a first value all its roles',
      changed: { roleMappings: both, roleSync: 'first' },
      claim: ['both', 'plant_clerk'],
      is: ['Plant Lead', 'User Administrator'],
    },
    { name: 'an underscore for the space of a role', claim: ['Plant_Lead'], is: ['Plant Lead'] },
    { name: 'a space for the underscore of a role', claim: ['plant clerk'], is: ['plant_clerk'] },
    {
      name: 'an underscore for the space of a mapping',
      changed: { roleMappings: [{ external: 'App Admin', role: 'User Administrator' }] },
      claim: ['App_Admin'],
      is: ['User Administrator'],
    },
    { name: 'the case of a tenant’s own role does not count', claim: ['PLANT LEAD'], is: ['Plant Lead'] },
    { name: 'the case of a mapped value does', claim: ['APP_ADMIN', 'App_Admin'], is: [] },
    { name: 'a built-in role by its name alone is not given', claim: ['Full Administrator', 'Full_Administrator'], is: [] },
    { name: 'nor because another value is mapped to it', claim: ['User Administrator', 'User_Administrator'], is: [] },
    { name: 'nor a role with permissions', claim: ['Powerful'], is: [] },
  ];
  for (const { name, changed = {}, claim, is } of rows) it(name, () => assert.deepEqual(given(changed, ...claim), is));

  it('an exact mapping goes before one that is only alike', () => {
    const roleMappings = [
      { external: 'a b', role: 'Plant Lead' },
      { external: 'a_b', role: 'plant_clerk' },
    ];
    assert.deepEqual(given({ roleMappings }, 'a_b'), ['plant_clerk']);
  });
  it('takes roles away that are no longer sent, and leaves them when the claim did not come or is incomplete', () => {
    assert.deepEqual(told(decideRoles(policy({}), empty)), { how: 'replace', names: [] });
    assert.equal(decideRoles(policy({}), missing).how, 'leave');
    assert.equal(decideRoles(policy({}), overage).how, 'leave');
    const whenMissing = { groups: 'keep', roles: 'empty' } as const;
    assert.deepEqual(told(decideRoles(policy({ whenMissing }), missing)), { how: 'replace', names: [] });
    assert.equal(decideRoles(policy({ whenMissing }), overage).how, 'leave');
  });
});
