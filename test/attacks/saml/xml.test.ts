import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Canary, signsIn, startCanary } from '../oracles.ts';
import {
  type Answering,
  accept,
  answerTo,
  begin,
  deliver,
  openStage,
  refuse,
  type Stage,
  VICTIM,
  type Waiting,
} from './stage.ts';

let stage: Stage;
let canary: Canary;
const here = (): Stage => stage;

before(async () => {
  stage = await openStage();
  canary = await startCanary();
});
after(async () => {
  await stage.close();
  await canary.close();
});

const ahead = (text: string): Answering => ({ xml: (xml) => `${text}${xml}` });
const fetching = (text: (url: string) => string): Answering => ({ xml: (xml) => `${text(canary.url)}${xml}` });

describe('a name reads the same to everybody (T24, T25)', () => {
  /** A name that a provider may well give to whoever asks for it, with the victim’s at its beginning. */
  const own = `${VICTIM}.evil.example`;
  const into = (inserted: string): Answering => ({
    change: { nameId: own },
    xml: (xml) => xml.replace(VICTIM, `${VICTIM}${inserted}`),
  });
  const person = { email: 'eve@acme.example', givenName: 'Eve', sn: 'Evans', groups: [], roles: [] };

  accept(here, [{ name: 'the long name as it is', change: { nameId: own, attributes: person } }]);
  refuse(here, [
    { name: 'T24: a comment added after signing', code: 'xml.comment', ...into('<!---->') },
    {
      name: 'T24: a comment that was signed',
      code: 'xml.comment',
      change: { nameId: own, beforeSigning: { assertion: (xml) => xml.replace(VICTIM, `${VICTIM}<!---->`) } },
    },
    { name: 'T25: an empty CDATA section', code: 'xml.cdata', ...into('<![CDATA[]]>') },
    {
      name: 'T25: the rest in a CDATA section',
      code: 'xml.cdata',
      change: { nameId: own },
      xml: (xml) => xml.replace('.evil.example', '<![CDATA[.evil.example]]>'),
    },
    { name: 'T25: a processing instruction', code: 'xml.processing_instruction', ...into('<?x?>') },
    { name: 'T25: an entity that nobody declared', code: 'xml.malformed', ...into('&at;') },
    { name: 'T25: an element', code: 'xml.signature_digest', ...into('<x></x>') },
    { name: 'a comment before the root', code: 'xml.comment', ...ahead('<!-- x -->') },
    { name: 'a comment behind the root', code: 'xml.comment', xml: (xml) => `${xml}<!-- x -->` },
    { name: 'a stylesheet before the root', code: 'xml.processing_instruction', ...ahead('<?xml-stylesheet href="x"?>') },
  ]);

  it('T25: character references do not cut the name: it is the same person as before, and not the victim', async () => {
    const subOf = async (answering: Answering): Promise<unknown> => {
      const waiting = await begin(stage.acme, stage.saml);
      const arrived = await deliver(waiting, answerTo(waiting, answering));
      return (await signsIn(waiting, { arrived, asked: waiting.asked }))['sub'];
    };
    const change = { nameId: own, attributes: person };
    const plain = await subOf({ change });
    const victim = await subOf({ change: { nameId: VICTIM } });
    assert.notEqual(plain, victim);
    for (const [letter, reference] of [
      ['-', '&#x2d;'],
      ['-', '&#45;'],
      ['.', '&#x2E;'],
    ] as const) {
      const referred = (xml: string): string => xml.replace(own, own.replace(letter, reference));
      assert.equal(await subOf({ change, xml: referred }), plain, reference);
    }
  });
});

describe('no document types, no entities (T26, T30, T31)', () => {
  accept(here, [{ name: 'with an XML declaration', ...ahead('<?xml version="1.0" encoding="UTF-8"?>') }]);
  const naming = (entity: string, reference = '&x;'): Answering => ({
    change: { nameId: 'alice-0001' },
    xml: (xml) => `<!DOCTYPE r [${entity}]>${xml.replace('alice-0001', reference)}`,
  });
  refuse(here, [
    { name: 'T26: a DOCTYPE alone', code: 'xml.doctype', ...ahead('<!DOCTYPE r>') },
    { name: 'T26: behind an XML declaration', code: 'xml.doctype', ...ahead('<?xml version="1.0"?><!DOCTYPE r>') },
    { name: 'T26: in lower case', code: 'xml.doctype', ...ahead('<!doctype r>') },
    { name: 'T26: behind the root', code: 'xml.doctype', xml: (xml) => `${xml}<!DOCTYPE r>` },
    { name: 'T26: an internal entity in the NameID', code: 'xml.doctype', ...naming(`<!ENTITY x "${VICTIM}">`) },
    { name: 'T30: a file in the NameID', code: 'xml.doctype', ...naming('<!ENTITY x SYSTEM "file:///etc/passwd">') },
    {
      name: 'T30: a file by XInclude',
      code: 'xml.signature_digest',
      xml: (xml) =>
        xml.replace(
          'alice-0001',
          '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"></xi:include>',
        ),
    },
    { name: 'T31: an external document type', code: 'xml.doctype', ...fetching((url) => `<!DOCTYPE r SYSTEM "${url}x.dtd">`) },
    {
      name: 'T31: an external document type by public name',
      code: 'xml.doctype',
      ...fetching((url) => `<!DOCTYPE r PUBLIC "x" "${url}x.dtd">`),
    },
    { name: 'T31: an external entity', code: 'xml.doctype', ...fetching((url) => `<!DOCTYPE r [<!ENTITY x SYSTEM "${url}">]>`) },
    {
      name: 'T31: a parameter entity',
      code: 'xml.doctype',
      ...fetching((url) => `<!DOCTYPE r [<!ENTITY % x SYSTEM "${url}"> %x;]>`),
    },
    {
      name: 'T31: a schema location',
      code: 'xml.signature_digest',
      xml: (xml) => xml.replace('<saml:NameID ', `<saml:NameID xsi:schemaLocation="urn:x ${canary.url}" `),
    },
    {
      name: 'T31: XInclude',
      code: 'xml.signature_digest',
      xml: (xml) =>
        xml.replace('alice-0001', `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="${canary.url}"></xi:include>`),
    },
  ]);

  it('NOFETCH: nothing of all this was fetched', () => {
    assert.equal(canary.connections, 0);
  });

  it('the canary would have sung', async () => {
    await fetch(canary.url).catch(() => undefined);
    assert.equal(canary.connections, 1);
  });
});

