import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { daysUntil, isTimeZone } from './days.ts';

const HOUR = 3_600_000;
const hoursOf = (now: string, timeZone: string, count: number) =>
  daysUntil(new Date(now), { count, timeZone }).map(({ date, from, until }) => [
    date,
    from.toISOString().slice(0, 16),
    (until.getTime() - from.getTime()) / HOUR,
  ]);

describe('The days of a time zone', () => {
  it('end with today, and each begins where the one before it ends', () => {
    const days = daysUntil(new Date('2026-03-02T23:30:00Z'), { count: 40, timeZone: 'Asia/Kathmandu' });
    assert.deepEqual([days.length, days.at(-1)?.date, days[0]?.date], [40, '2026-03-03', '2026-01-23']);
    for (const [index, { from }] of days.entries()) if (index > 0) assert.equal(days[index - 1]?.until.getTime(), from.getTime());
  });

  const rows: [what: string, zone: string, now: string, expected: [string, string, number][]][] = [
    ['UTC has days of 24 hours', 'UTC', '2026-11-22T00:00:00Z', [['2026-11-22', '2026-11-22T00:00', 24]]],
    [
      'clocks are put forward at two',
      'Europe/Berlin',
      '2026-03-29T12:00:00Z',
      [
        ['2026-03-28', '2026-03-27T23:00', 24],
        ['2026-03-29', '2026-03-28T23:00', 23],
      ],
    ],
    [
      'clocks are put back at three',
      'Europe/Berlin',
      '2026-10-25T12:00:00Z',
      [
        ['2026-10-24', '2026-10-23T22:00', 24],
        ['2026-10-25', '2026-10-24T22:00', 25],
      ],
    ],
    [
      'a day that begins at one, since midnight is skipped',
      'Africa/Cairo',
      '2026-04-24T12:00:00Z',
      [
        ['2026-04-23', '2026-04-22T22:00', 24],
        ['2026-04-24', '2026-04-23T22:00', 23],
      ],
    ],
    [
      'clocks are put back at midnight, into the day before',
      'Africa/Cairo',
      '2026-10-30T12:00:00Z',
      [
        ['2026-10-29', '2026-10-28T21:00', 25],
        ['2026-10-30', '2026-10-29T22:00', 24],
      ],
    ],
    [
      'clocks are put back at one, so that midnight comes twice',
      'America/Havana',
      '2026-11-01T12:00:00Z',
      [
        ['2026-10-31', '2026-10-31T04:00', 24],
        ['2026-11-01', '2026-11-01T04:00', 25],
      ],
    ],
  ];
  for (const [what, zone, now, expected] of rows)
    it(`${zone}: ${what}`, () => assert.deepEqual(hoursOf(now, zone, expected.length), expected));

  it('are known by names of the database alone', () => {
    assert.deepEqual(['UTC', 'Europe/Berlin', 'Mars/Olympus', '', '../etc'].map(isTimeZone), [true, true, false, false, false]);
  });
});
