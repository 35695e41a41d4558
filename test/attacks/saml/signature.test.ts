import { after, before, describe } from 'node:test';
import { makeCertifiedKey } from '../../kit/saml/certificate.ts';
import { ENVELOPED, EXCLUSIVE, type SigningOptions, signatureXml } from '../../kit/saml/signing.ts';
import { NS } from '../../kit/saml/templates.ts';
import { removeSignatures } from '../../kit/saml/wrapping.ts';
import { shaped, withSignedInfo, withTransforms, withUri } from './messages.ts';
import { accept, openStage, refuse, type Stage, VICTIM } from './stage.ts';

const stranger = makeCertifiedKey();
let stage: Stage;
const here = (): Stage => stage;

before(async () => {
  stage = await openStage();
});
after(() => stage.close());

describe('a message is signed by a key of the connection (T1-T4)', () => {
  accept(here, [
    { name: 'the assertion signed', change: { sign: 'assertion' } },
    { name: 'the response signed', change: { sign: 'response' } },
    { name: 'both signed', change: { sign: 'both' } },
  ]);
  const byStranger: Partial<SigningOptions> = { key: stranger.privateKey, certificateBase64: stranger.certificateBase64 };
  refuse(here, [
    {
      name: 'T2: nothing signed, naming an administrator',
      code: 'saml.signature_missing',
      change: { sign: 'none', nameId: VICTIM },
    },
    {
      name: 'T3: every signature deleted',
      code: 'saml.signature_missing',
      change: { sign: 'both', nameId: VICTIM },
      xml: removeSignatures,
    },
    {
      name: 'T3: the signature of the assertion deleted',
      code: 'saml.signature_missing',
      change: { nameId: VICTIM },
      xml: removeSignatures,
    },
    {
      name: 'T4: a stranger’s key and certificate on the assertion',
      code: 'xml.signature_value',
      change: { nameId: VICTIM, signing: byStranger },
    },
    {
      name: 'T4: on the response',
      code: 'xml.signature_value',
      change: { nameId: VICTIM, sign: 'response', signing: byStranger },
    },
    {
      name: 'T4: a stranger’s key with the connection’s certificate in KeyInfo',
      code: 'xml.signature_value',
      change: () => ({
        nameId: VICTIM,
        signing: { key: stranger.privateKey, certificateBase64: stage.saml.idp.keys.certificateBase64 },
      }),
    },
    {
      name: 'an assertion changed after it was signed',
      code: 'xml.signature_digest',
      xml: (xml) => xml.replaceAll('alice-0001', VICTIM),
    },
    {
      name: 'a valid signature of the response, an invalid one of the assertion',
      code: 'xml.signature_digest',
      change: { sign: 'both', afterSigning: { assertion: (xml) => xml.replace('alice-0001', VICTIM) } },
    },
  ]);
});

describe('a signature covers its parent, by one reference and two transforms (T19-T23, T33)', () => {
  accept(here, [
    { name: 'a signature made by hand', ...withSignedInfo((same) => same) },
    { name: 'with the two transforms spelled out', ...withTransforms(ENVELOPED, EXCLUSIVE) },
  ]);
  const evil = '<x></x>';
  refuse(here, [
    {
      name: 'T19: a second reference, to an evil element',
      code: 'xml.signature_malformed',
      ...shaped(({ uri, canonical, key }) =>
        signatureXml(
          [
            { uri, canonical },
            { uri: '#_evil', canonical: evil },
          ],
          { key },
        ),
      ),
    },
    {
      name: 'T19: an evil reference before the good one',
      code: 'xml.signature_malformed',
      ...shaped(({ uri, canonical, key }) =>
        signatureXml(
          [
            { uri: '#_evil', canonical: evil },
            { uri, canonical },
          ],
          { key },
        ),
      ),
    },
    {
      name: 'T21: the good digest in a comment before another',
      code: 'xml.comment',
      xml: (xml) => xml.replace(/<ds:DigestValue>([^<]*)/, '<ds:DigestValue><!--$1-->AAAA'),
    },
    {
      name: 'T21: another digest in a comment before the good one',
      code: 'xml.comment',
      xml: (xml) => xml.replace(/<ds:DigestValue>/, '<ds:DigestValue><!--AAAA-->'),
    },
    {
      name: 'T21: two DigestValues',
      code: 'xml.signature_malformed',
      ...withSignedInfo((xml) => xml.replace(/<ds:DigestValue>.*<\/ds:DigestValue>/, '$&$&')),
    },
    {
      name: 'T21: an element in the DigestValue',
      code: 'xml.signature_malformed',
      ...withSignedInfo((xml) => xml.replace('<ds:DigestValue>', '<ds:DigestValue><ds:x></ds:x>')),
    },
    {
      name: 'T22: two signatures in one assertion',
      code: 'xml.signature_ambiguous',
      xml: (xml) => xml.replace(/<ds:Signature .*?<\/ds:Signature>/s, '$&$&'),
    },
    {
      name: 'T22: a stranger’s signature before the good one',
      code: 'xml.signature_ambiguous',
      xml: (xml) => {
        const good = /<ds:Signature .*?<\/ds:Signature>/s.exec(xml)?.[0] ?? '';
        return xml.replace(good, good.replace(/<ds:SignatureValue>[^<]*/, '<ds:SignatureValue>AAAA') + good);
      },
    },
    { name: 'T23: an empty URI', code: 'xml.signature_reference', ...withUri('') },
    { name: 'T23: no URI', code: 'xml.signature_reference', ...withUri(null) },
    { name: 'T23: an XPointer to the root', code: 'xml.signature_reference', ...withUri('#xpointer(/)') },
    { name: 'T23: an XPointer to an id', code: 'xml.signature_reference', ...withUri("#xpointer(id('_evil'))") },
    { name: 'T23: an id that breaks out of an XPath', code: 'xml.signature_reference', ...withUri('#id"]') },
    { name: 'T23: the id of another element', code: 'xml.signature_reference', ...withUri('#_other') },
    { name: 'T23: a file', code: 'xml.signature_reference', ...withUri('file:///etc/passwd') },
    {
      name: 'T33: XSLT',
      code: 'xml.signature_transforms',
      ...withTransforms('http://www.w3.org/TR/1999/REC-xslt-19991116', EXCLUSIVE),
    },
    {
      name: 'T33: XPath',
      code: 'xml.signature_transforms',
      ...withTransforms(ENVELOPED, 'http://www.w3.org/TR/1999/REC-xpath-19991116'),
    },
    {
      name: 'T33: XPath Filter 2',
      code: 'xml.signature_transforms',
      ...withTransforms('http://www.w3.org/2002/06/xmldsig-filter2', EXCLUSIVE),
    },
    { name: 'T33: three transforms', code: 'xml.signature_transforms', ...withTransforms(ENVELOPED, EXCLUSIVE, EXCLUSIVE) },
    { name: 'T33: base64', code: 'xml.signature_transforms', ...withTransforms(ENVELOPED, `${NS.ds}base64`) },
    { name: 'T33: one transform', code: 'xml.signature_transforms', ...withTransforms(EXCLUSIVE) },
    {
      name: 'T33: an XPath inside of an allowed transform',
      code: 'xml.signature_transforms',
      ...withSignedInfo((xml) => xml.replace(`<ds:Transform Algorithm="${EXCLUSIVE}">`, '$&<ds:XPath>//x</ds:XPath>')),
    },
    {
      name: 'an Object in the signature',
      code: 'xml.signature_malformed',
      xml: (xml) => xml.replace('</ds:Signature>', '<ds:Object></ds:Object></ds:Signature>'),
    },
  ]);
});
