import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import type { RespondOptions } from '#test/saml/idp.ts';
import { createScene, formOf, type Play } from '#test/saml/scene.ts';
import type { Answer } from '../protocol.ts';
import { saml } from './index.ts';

const scene = createScene(saml);
const mail = { nameId: 'admin@corp.example.evil.example' };

type Row = readonly [name: string, code: string, play: Play, options?: Partial<RespondOptions>];

function refuse(rows: readonly Row[]): void {
  for (const [name, code, play, options] of rows) {
    it(`${name}: ${code}`, async () => {
      assert.equal((await scene.play(options)).code, null, 'the valid control signs in');
      const outcome = await scene.play(options, play);
      assert.equal(outcome.code, code);
      assert.equal(outcome.lines.at(-1)?.code, code);
    });
  }
}

/** Into the NameID, after the signature was made. */
const into = (inserted: string): Play => ({ xml: (xml) => xml.replace('corp.example', `corp.example${inserted}`) });
const before = (inserted: string): Play => ({ xml: (xml) => `${inserted}${xml}` });
const bytes = (made: (xml: string) => Buffer): Play => ({ answer: formOf(made(scene.respondXml())) });
const field = (text: string): Play => ({ answer: { via: 'form', fields: { SAMLResponse: text } } });
const valid = (): string => Buffer.from(scene.respondXml()).toString('base64');

describe('text that two readers read differently (T24, T25)', () => {
  refuse([
    ['a comment in the NameID', 'xml.comment', into('<!---->'), mail],
    ['CDATA in the NameID', 'xml.cdata', into('<![CDATA[]]>'), mail],
    ['a processing instruction in the NameID', 'xml.processing_instruction', into('<?x?>'), mail],
    ['an entity in the NameID', 'xml.malformed', into('&at;'), mail],
    ['a comment before the root', 'xml.comment', before('<!-- x -->')],
    ['a stylesheet before the root', 'xml.processing_instruction', before('<?xml-stylesheet href="x"?>')],
  ]);
});

describe('document types and entities (T26, T30-T32)', () => {
  refuse([
    ['a DOCTYPE alone', 'xml.doctype', before('<!DOCTYPE r>')],
    ['a DOCTYPE in lower case', 'xml.doctype', before('<!doctype r>')],
    ['an internal entity', 'xml.doctype', before('<!DOCTYPE r [<!ENTITY x "admin">]>')],
    ['an external entity', 'xml.doctype', before('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>')],
    ['an external document type', 'xml.doctype', before('<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd">')],
    ['a parameter entity', 'xml.doctype', before('<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]>')],
    ['a billion laughs', 'xml.doctype', before('<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>')],
    ['a DOCTYPE behind a declaration', 'xml.doctype', before('<?xml version="1.0"?><!DOCTYPE r>')],
  ]);
});

describe('encodings and characters (T29)', () => {
  refuse([
    ['two document elements', 'xml.malformed', { xml: (xml) => xml + xml }],
    ['text after the root', 'xml.malformed', { xml: (xml) => `${xml}x` }],
    ['UTF-16', 'xml.encoding', bytes((xml) => Buffer.from(`\ufeff${xml}`, 'utf16le'))],
    ['a byte order mark', 'xml.encoding', before('\ufeff')],
    ['bytes that are not UTF-8', 'xml.encoding', bytes((xml) => Buffer.concat([Buffer.from(xml), Buffer.from([0xc0, 0x80])]))],
    ['a declared encoding of UTF-7', 'xml.encoding', before('<?xml version="1.0" encoding="UTF-7"?>')],
    ['a declared encoding of UTF-16', 'xml.encoding', before('<?xml version="1.0" encoding="utf-16"?>')],
    ['XML 1.1', 'xml.version', before('<?xml version="1.1"?>')],
    ['a NUL byte', 'xml.forbidden_character', { xml: (xml) => xml.replace('f:9c1', 'f:\u00009c1') }],
    ['a control character', 'xml.forbidden_character', { xml: (xml) => xml.replace('f:9c1', 'f:\u00019c1') }],
    ['a reference to NUL', 'xml.malformed', { xml: (xml) => xml.replace('f:9c1', 'f:&#0;9c1') }],
    ['a reference to a control character', 'xml.malformed', { xml: (xml) => xml.replace('f:9c1', 'f:&#1;9c1') }],
    ['nothing but a declaration', 'xml.malformed', { xml: () => '<?xml version="1.0"?>' }],
    ['no XML at all', 'xml.malformed', { xml: () => 'hello' }],
  ]);
});

