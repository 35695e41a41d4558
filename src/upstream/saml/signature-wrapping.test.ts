import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { insertSignature, type RespondOptions } from '#test/saml/idp.ts';
import { ENVELOPED, EXCLUSIVE, signatureXml } from '#test/saml/signing.ts';
import { canonicalOf, NS } from '#test/saml/templates.ts';
import { type Wrapping, wrap } from '#test/saml/wrapping.ts';
import { refuse, scene, victim } from './signatures.fixture.ts';

describe('signature wrapping (T6-T22)', () => {
  const codes: Record<Wrapping, string> = {
    xsw1: 'saml.structure',
    xsw2: 'saml.structure',
    xsw3: 'saml.assertion_ambiguous',
    xsw4: 'saml.structure',
    xsw5: 'saml.assertion_ambiguous',
    xsw6: 'saml.structure',
    xsw7: 'saml.structure',
    xsw8: 'saml.structure',
  };
  refuse(
    (Object.keys(codes) as Wrapping[]).map((wrapping) => ({
      name: wrapping.toUpperCase(),
      code: codes[wrapping],
      options: { sign: wrapping === 'xsw1' || wrapping === 'xsw2' ? ('response' as const) : ('assertion' as const) },
      play: { xml: (xml: string) => wrap(xml, wrapping, { replace: 'f:9c1-2b7e', by: victim }) },
    })),
  );
  const evil = scene.respondXml({ sign: 'none', nameId: victim });
  const evilAssertion = /<saml:Assertion .*<\/saml:Assertion>/s.exec(evil)?.[0] ?? '';
  refuse([
    {
      name: 'T15: an EncryptedAssertion and a plain one',
      code: 'saml.assertion_ambiguous',
      options: { encryptTo: { certificatePem: scene.own.certificatePem } },
      play: { xml: (xml) => xml.replace('</samlp:Response>', `${evilAssertion}</samlp:Response>`) },
    },
    {
      name: 'T17: the signed Assertion in the Advice of an evil one',
      code: 'saml.structure',
      play: {
        xml: (xml) => {
          const signed = /<saml:Assertion .*<\/saml:Assertion>/s.exec(xml)?.[0] ?? '';
          return xml.replace(
            signed,
            evilAssertion.replace('<saml:AuthnStatement', `<saml:Advice>${signed}</saml:Advice><saml:AuthnStatement`),
          );
        },
      },
    },
    {
      name: 'T22: two signatures in one Assertion',
      code: 'xml.signature_ambiguous',
      play: { xml: (xml) => xml.replace(/<ds:Signature .*?<\/ds:Signature>/s, '$&$&') },
    },
    {
      name: 'a signature behind the Subject',
      code: 'saml.structure',
      play: { xml: (xml) => xml.replace(/(<ds:Signature .*?<\/ds:Signature>)(<saml:Subject>.*?<\/saml:Subject>)/s, '$2$1') },
    },
    {
      name: 'a signature behind the Status',
      code: 'saml.structure',
      options: { sign: 'response' },
      play: { xml: (xml) => xml.replace(/(<ds:Signature .*?<\/ds:Signature>)(<samlp:Status>.*?<\/samlp:Status>)/s, '$2$1') },
    },
    {
      name: 'two elements with one ID',
      code: 'xml.duplicate_id',
      options: { response: { id: '_same' }, assertion: { id: '_same' } },
    },
    {
      name: 'an element of a foreign namespace in the Response (T35)',
      code: 'saml.structure',
      play: { xml: (xml) => xml.replace('<saml:Assertion', '<x:Assertion xmlns:x="urn:x"></x:Assertion><saml:Assertion') },
    },
    {
      name: 'an element of a foreign namespace before everything else (T35)',
      code: 'saml.structure',
      play: { xml: (xml) => xml.replace('<saml:Issuer', '<x:Issuer xmlns:x="urn:x"></x:Issuer><saml:Issuer') },
    },
    {
      name: 'the Assertion’s prefix bound to another namespace (T35)',
      code: 'saml.structure',
      play: { xml: (xml) => xml.replace(`<saml:Assertion xmlns:saml="${NS.saml}"`, '<saml:Assertion xmlns:saml="urn:x"') },
    },
    {
      name: 'a Response that is a LogoutResponse',
      code: 'saml.structure',
      play: { xml: (xml) => xml.replaceAll('samlp:Response', 'samlp:LogoutResponse') },
    },
  ]);
});