describe('one plain document in UTF-8 (T29)', () => {
  /** Not UTF-8 any more; the request's id still stands where it is looked for. */
  const inOtherBytes = (text: Buffer, { id }: Waiting): Buffer => Buffer.concat([Buffer.from(` InResponseTo="${id}" `), text]);
  accept(here, [
    {
      name: 'with characters beyond ASCII',
      change: { attributes: { email: 'alice@acme.example', givenName: 'Älíce 🛂', sn: '日本' } },
    },
  ]);
  refuse(here, [
    { name: 'two document elements', code: 'xml.malformed', xml: (xml) => xml + xml },
    { name: 'text after the root', code: 'xml.malformed', xml: (xml) => `${xml}x` },
    { name: 'text before the root', code: 'xml.malformed', ...ahead('x') },
    { name: 'a byte order mark', code: 'xml.encoding', ...ahead('\ufeff') },
    {
      name: 'UTF-16 with a byte order mark',
      code: 'xml.encoding',
      xml: (xml, waiting) => inOtherBytes(Buffer.from(`\ufeff${xml}`, 'utf16le'), waiting),
    },
    {
      name: 'UTF-16 without one',
      code: 'xml.forbidden_character',
      xml: (xml, waiting) => inOtherBytes(Buffer.from(xml, 'utf16le'), waiting),
    },
    {
      name: 'UTF-16 alone, in which no request is found',
      code: 'sign_in.answer_without_handle',
      xml: (xml) => Buffer.from(`\ufeff${xml}`, 'utf16le'),
    },
    { name: 'an overlong NUL', code: 'xml.encoding', xml: (xml) => Buffer.concat([Buffer.from(xml), Buffer.from([0xc0, 0x80])]) },
    {
      name: 'a lone surrogate',
      code: 'xml.encoding',
      xml: (xml) => Buffer.concat([Buffer.from(xml), Buffer.from([0xed, 0xa0, 0x80])]),
    },
    { name: 'a declared UTF-7', code: 'xml.encoding', ...ahead('<?xml version="1.0" encoding="UTF-7"?>') },
    { name: 'a declared UTF-16', code: 'xml.encoding', ...ahead('<?xml version="1.0" encoding="UTF-16"?>') },
    { name: 'a declared EBCDIC', code: 'xml.encoding', ...ahead('<?xml version="1.0" encoding="IBM037"?>') },
    { name: 'XML 1.1', code: 'xml.version', ...ahead('<?xml version="1.1"?>') },
    { name: 'no version', code: 'xml.version', ...ahead('<?xml encoding="UTF-8"?>') },
    { name: 'a NUL byte', code: 'xml.forbidden_character', xml: (xml) => xml.replace('alice-', 'alice\u0000-') },
    { name: 'a control character', code: 'xml.forbidden_character', xml: (xml) => xml.replace('alice-', 'alice\u0001-') },
    { name: 'a non-character', code: 'xml.forbidden_character', xml: (xml) => xml.replace('alice-', 'alice\uffff-') },
    { name: 'a reference to NUL', code: 'xml.malformed', xml: (xml) => xml.replace('alice-', 'alice&#0;-') },
    { name: 'a reference to a control character', code: 'xml.malformed', xml: (xml) => xml.replace('alice-', 'alice&#1;-') },
    { name: 'an element that does not end', code: 'xml.malformed', xml: (xml) => xml.slice(0, -3) },
    {
      name: 'an attribute twice',
      code: 'xml.malformed',
      xml: (xml) => xml.replace(' Version="2.0"', ' Version="2.0" Version="2.0"'),
    },
    { name: 'JSON', code: 'xml.malformed', xml: (_, { id }) => `{" InResponseTo="${id}" }` },
  ]);
});
