import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readDurationSeconds } from './duration.ts';

describe('XML Schema §3.2.6: durations', () => {
  const rows: readonly (readonly [string, number | undefined])[] = [
    ['PT6H', 21_600],
    ['P1D', 86_400],
    ['P1DT1H1M1S', 90_061],
    ['PT604800S', 604_800],
    ['PT1.5S', 1],
    ['P1Y', 31_536_000],
    ['P1M', 2_592_000],
    ['P0Y0M0DT6H0M0.000S', 21_600],
    ['', undefined],
    ['P', undefined],
    ['PT', undefined],
    ['P1DT', undefined],
    ['-PT1H', undefined],
    ['6H', undefined],
    ['PT1H ', undefined],
  ];
  for (const [text, seconds] of rows)
    it(`${JSON.stringify(text)} is ${seconds ?? 'none'}`, () => assert.equal(readDurationSeconds(text), seconds));
});
