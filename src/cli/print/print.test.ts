import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fields } from './fields.ts';
import { plain, writeJson } from './plain.ts';
import { styleFor } from './style.ts';
import { table, widthOf } from './table.ts';
import { timeline } from './timeline.ts';

const style = styleFor({ env: {}, timeZone: 'Europe/Berlin' }, false);

describe('foreign text', () => {
  const cases: [string, string, string][] = [
    ['an escape sequence', 'a\u001b[31mb', 'a [31mb'],
    ['a C1 sequence', 'a\u009b31mb', 'a 31mb'],
    ['a reading direction', 'a\u202eb', 'a b'],
    ['a new line', 'a\r\nb\u2028c', 'a b c'],
    ['other scripts', 'Jürgen 李 😀', 'Jürgen 李 😀'],
  ];
  for (const [what, text, expected] of cases)
    it(`${what} is made harmless, or left alone`, () => assert.equal(plain(text), expected));

  it('in JSON is what it was to whoever parses it', () => {
    const document = { name: 'a\u009b31m\u202e\u001b[2J', é: ['李'] };
    assert.doesNotMatch(writeJson(document).replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
    assert.deepEqual(JSON.parse(writeJson(document)), document);
  });
});

describe('colours', () => {
  it('are for terminals, and not where NO_COLOR is set', () => {
    const painted = (env: Record<string, string>, isTerminal: boolean) =>
      styleFor({ env, timeZone: 'UTC' }, isTerminal).paint('red', 'x');
    assert.equal(painted({}, true), '\u001b[31mx\u001b[0m');
    assert.equal(painted({}, false), 'x');
    assert.equal(painted({ NO_COLOR: '1' }, true), 'x');
    assert.equal(painted({ TERM: 'dumb' }, true), 'x');
  });
});

describe('times', () => {
  it('are local and short', () => assert.equal(style.time('2026-11-22T19:36:59.120Z'), '2026-11-22 20:36'));
});

describe('a table', () => {
  it('is aligned by what is seen: colours have no width, wide characters have two', () => {
    assert.equal(widthOf('\u001b[31mlive\u001b[0m'), 4);
    assert.equal(widthOf('李'), 2);
    const rows = [
      ['李', { painted: '\u001b[31mlive\u001b[0m' }, 1],
      ['Acme', null, 20],
    ];
    assert.equal(table(['name', 'state', 'n'], rows), 'NAME  STATE  N\n李    \u001b[31mlive\u001b[0m   1\nAcme  -      20\n');
  });

  it('says when there is nothing in it', () => assert.equal(table(['name'], [], 'no users'), 'no users\n'));
});

describe('one thing', () => {
  it('shows its fields in words, nested ones indented, and leaves out what has no value', () => {
    const document = {
      name: 'Acme',
      clientSecretExpiresAt: '2026-11-22T19:36:59.120Z',
      enabled: true,
      phone: null,
      groups: [],
      scopes: ['openid', 'email'],
      users: { create: false, nothing: null },
      links: [{ issuer: 'https://idp.example', subject: 's' }],
    };
    assert.equal(
      fields(document, style),
      [
        'name                      Acme',
        'client secret expires at  2026-11-22 20:36',
        'enabled                   yes',
        'scopes                    openid, email',
        'users',
        '  create  no',
        'links',
        '  - issuer   https://idp.example',
        '    subject  s',
        '',
      ].join('\n'),
    );
  });
});

describe('a timeline', () => {
  it('tells when, whether it passed, what was expected and what came, one line a step', () => {
    const steps = [
      {
        step: 'saml.audience',
        verdict: 'refused',
        expected: 'https://us',
        received: 'https://them\nforged',
        code: 'saml.audience_mismatch',
        at: 12,
      },
      { step: 'claims', verdict: 'noted', received: { email: 'a' }, at: 130 },
    ] as const;
    assert.equal(
      timeline(steps, style),
      '    12 ms  ✗ refused  saml.audience  code saml.audience_mismatch, expected https://us, received https://them forged\n' +
        '   130 ms  · noted    claims  received {"email":"a"}\n',
    );
  });
});
