import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { headerText, isMailAddress, readMailAddress } from './address.ts';

describe('An address for a mail', () => {
  for (const address of [
    'ada@acme.example',
    'a.d+x_y-1@sub.acme.example',
    'ada@localhost',
    'jürgen@grün.example',
    `${'a'.repeat(64)}@acme.example`,
    "o'neill@acme.example",
  ])
    it(`is ${address}`, () => assert.equal(isMailAddress(address), true));

  for (const [name, text] of [
    ['two recipients', 'ada@acme.example,eve@evil.example'],
    ['two, by semicolon', 'ada@acme.example;eve@evil.example'],
    ['a header of its own', 'ada@acme.example\r\nBcc: eve@evil.example'],
    ['a line end', 'ada@acme.example\n'],
    ['a quoted local part', '"ada"@acme.example'],
    ['a comment', 'ada(eve@evil.example)@acme.example'],
    ['brackets', '<ada@acme.example>'],
    ['a route', '@evil.example:ada@acme.example'],
    ['two at signs', 'ada@evil.example@acme.example'],
    ['an address literal', 'ada@[127.0.0.1]'],
    ['a space', 'ada @acme.example'],
    ['a NUL', 'ada\0@acme.example'],
    ['a mark that turns text round', 'ada\u202e@acme.example'],
    ['nobody', '@acme.example'],
    ['nowhere', 'ada@'],
    ['empty labels', 'ada@acme..example'],
    ['a dot at the end of the local part', 'ada.@acme.example'],
    ['a local part that is too long', `${'a'.repeat(65)}@acme.example`],
    ['too much', `ada@${'a'.repeat(60)}.${'b'.repeat(200)}.example`],
    ['nothing', ''],
  ] as const)
    it(`is none: ${name}`, () => assert.equal(isMailAddress(text), false));
});

describe('Who writes', () => {
  for (const [text, read] of [
    ['sso@acme.example', { address: 'sso@acme.example' }],
    ['Acme SSO <sso@acme.example>', { address: 'sso@acme.example', name: 'Acme SSO' }],
    ['"Acme, Inc." <sso@acme.example>', { address: 'sso@acme.example', name: 'Acme, Inc.' }],
    ['<sso@acme.example>', { address: 'sso@acme.example' }],
    ['Acme', undefined],
    ['Acme <sso@acme.example>, Eve <eve@evil.example>', undefined],
  ] as const)
    it(`is read from ${text}`, () => assert.deepEqual(readMailAddress(text), read));
});

describe('The text of a header', () => {
  for (const [name, text, shown] of [
    ['is one line', 'Your code\r\nBcc: eve@evil.example', 'Your code Bcc: eve@evil.example'],
    ['holds no separators of lines that only some see', 'a\u2028b\u0085c', 'a b c'],
    ['holds nothing that turns or hides text', 'x\u202ey\u200bz', 'x y z'],
    ['keeps letters of every language', 'Schlüssel läuft ab 🔑', 'Schlüssel läuft ab 🔑'],
  ] as const)
    it(name, () => assert.equal(headerText(text), shown));

  it('ends somewhere', () => assert.equal(Array.from(headerText('🔑'.repeat(1000))).length, 200));
});
