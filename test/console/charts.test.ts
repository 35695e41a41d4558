import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { heightOf, linesOf, namedEvery, percentOf, roundUp } from '../../console/src/charts/scale.ts';
import { differencesOf } from '../../console/src/features/audit/differences.ts';
import { queryOf, readSignInFilter } from '../../console/src/features/sign-ins/filter.ts';

describe('The scale of a chart', () => {
  it('ends at the next round number, and its lines are whole ones', () => {
    assert.deepEqual(
      [0, 1, 3, 4, 5, 6, 11, 21, 50, 51, 999, 1000, 1001].map(roundUp),
      [1, 1, 3, 4, 5, 10, 20, 50, 50, 100, 1000, 1000, 2000],
    );
    assert.deepEqual([1, 3, 4, 5, 100].map(linesOf), [
      [0, 1],
      [0, 3],
      [0, 2, 4],
      [0, 5],
      [0, 50, 100],
    ]);
  });
  it('shows one among thousands, and nothing as nothing', () =>
    assert.deepEqual([heightOf(0, 5000), heightOf(1, 5000), heightOf(2500, 5000)], [0, 1.5, 50]));
  it('names every day of a week, and six of many', () => assert.deepEqual([7, 8, 30, 365].map(namedEvery), [1, 1, 5, 61]));
  it('says 100 % only where nobody was refused', () =>
    assert.deepEqual(
      [percentOf(0, 0), percentOf(5, 0), percentOf(9999, 1), percentOf(0, 3), percentOf(1, 2)],
      [undefined, 100, 99, 0, 33],
    ));
});

describe('What an audit event changed', () => {
  it('is told member by member, lists as a whole', () =>
    assert.deepEqual(
      differencesOf(
        { name: 'Acme', users: { create: false, defaultGroups: ['a'] }, gone: 1, same: null },
        { name: 'Acme', users: { create: true, defaultGroups: ['a', 'b'] }, same: null },
      ),
      [
        { name: 'users.create', before: false, after: true },
        { name: 'users.defaultGroups', before: ['a'], after: ['a', 'b'] },
        { name: 'gone', before: 1, after: undefined },
      ],
    ));
  it('is everything where one side is not there, and nothing where both are not', () => {
    assert.deepEqual(differencesOf(undefined, { name: 'Acme' }), [{ name: 'name', before: undefined, after: 'Acme' }]);
    assert.deepEqual(differencesOf(undefined, undefined), []);
  });
});

describe('The filter of the sign-in log', () => {
  it('is read from the address, without what it cannot be', () =>
    assert.deepEqual(
      JSON.parse(
        JSON.stringify(readSignInFilter({ outcome: 'lost', from: 'yesterday', until: '2026-11-22T00:00:00+01:00', person: 42 })),
      ),
      { until: '2026-11-21T23:00:00.000Z', person: '42' },
    ));
  it('looks for a reference where one is typed, and for a person otherwise', () => {
    assert.equal(queryOf({ person: '7kq2-m3xa' }).reference, '7kq2-m3xa');
    assert.deepEqual(
      [queryOf({ person: 'mary-ann' }).person, queryOf({ person: 'ada@acme.example' }).reference],
      ['mary-ann', undefined],
    );
  });
});
