import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isProblem } from '#kernel/problem.ts';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import { signInto } from '#test/saml/idp.ts';
import {
  attributeOf,
  childrenOf,
  elementsOf,
  guardXml,
  type OpenXml,
  openSigned,
  openXml,
  optionalChild,
  readVerificationKey,
  signEnveloped,
  textOf,
  verifySignatureOf,
  xmlElement,
  xmlText,
} from './index.ts';

const keys = makeCertifiedKey();
const trusted = [readVerificationKey(keys.certificatePem)];
const open = (xml: string): OpenXml => openXml(guardXml(Buffer.from(xml)));
const signed = signInto('<a ID="_1"><b>x</b></a>', { keys });

describe('verifySignatureOf: only the signed bytes come out', () => {
  it('as the canonical form of the element without its signature, parsed anew', () => {
    using outer = open(`<r>${signed}</r>`);
    const [element] = elementsOf(outer.root);
    assert.ok(element);
    const { octets, method } = verifySignatureOf(outer, element, trusted);
    assert.equal(octets.toString(), '<a ID="_1"><b>x</b></a>');
    assert.equal(method.hash, 'sha256');
    using again = openSigned(octets);
    const tree = again.read(again.root);
    assert.equal(attributeOf(tree, 'ID'), '_1');
    assert.deepEqual(childrenOf(tree, '', 'b').map(textOf), ['x']);
    assert.equal(optionalChild(tree, 'http://www.w3.org/2000/09/xmldsig#', 'Signature'), undefined);
    assert.throws(() => again.read(outer.root), /not of this signed document/);
  });

  it('and nothing of what stands around it, by namespace declarations that it does not use', () => {
    using outer = open(`<r xmlns:z="urn:z">${signed}</r>`);
    const [element] = elementsOf(outer.root);
    assert.ok(element);
    assert.equal(verifySignatureOf(outer, element, trusted).octets.toString(), '<a ID="_1"><b>x</b></a>');
  });

  const refused: readonly (readonly [string, string, string])[] = [
    ['a changed text', 'xml.signature_digest', signed.replace('>x<', '>y<')],
    ['a changed reference', 'xml.signature_reference', signed.replace('#_1', '#_2')],
    [
      'a changed digest',
      'xml.signature_value',
      signed.replace(/(<ds:DigestValue>)[^<]*/, `$1${Buffer.alloc(32).toString('base64')}`),
    ],
    ['no signature', 'xml.signature_missing', '<a ID="_1"></a>'],
    ['a doubled ID', 'xml.duplicate_id', signed.replace('<b>', '<b Id="_1">')],
    ['no ID', 'xml.signature_reference', signed.replace(' ID="_1"', '')],
  ];
  for (const [name, code, xml] of refused) {
    it(`${name}: ${code}`, () => {
      using outer = open(xml);
      assert.throws(
        () => verifySignatureOf(outer, outer.root, trusted),
        (error) => isProblem(error, code),
      );
    });
  }
});

describe('signEnveloped and the writer', () => {
  const build =
    (text: string) =>
    (signature: Parameters<Parameters<typeof signEnveloped>[1]>[0]): ReturnType<typeof xmlElement> =>
      xmlElement('a', { ID: '_1', 'xmlns:q': 'urn:q', xmlns: 'urn:a' }, [
        ...signature,
        xmlElement('q:b', { z: text, y: undefined }, [xmlText(text)]),
      ]);

  for (const text of ['plain', '<>&"\'\t\n\r', ']]>', '𝄞ü', '\u0000\u0001\ud800']) {
    it(`what we sign, we verify: ${JSON.stringify(text)}`, () => {
      const xml = signEnveloped('_1', build(text), { key: keys.privateKey, certificate: keys.certificateBase64 });
      using outer = open(xml);
      using again = openSigned(verifySignatureOf(outer, outer.root, trusted).octets);
      const expected = text.replace(/(?![\t\n\r])\p{Cc}|\p{Cs}/gu, '\ufffd');
      const [child] = again.read(again.root).children;
      assert.equal(child && textOf(child), expected);
      assert.equal(child && attributeOf(child, 'z'), expected);
    });
  }
});
