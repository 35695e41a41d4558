import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findClaim, mapClaims } from './map-claims.ts';

const mappings = {
  email: 'email',
  firstName: 'given_name',
  groups: 'groups',
  roles: 'roles',
  custom: { costCentre: 'cost_centre' },
};

describe('mapClaims', () => {
  it('takes each mapped claim under its attribute, and nothing else', () => {
    const attributes = mapClaims(mappings, {
      email: 'ada@acme.example',
      given_name: 'Ada',
      groups: ['a', 'b'],
      cost_centre: 4711,
      sub: 'x',
    });
    assert.deepEqual(attributes, {
      email: 'ada@acme.example',
      firstName: 'Ada',
      groups: { kind: 'values', values: ['a', 'b'] },
      roles: { kind: 'missing' },
      custom: { costCentre: 4711 },
    });
  });
  it('tells a list that did not come from an empty one, and both from one that is known to be incomplete', () => {
    const overage = [{ claim: 'groups', code: null }];
    assert.deepEqual(mapClaims(mappings, {}).groups, { kind: 'missing' });
    assert.deepEqual(mapClaims(mappings, { groups: null }).groups, { kind: 'missing' });
    for (const none of [[], '', ' ', [''], [null], [{}], {}])
      assert.deepEqual(mapClaims(mappings, { groups: none }).groups, { kind: 'empty' });
    assert.deepEqual(mapClaims(mappings, {}, { overage }).groups, { kind: 'overage' });
    assert.deepEqual(mapClaims(mappings, { groups: ['a'] }, { overage }).groups, { kind: 'overage' });
    assert.deepEqual(mapClaims(mappings, { roles: ['a'] }, { overage }).roles, { kind: 'values', values: ['a'] });
  });
  it('reads a list whole or not at all: more than is read counts as incomplete', () => {
    const many = (length: number) => Array.from({ length }, (_, index) => `group ${index}`);
    const { groups } = mapClaims(mappings, { groups: many(10_000) });
    assert.ok(groups.kind === 'values' && groups.values.length === 10_000);
    assert.deepEqual(mapClaims(mappings, { groups: many(10_001) }).groups, { kind: 'overage' });
  });
  it('reads one value as a list of one, drops what is no text, and names each once', () => {
    assert.deepEqual(mapClaims(mappings, { groups: 'staff' }).groups, { kind: 'values', values: ['staff'] });
    assert.deepEqual(mapClaims(mappings, { groups: ['a', 7, null, { a: 1 }, 'a', ' '] }).groups, {
      kind: 'values',
      values: ['a'],
    });
  });
  it('takes the first of several values for a single attribute, and no objects', () => {
    assert.equal(mapClaims(mappings, { email: ['one@acme.example', 'two@acme.example'] }).email, 'one@acme.example');
    assert.equal(mapClaims(mappings, { email: { value: 'ada@acme.example' } }).email, undefined);
  });
});

describe('findClaim', () => {
  it('prefers the exact name to the path', () => {
    const claims = { 'realm_access.roles': ['flat'], realm_access: { roles: ['nested'] } };
    assert.deepEqual(findClaim(claims, 'realm_access.roles'), ['flat']);
    assert.deepEqual(findClaim({ realm_access: { roles: ['nested'] } }, 'realm_access.roles'), ['nested']);
  });
  for (const name of ['__proto__', 'constructor', 'constructor.name', 'a.__proto__']) {
    it(`finds nothing under ${name}`, () => assert.equal(findClaim({ a: {} }, name), undefined));
  }
});