describe('a signature covers its parent, by one reference and two transforms (T19, T23, T33)', () => {
  /** The assertion signed by the configured key, with the given shape of reference and SignedInfo. */
  const reshaped = (shape: (uri: string, canonical: string) => string): Partial<RespondOptions> => ({
    sign: 'none',
    afterSigning: {
      assertion: (xml) => insertSignature(xml, shape(`#${/ ID="([^"]*)"/.exec(xml)?.[1] ?? ''}`, canonicalOf(xml, 'none'))),
    },
  });
  const key = scene.idp.keys.privateKey;
  const withUri = (uri: string | null): Partial<RespondOptions> =>
    reshaped((_, canonical) => signatureXml([{ uri, canonical }], { key }));
  const withTransforms = (...transforms: string[]): Partial<RespondOptions> =>
    reshaped((uri, canonical) => signatureXml([{ uri, canonical, transforms }], { key }));
  const withSignedInfo = (editSignedInfo: (xml: string) => string): Partial<RespondOptions> =>
    reshaped((uri, canonical) => signatureXml([{ uri, canonical }], { key, editSignedInfo }));
  it('the way these are made gives a valid signature', async () => {
    assert.equal((await scene.play(reshaped((uri, canonical) => signatureXml([{ uri, canonical }], { key })))).code, null);
  });
  refuse([
    {
      name: 'T19: two references',
      code: 'xml.signature_malformed',
      options: reshaped((uri, canonical) =>
        signatureXml(
          [
            { uri, canonical },
            { uri: '#_evil', canonical: '<x></x>' },
          ],
          { key },
        ),
      ),
    },
    { name: 'T23: an empty URI', code: 'xml.signature_reference', options: withUri('') },
    { name: 'T23: no URI', code: 'xml.signature_reference', options: withUri(null) },
    { name: 'T23: an XPointer', code: 'xml.signature_reference', options: withUri('#xpointer(/)') },
    { name: 'T23: an id with a quote', code: 'xml.signature_reference', options: withUri('#id"]') },
    { name: 'T23: the id of another element', code: 'xml.signature_reference', options: withUri('#_other') },
    {
      name: 'T33: XSLT',
      code: 'xml.signature_transforms',
      options: withTransforms('http://www.w3.org/TR/1999/REC-xslt-19991116', EXCLUSIVE),
    },
    {
      name: 'T33: XPath',
      code: 'xml.signature_transforms',
      options: withTransforms(ENVELOPED, 'http://www.w3.org/TR/1999/REC-xpath-19991116'),
    },
    { name: 'T33: three transforms', code: 'xml.signature_transforms', options: withTransforms(ENVELOPED, EXCLUSIVE, EXCLUSIVE) },
    { name: 'T33: base64', code: 'xml.signature_transforms', options: withTransforms(ENVELOPED, `${NS.ds}base64`) },
    { name: 'T33: one transform', code: 'xml.signature_transforms', options: withTransforms(EXCLUSIVE) },
    {
      name: 'T38: canonicalization with comments',
      code: 'xml.signature_transforms',
      options: withTransforms(ENVELOPED, `${EXCLUSIVE}WithComments`),
    },
    {
      name: 'T38: SignedInfo canonicalized with comments',
      code: 'xml.signature_algorithm',
      options: reshaped((uri, canonical) =>
        signatureXml([{ uri, canonical }], { key, canonicalization: `${EXCLUSIVE}WithComments` }),
      ),
    },
    {
      name: 'an Object in the signature',
      code: 'xml.signature_malformed',
      options: { afterSigning: { assertion: (xml) => xml.replace('</ds:Signature>', '<ds:Object></ds:Object></ds:Signature>') } },
    },
    {
      name: 'an Object where KeyInfo may stand',
      code: 'xml.signature_malformed',
      options: {
        afterSigning: {
          assertion: (xml) =>
            xml
              .replace(/<ds:KeyInfo[^]*?<\/ds:KeyInfo>/, '')
              .replace('</ds:Signature>', '<ds:Object></ds:Object></ds:Signature>'),
        },
      },
    },
    {
      name: 'T37: an HMACOutputLength',
      code: 'xml.signature_malformed',
      options: withSignedInfo((xml) =>
        xml.replace('</ds:SignatureMethod>', '<ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>'),
      ),
    },
    {
      name: 'a second DigestValue',
      code: 'xml.signature_malformed',
      options: withSignedInfo((xml) => xml.replace(/<ds:DigestValue>.*<\/ds:DigestValue>/, '$&$&')),
    },
    {
      name: 'T21: a comment in the DigestValue',
      code: 'xml.comment',
      play: { xml: (xml) => xml.replace('<ds:DigestValue>', '<ds:DigestValue><!--x-->') },
    },
    {
      name: 'an element in the DigestValue',
      code: 'xml.signature_malformed',
      options: withSignedInfo((xml) => xml.replace('<ds:DigestValue>', '<ds:DigestValue><ds:x></ds:x>')),
    },
    {
      name: 'a prefix list that is no InclusiveNamespaces',
      code: 'xml.signature_transforms',
      options: withSignedInfo((xml) => xml.replace(`<ds:Transform Algorithm="${EXCLUSIVE}">`, `$&<ds:XPath>//x</ds:XPath>`)),
    },
  ]);
});
