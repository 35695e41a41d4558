import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { type OidcConnection } from '../kit/scene.ts';
import { acme, arrive, connect, setUp } from './admission.fixture.ts';

setUp();

interface Seen {
  items: {
    external: string;
    label: string | null;
    state: string;
    groups: string[];
    suggestion: { name: string } | null;
    times: number;
  }[];
  next: string | null;
}

describe('groups that were seen and are not mapped (PRODUCT.md §2)', () => {
  let connection: OidcConnection;
  const seen = async (query = '') =>
    (await acme.api.call<Seen>('GET', `/api/v1/identity-providers/${connection.id}/groups-seen${query}`)).json;

  before(async () => {
    connection = await connect({
      groupMappings: [{ external: 'a1', label: 'Builders (Entra)', group: 'Builders' }],
      access: { mode: 'rules', rules: [{ claim: 'in', operator: 'exists' }] },
    });
    await acme.api.call('POST', '/api/v1/groups', { name: 'Welders' });
    await arrive(connection, { sub: 'lea', in: 1, groups: ['a1', 'b2', 'welders'] });
    await arrive(connection, { sub: 'lea', in: 1, groups: ['b2'] });
    await arrive(connection, { sub: 'max', groups: ['c3'] });
  });

  it('are listed with what they stand for, also those of whom the gate turned away', async () => {
    const { items } = await seen();
    assert.deepEqual(
      items.map(({ external, label, state, groups, suggestion }) => ({
        external,
        label,
        state,
        groups,
        suggestion: suggestion?.name ?? null,
      })),
      [
        { external: 'a1', label: 'Builders (Entra)', state: 'mapped', groups: ['Builders'], suggestion: null },
        { external: 'b2', label: null, state: 'unmapped', groups: [], suggestion: null },
        { external: 'c3', label: null, state: 'unmapped', groups: [], suggestion: null },
        { external: 'welders', label: null, state: 'by-name', groups: [], suggestion: 'Welders' },
      ],
    );
    assert.equal(items.find(({ external }) => external === 'b2')?.times, 2);
  });
  it('are found by state and by part of value, label or group, page by page', async () => {
    assert.deepEqual(
      (await seen('?state=unmapped')).items.map(({ external }) => external),
      ['b2', 'c3'],
    );
    assert.deepEqual(
      (await seen('?q=BUILD')).items.map(({ external }) => external),
      ['a1'],
    );
    const first = await seen('?limit=3');
    assert.deepEqual(
      first.items.map(({ external }) => external),
      ['a1', 'b2', 'c3'],
    );
    assert.deepEqual(
      (await seen(`?limit=3&cursor=${first.next}`)).items.map(({ external }) => external),
      ['welders'],
    );
  });
  it('are mapped with one click, which is a revision like any other', async () => {
    const path = `/api/v1/identity-providers/${connection.id}`;
    const before = await acme.api.call<{ revision: number }>('GET', path);
    const mapped = await acme.api.call('POST', `${path}/groups-seen/map`, {
      external: 'b2',
      label: 'Night shift',
      group: 'Shift',
    });
    assert.equal(mapped.status, 200, JSON.stringify(mapped.json));
    const after = await acme.api.call<{ revision: number; groupMappings: unknown[] }>('GET', path);
    assert.equal(after.json.revision, before.json.revision + 1);
    assert.deepEqual(after.json.groupMappings, [
      { external: 'a1', label: 'Builders (Entra)', group: 'Builders' },
      { external: 'b2', label: 'Night shift', group: 'Shift' },
    ]);
    assert.deepEqual((await seen('?q=b2')).items[0]?.groups, ['Shift']);
    assert.deepEqual((await arrive(connection, { sub: 'lea', in: 1, groups: ['b2'] }))['groups'], ['Shift']);
  });
  it('have a label that can be changed, once they are mapped', async () => {
    const path = `/api/v1/identity-providers/${connection.id}/groups-seen/label`;
    assert.equal((await acme.api.call('POST', path, { external: 'a1', label: 'Builders' })).status, 200);
    assert.equal((await seen('?q=a1')).items[0]?.label, 'Builders');
    assert.equal((await acme.api.call('POST', path, { external: 'a1', label: null })).status, 200);
    assert.equal((await seen('?q=a1')).items[0]?.label, null);
    const refused = await acme.api.call('POST', path, { external: 'c3', label: 'x' });
    assert.deepEqual([refused.status, refused.json.code], [409, 'upstream.group_not_mapped']);
  });
  it('are nobody’s of another provider, and go with theirs', async () => {
    const other = await connect({});
    const { json } = await acme.api.call<Seen>('GET', `/api/v1/identity-providers/${other.id}/groups-seen`);
    assert.deepEqual(json.items, []);
    const gone = await acme.api.call('GET', '/api/v1/identity-providers/idp_nobody/groups-seen');
    assert.deepEqual([gone.status, gone.json.code], [404, 'upstream.connection_unknown']);
    assert.equal((await acme.api.call('DELETE', `/api/v1/identity-providers/${connection.id}`)).status, 204);
    assert.equal((await acme.api.call('GET', `/api/v1/identity-providers/${connection.id}/groups-seen`)).status, 404);
  });
});
