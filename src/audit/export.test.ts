import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalJson } from './chain.ts';
import { type AuditEvent, readActor, writeActor } from './events.ts';
import { csvHeader, csvLine, jsonLine } from './export.ts';

function event(given: Partial<AuditEvent> = {}): AuditEvent {
  return {
    id: 'evt_1',
    sequence: 1,
    at: new Date('2026-11-23T09:00:00Z'),
    action: 'user.changed',
    actor: { kind: 'operator' },
    target: 'user:usr_1',
    previousHash: '',
    hash: 'h',
    ...given,
  };
}

/** Cells of one line, read as RFC 4180 §2 has it. */
function cellsOf(line: string): string[] {
  assert.ok(line.endsWith('\r\n'));
  return [...line.slice(0, -2).matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '',
  );
}

describe('The CSV export (RFC 4180)', () => {
  test('has one line an event, with the columns of its head', () => {
    const cells = cellsOf(csvLine(event({ reference: 'r', after: { a: 'x,"y"\n' } })));
    assert.deepEqual(
      cellsOf(csvHeader).map((column, at) => `${column}=${cells[at]}`),
      [
        'sequence=1',
        'at=2026-11-23T09:00:00.000Z',
        'action=user.changed',
        'actor=operator',
        'target=user:usr_1',
        'reference=r',
        'code=',
        'before=',
        'after={"a":"x,\\"y\\"\\n"}',
        'id=evt_1',
        'previousHash=',
        'hash=h',
      ],
    );
  });

  for (const text of [
    '=HYPERLINK("http://evil")',
    '+1',
    '-1',
    '@SUM(A1)',
    '\tx',
    '\r=1',
    '\n=1',
    ' =1',
    '\u00a0=1',
    '\u200b=1',
    '＝1',
    '＋1',
    '－1',
    '＠x',
    '=1,2',
    '="a""b"',
  ]) {
    test(`T164: a cell that begins with ${JSON.stringify(text.slice(0, 3))} is text to a spreadsheet`, () => {
      const [cell] = cellsOf(csvLine(event({ target: text }))).slice(4);
      assert.equal(cell, `'${text}`);
    });
  }

  test('leaves other text alone', () => {
    for (const text of ['user:usr_1', 'a=b', 'a-b', 'ann@acme.example', "o'neil"])
      assert.equal(cellsOf(csvLine(event({ target: text })))[4], text);
  });
});

describe('The NDJSON export', () => {
  test('T177: has one line an event, whatever is in it', () => {
    const line = jsonLine(event({ target: 'user:x\n{"action":"forged"}\r\n\u2028' }));
    assert.equal(line.split('\n').length, 2);
    assert.equal(JSON.parse(line).target, 'user:x\n{"action":"forged"}\r\n\u2028');
  });
});

describe('Canonical JSON (RFC 8785 §3.2)', () => {
  for (const [value, text] of [
    [{ b: 1, a: { d: [2, { z: 1, y: 2 }], c: null } }, '{"a":{"c":null,"d":[2,{"y":2,"z":1}]},"b":1}'],
    [
      { a: undefined, b: new Date(0), c: 1e21, d: -0, e: Number.NaN },
      '{"b":"1970-01-01T00:00:00.000Z","c":1e+21,"d":0,"e":null}',
    ],
    [[undefined, 'é\n\ud800'], '[null,"é\\n\\ud800"]'],
    ['\u0000', '"\\u0000"'],
  ] as const) {
    test(text, () => {
      assert.equal(canonicalJson(value), text);
      assert.equal(canonicalJson(JSON.parse(text)), text);
    });
  }
});

test('An actor is read as it was written', () => {
  for (const actor of [
    { kind: 'operator' },
    { kind: 'nobody' },
    { kind: 'user', id: 'usr_1' },
    { kind: 'application', id: 'a:b' },
  ] as const) {
    assert.deepEqual(readActor(writeActor(actor)), actor);
  }
});
