import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isProblem } from '#kernel/problem.ts';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import { signInto } from '#test/saml/idp.ts';
import { openSigned, optionalChild } from './index.ts';
import { DS, EXCLUSIVE_C14N } from './namespaces.ts';
import { readCanonicalizationPrefixes, readSignedInfo } from './signature-shape.ts';

const signed = signInto('<a ID="_1"><b>x</b></a>', { keys: makeCertifiedKey() });
const C14N = /<ds:CanonicalizationMethod[^>]*(?:\/>|><\/ds:CanonicalizationMethod>)/;
const ENVELOPED = /<ds:Transform Algorithm="[^"]*enveloped-signature"(?:\/>|><\/ds:Transform>)/;
const EXCLUSIVE = /<ds:Transform Algorithm="[^"]*xml-exc-c14n#"(?:\/>|><\/ds:Transform>)/;

function signedInfoOf(xml: string) {
  using opened = openSigned(Buffer.from(xml) as never);
  const signature = optionalChild(opened.read(opened.root), DS, 'Signature');
  const signedInfo = signature && optionalChild(signature, DS, 'SignedInfo');
  assert.ok(signedInfo);
  return signedInfo;
}

const prefixes = (list: string, more = ''): string =>
  `<e:InclusiveNamespaces xmlns:e="${EXCLUSIVE_C14N}" PrefixList="${list}">${more}</e:InclusiveNamespaces>`;
const inTransform = (content: string): string =>
  signed.replace(EXCLUSIVE, `<ds:Transform Algorithm="${EXCLUSIVE_C14N}">${content}</ds:Transform>`);
const inMethod = (content: string): string =>
  signed.replace(C14N, `<ds:CanonicalizationMethod Algorithm="${EXCLUSIVE_C14N}">${content}</ds:CanonicalizationMethod>`);
const renamed = (from: string, to: string): string => signed.replaceAll(`ds:${from}`, to);

describe('A SignedInfo has one form (SAML Core §5.4.2-5.4.4)', () => {
  it('the valid control: as it is signed, and with prefixes', () => {
    for (const part of [C14N, ENVELOPED, EXCLUSIVE]) assert.match(signed, part);
    assert.equal(readSignedInfo(signedInfoOf(signed)).referenceUri, '#_1');
    assert.deepEqual(readSignedInfo(signedInfoOf(inTransform(prefixes(' xs  b ')))).contentPrefixes, ['xs', 'b']);
    assert.deepEqual(readCanonicalizationPrefixes(signedInfoOf(inMethod(prefixes('xs')))), ['xs']);
    assert.equal(readSignedInfo(signedInfoOf(inTransform(prefixes('x'.repeat(256))))).contentPrefixes.length, 1);
  });

  const rows: [name: string, xml: string, code: string][] = [
    [
      'a transform of another name',
      signed.replace(ENVELOPED, (found) => found.replaceAll('ds:Transform', 'ds:Other')),
      'xml.signature_transforms',
    ],
    [
      'a transform of another namespace',
      signed.replace(EXCLUSIVE, `<Transform Algorithm="${EXCLUSIVE_C14N}"/>`),
      'xml.signature_transforms',
    ],
    ['one transform', signed.replace(ENVELOPED, ''), 'xml.signature_transforms'],
    ['three transforms', signed.replace(EXCLUSIVE, (found) => found + found), 'xml.signature_transforms'],
    [
      'something inside of the first transform',
      signed.replace(ENVELOPED, (found) => found.replace(/(?:\/>|><\/ds:Transform>)$/, '><x/></ds:Transform>')),
      'xml.signature_transforms',
    ],
    ['two lists of prefixes', inTransform(prefixes('a') + prefixes('b')), 'xml.signature_transforms'],
    ['something inside of the prefixes', inTransform(prefixes('a', '<x/>')), 'xml.signature_transforms'],
    [
      'prefixes under another name',
      inTransform(prefixes('a').replaceAll('InclusiveNamespaces', 'Inclusive')),
      'xml.signature_transforms',
    ],
    ['prefixes of another namespace', inTransform(prefixes('a').replace(EXCLUSIVE_C14N, 'urn:x')), 'xml.signature_transforms'],
    ['257 characters of prefixes', inTransform(prefixes('x'.repeat(257))), 'xml.signature_transforms'],
    ['no list of prefixes', inTransform(prefixes('a').replace(' PrefixList="a"', '')), 'xml.signature_transforms'],
    ['two lists at the method', inMethod(prefixes('a') + prefixes('b')), 'xml.signature_algorithm'],
    ['a method of another name', renamed('CanonicalizationMethod', 'ds:Canonicalization'), 'xml.signature_malformed'],
    ['a method of another namespace', renamed('CanonicalizationMethod', 'CanonicalizationMethod'), 'xml.signature_malformed'],
    ['a digest of another name', renamed('DigestValue', 'ds:Digest'), 'xml.signature_malformed'],
    ['no digest', signed.replace(/<ds:DigestValue>.*<\/ds:DigestValue>/, ''), 'xml.signature_malformed'],
  ];
  for (const [name, xml, code] of rows)
    it(`${name}: ${code}`, () => {
      assert.notEqual(xml, signed);
      assert.throws(
        () => readSignedInfo(signedInfoOf(xml)),
        (error) => isProblem(error, code),
      );
    });
});
