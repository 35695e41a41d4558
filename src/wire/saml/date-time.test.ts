import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readDateTime, writeDateTime } from './date-time.ts';

describe('XML Schema §3.2.7: moments', () => {
  const rows: readonly (readonly [string, string | null])[] = [
    ['2026-11-22T12:00:00Z', '2026-11-22T12:00:00.000Z'],
    ['2026-11-22T12:00:00.1Z', '2026-11-22T12:00:00.100Z'],
    ['2026-11-22T12:00:00.123456789Z', '2026-11-22T12:00:00.123Z'],
    ['2026-11-22T12:00:00+02:00', '2026-11-22T10:00:00.000Z'],
    ['2026-11-22T00:30:00-05:30', '2026-11-22T06:00:00.000Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['2026-02-29T00:00:00Z', null],
    ['2026-02-30T00:00:00Z', null],
    ['2026-13-01T00:00:00Z', null],
    ['2026-00-10T00:00:00Z', null],
    ['2026-11-22T24:00:00Z', null],
    ['2026-11-22T12:60:00Z', null],
    ['2026-11-22T12:00:60Z', null],
    ['2026-11-22T12:00:00', null],
    ['2026-11-22T12:00:00z', null],
    ['2026-11-22 12:00:00Z', null],
    ['2026-11-22T12:00Z', null],
    ['2026-11-22T12:00:00.Z', null],
    ['2026-11-22T12:00:00+15:00', null],
    ['9999999-01-01T00:00:00Z', null],
    ['-2026-11-22T12:00:00Z', null],
    [' 2026-11-22T12:00:00Z', null],
    ['2026-11-22T12:00:00Z\n', null],
    ['', null],
  ];
  for (const [text, expected] of rows) {
    it(`${JSON.stringify(text)} is ${expected ?? 'none'}`, () =>
      assert.equal(readDateTime(text)?.toISOString() ?? null, expected));
  }

  it('are written as UTC in whole seconds', () =>
    assert.equal(writeDateTime(new Date('2026-11-22T12:00:00.999Z')), '2026-11-22T12:00:00Z'));
});
