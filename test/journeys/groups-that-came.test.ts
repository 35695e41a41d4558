import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acme, arrive, connect, setUp } from './admission.fixture.ts';

setUp();

describe('groups and roles that came, came empty, did not come, or are incomplete (PRODUCT.md §3)', () => {
  const overage = {
    groups: undefined,
    _claim_names: { groups: 's', roles: 's' },
    _claim_sources: { s: { endpoint: 'https://evil.example' } },
  };
  const rows: { name: string; whenMissing: Record<string, string>; then: Record<string, unknown>; kept: boolean }[] = [
    { name: 'an empty list takes them away', whenMissing: {}, then: { groups: [], roles: [] }, kept: false },
    { name: 'a list that did not come leaves them', whenMissing: {}, then: {}, kept: true },
    {
      name: 'a list that did not come takes them away, where that is said',
      whenMissing: { groups: 'empty', roles: 'empty' },
      then: {},
      kept: false,
    },
    { name: 'an incomplete list leaves them', whenMissing: {}, then: overage, kept: true },
    {
      name: 'an incomplete list leaves them, whatever a missing one means',
      whenMissing: { groups: 'empty', roles: 'empty' },
      then: overage,
      kept: true,
    },
  ];
  for (const [index, { name, whenMissing, then, kept }] of rows.entries()) {
    it(name, async () => {
      await acme.api.call('POST', '/api/v1/roles', { name: 'Plant Lead' });
      await acme.api.call('POST', '/api/v1/groups', { name: 'Staff' });
      const connection = await connect({ whenMissing, groupMappings: [{ external: 's', group: 'Staff' }] });
      const sub = `kept-${index}`;
      const first = await arrive(connection, { sub, groups: ['s'], roles: ['Plant_Lead'] });
      assert.deepEqual([first['groups'], first['roles']], [['Staff'], ['Plant Lead']]);
      const second = await arrive(connection, { sub, ...then });
      assert.deepEqual([second['groups'], second['roles']], kept ? [['Staff'], ['Plant Lead']] : [[], []]);
    });
  }
  it('a filter leaves values out before they are mapped', async () => {
    await acme.api.call('POST', '/api/v1/groups', { name: 'eng-core' });
    const connection = await connect({
      groupFilter: { include: [{ matches: 'eng-.*' }, 'ops'], exclude: ['eng-old'] },
      groupMappings: [
        { external: 'ops', group: 'Operations' },
        { external: 'eng-old', group: 'Old' },
        { external: 'hr', group: 'People' },
      ],
    });
    const claims = await arrive(connection, { sub: 'fay', groups: ['eng-core', 'ops', 'eng-old', 'hr', 'x-eng-core'] });
    assert.deepEqual(claims['groups'], ['Operations', 'eng-core']);
  });
  it('roles: all values, or what the first that means a role stands for', async () => {
    await acme.api.call('POST', '/api/v1/roles', { name: 'Clerk' });
    const roleMappings = [
      { external: 'both', role: 'Clerk' },
      { external: 'both', role: 'Auditor' },
    ];
    for (const [roleSync, is] of [
      ['all', ['Auditor', 'Clerk', 'Plant Lead']],
      ['first', ['Auditor', 'Clerk']],
    ] as const) {
      const connection = await connect({ roleSync, roleMappings });
      const claims = await arrive(connection, { sub: `roles-${roleSync}`, roles: ['unknown', 'both', 'Plant_Lead'] });
      assert.deepEqual(claims['roles'], is);
    }
  });
});
