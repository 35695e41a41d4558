import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readStrictJson } from './strict-json.ts';

const read = (text: string | Uint8Array) => readStrictJson(typeof text === 'string' ? Buffer.from(text) : text);

describe('RFC 8259: one JSON object that every reader understands alike', () => {
  const good = [
    '{}',
    '{"a":1}',
    ' {"a":{"a":[{"a":":{\\"a\\":1"}]}} ',
    '{"a\\"b":":","c":"\\\\"}',
    '{"é":"😀","b":[":",[],{}]}',
    '{"a":1e999}',
  ];
  for (const text of good) {
    it(`reads ${text}`, () => {
      const json = read(text);
      assert.equal(json.kind, 'read');
      assert.deepEqual(json.kind === 'read' && json.object, JSON.parse(text));
    });
  }

  const bad: [string, string | Uint8Array, string][] = [
    ['a member twice', '{"sub":"a","sub":"b"}', 'duplicate_member'],
    ['a member twice with the same value', '{"sub":"a","sub":"a"}', 'duplicate_member'],
    ['a member twice, once escaped', '{"sub":"a","\\u0073ub":"b"}', 'duplicate_member'],
    ['a member twice inside', '{"a":[{"b":1,"b":2}]}', 'duplicate_member'],
    ['a member thrice, hidden by a string of colons', '{"a":":::","a":1,"a":2}', 'duplicate_member'],
    ['__proto__', '{"__proto__":{"admin":true}}', 'reserved_member'],
    ['__proto__ inside, escaped', '{"a":{"\\u005f_proto__":1}}', 'reserved_member'],
    ['a lone surrogate', '{"sub":"\\ud800"}', 'lone_surrogate'],
    ['a lone surrogate in a name', '{"\\udc00":1}', 'lone_surrogate'],
    ['a byte order mark', '\ufeff{"a":1}', 'not_json'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'not_utf8'],
    ['an array', '[1]', 'not_an_object'],
    ['a text', '"a"', 'not_an_object'],
    ['null', 'null', 'not_an_object'],
    ['nothing', '', 'not_json'],
    ['two objects', '{}{}', 'not_json'],
    ['a comment', '{"a":1/**/}', 'not_json'],
    ['a string that does not end', '{"a', 'not_json'],
    ['100,000 open brackets', '['.repeat(100_000), 'too_deep'],
    ['nesting of 100,000', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'too_deep'],
  ];
  for (const [what, text, fault] of bad) it(`refuses ${what}`, () => assert.deepEqual(read(text), { kind: 'refused', fault }));
});