describe('size, depth and number (T32, T43)', () => {
  const attributes = (count: number, each: (at: number) => string): string =>
    Array.from({ length: count }, (_, at) => each(at)).join('');
  refuse([
    ['a NameID of 10 MB', 'xml.too_large', { xml: (xml) => xml.replace('f:9c1', 'x'.repeat(10_000_000)) }],
    ['a message of 600 kB', 'xml.too_large', { xml: (xml) => xml.replace('f:9c1', 'x'.repeat(600_000)) }],
    [
      'a depth of 100,000',
      'xml.too_deep',
      { xml: (xml) => xml.replace('<samlp:Status>', `${'<a>'.repeat(100_000)}<samlp:Status>`) },
    ],
    [
      'a depth of 33, shallow to a sloppy counter',
      'xml.too_deep',
      { xml: (xml) => xml.replace('<samlp:Status>', `${'<a b="/>">'.repeat(33)}<samlp:Status>`) },
    ],
    [
      '60,000 attributes',
      'xml.too_many_nodes',
      { xml: (xml) => xml.replace(' Version=', `${attributes(60_000, (at) => ` a${at}=''`).slice(0, 400_000)} Version=`) },
    ],
    [
      '33 attributes of one element',
      'xml.too_many_nodes',
      { xml: (xml) => xml.replace(' Version=', `${attributes(33, (at) => ` a${at}=""`)} Version=`) },
    ],
    [
      '30,000 elements',
      'xml.too_many_nodes',
      { xml: (xml) => xml.replace('<samlp:Status>', `${'<a/>'.repeat(30_000)}<samlp:Status>`) },
    ],
    ['a field of 20 MB', 'xml.too_large', field('A'.repeat(20_000_000))],
    ['a field of white space', 'xml.too_large', field(`${valid()}${' '.repeat(1_000_000)}`)],
    ['junk in the base64', 'xml.base64', field(`${valid()}!`)],
    ['base64url', 'xml.base64', field(valid().replace(/.$/s, '_'))],
    ['base64 with data behind its padding', 'xml.base64', field(`${Buffer.from('<a/>').toString('base64')}AAAA`)],
    ['an empty field', 'saml.message_missing', field('')],
    ['another field', 'saml.message_missing', { answer: { via: 'form', fields: { SAMLRequest: valid() } } satisfies Answer }],
    ['the redirect binding', 'saml.binding', { answer: { via: 'query', fields: { SAMLResponse: valid() } } }],
  ]);
});

describe('canonical forms that are not (void canonicalization)', () => {
  it('a relative namespace name does not make the digest one of nothing', async () => {
    const empty = createHash('sha256').update('').digest('base64');
    const outcome = await scene.play(
      {},
      {
        xml: (xml) =>
          xml
            .replace('<saml:Assertion ', '<saml:Assertion xmlns:x="1" ')
            .replace(/<ds:DigestValue>[^<]*/, `<ds:DigestValue>${empty}`),
      },
    );
    assert.equal(outcome.code, 'xml.canonicalization');
  });

  it('an attribute in the reserved xml namespace does not stand for the ID (T35)', async () => {
    const outcome = await scene.play(
      {},
      { xml: (xml) => xml.replace(/(<saml:Assertion [^>]*?) ID="([^"]*)"/, '$1 xml:id="$2"') },
    );
    assert.equal(outcome.code, 'xml.signature_reference');
  });

  it('an ID in a namespace does not stand for the ID', async () => {
    const outcome = await scene.play(
      {},
      { xml: (xml) => xml.replace(/(<saml:Assertion [^>]*?) ID="([^"]*)"/, '$1 xmlns:x="urn:x" x:ID="$2"') },
    );
    assert.equal(outcome.code, 'xml.signature_reference');
  });
});
