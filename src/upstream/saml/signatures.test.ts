import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import { insertSignature, type RespondOptions } from '#test/saml/idp.ts';
import { createScene, type Play } from '#test/saml/scene.ts';
import { ENVELOPED, EXCLUSIVE, type SigningOptions, signatureXml } from '#test/saml/signing.ts';
import { canonicalOf, NS } from '#test/saml/templates.ts';
import { removeSignatures, type Wrapping, wrap } from '#test/saml/wrapping.ts';
import { saml } from './index.ts';

const scene = createScene(saml);
const stranger = makeCertifiedKey();
const weak = makeCertifiedKey('rsa-1024');
const victim = 'admin@acme.example';

interface Row {
  name: string;
  code: string;
  options?: Partial<RespondOptions>;
  play?: Play;
}

function refuse(rows: Row[]): void {
  for (const { name, code, options, play } of rows) {
    it(name, async () => {
      const sign = options?.sign === 'none' ? 'assertion' : options?.sign;
      assert.equal((await scene.play({ sign })).code, null, 'the valid control signs in');
      const outcome = await scene.play(options, play);
      assert.equal(outcome.code, code);
      assert.equal(outcome.lines.at(-1)?.code, code, 'the last line of the trace tells the refusal');
      assert.equal(outcome.lines.filter((line) => line.verdict === 'refused').length, 1);
    });
  }
}

describe('a message must be signed, by a configured key (T2-T5)', () => {
  refuse([
    {
      name: 'T2: neither Response nor Assertion signed',
      code: 'saml.signature_missing',
      options: { sign: 'none', nameId: victim },
    },
    {
      name: 'T3: every signature deleted',
      code: 'saml.signature_missing',
      options: { sign: 'both' },
      play: { xml: removeSignatures },
    },
    {
      name: 'T4: a stranger’s key, with his certificate in KeyInfo',
      code: 'xml.signature_value',
      options: { signing: { key: stranger.privateKey, certificateBase64: stranger.certificateBase64 } },
    },
    {
      name: 'T4: a stranger’s key on the Response',
      code: 'xml.signature_value',
      options: { sign: 'response', signing: { key: stranger.privateKey } },
    },
    {
      name: 'T5: another tenant’s identity provider with the same entity id',
      code: 'xml.signature_value',
      options: { signing: { key: stranger.privateKey } },
    },
    {
      name: 'an invalid signature beside a valid one',
      code: 'xml.signature_digest',
      options: { sign: 'both', afterSigning: { assertion: (xml) => xml.replace('f:9c1', 'admin') } },
    },
  ]);
});

describe('verify signature of: what the connection demands must be signed', () => {
  const demanded = {
    assertion: ['assertion', 'both'],
    response: ['response', 'both'],
    both: ['both'],
    either: ['assertion', 'response', 'both'],
  } as const;
  for (const [verifySignatureOf, enough] of Object.entries(demanded)) {
    for (const sign of ['assertion', 'response', 'both'] as const) {
      const isEnough = (enough as readonly string[]).includes(sign);
      it(`${verifySignatureOf}: a signature of ${sign} is ${isEnough ? 'enough' : 'refused'}`, async () => {
        const { code } = await scene.play({ sign }, { settings: { verifySignatureOf } });
        assert.equal(code, isEnough ? null : 'saml.signature_missing');
      });
    }
  }
});

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

describe('algorithms come from a list (T37-T39)', () => {
  const signed = (signing: Partial<SigningOptions>): Partial<RespondOptions> => ({ signing });
  const value = (replacement: string): Play => ({
    xml: (xml) => xml.replace(/<ds:SignatureValue>[^<]*/, `<ds:SignatureValue>${replacement}`),
  });
  refuse([
    {
      name: 'T37: hmac-sha1 keyed with the certificate',
      code: 'xml.signature_algorithm',
      options: signed({ algorithm: 'hmac-sha1', hmacKey: scene.idp.keys.certificatePem }),
    },
    {
      name: 'T37: hmac-sha256 keyed with the certificate',
      code: 'xml.signature_algorithm',
      options: signed({ algorithm: 'hmac-sha256', hmacKey: scene.idp.keys.certificatePem }),
    },
    { name: 'T38: rsa-sha1', code: 'xml.signature_algorithm', options: signed({ algorithm: 'rsa-sha1' }) },
    { name: 'T38: a SHA-1 digest', code: 'xml.signature_algorithm', options: signed({ digest: 'sha1' }) },
    { name: 'T38: an MD5 digest', code: 'xml.signature_algorithm', options: signed({ digest: 'md5' }) },
    { name: 'T39: an empty SignatureValue', code: 'xml.signature_malformed', play: value('') },
    { name: 'T39: one byte', code: 'xml.signature_value', play: value('AA==') },
    { name: 'T39: junk base64', code: 'xml.signature_malformed', play: value('!!!!') },
    { name: 'T39: base64 with stray bits', code: 'xml.signature_malformed', play: value('AB==') },
    {
      name: 'T39: one byte too many',
      code: 'xml.signature_value',
      play: {
        xml: (xml) =>
          xml.replace(
            /(<ds:SignatureValue>)([^<]*)/,
            (_, tag: string, text: string) =>
              `${tag}${Buffer.concat([Buffer.from(text, 'base64'), Buffer.alloc(1)]).toString('base64')}`,
          ),
      },
    },
    { name: 'T39: the right length, all zero', code: 'xml.signature_value', play: value(Buffer.alloc(256).toString('base64')) },
  ]);

  it('T39: ECDSA values of zero, of DER and of wrong length', async () => {
    const keys = makeCertifiedKey('ec-p256');
    const settings = { verificationCertificates: [keys.certificatePem] };
    const options = { signing: { algorithm: 'ecdsa-sha256', key: keys.privateKey } } as const;
    assert.equal((await scene.play(options, { settings })).code, null);
    for (const bytes of [Buffer.alloc(64), Buffer.alloc(63, 1), Buffer.alloc(65, 1), Buffer.from('3006020101020101', 'hex')]) {
      assert.equal((await scene.play(options, { settings, ...value(bytes.toString('base64')) })).code, 'xml.signature_value');
    }
  });

  it('an RSA signature is not taken for an ECDSA one, nor the other way', async () => {
    const options = { signing: { editSignedInfo: (xml: string) => xml.replace('rsa-sha256', 'ecdsa-sha256') } };
    assert.equal((await scene.play(options)).code, 'xml.signature_value');
  });

  it('T38: a certificate with RSA-1024 cannot be configured', () => {
    assert.throws(() => saml.readSettings(scene.raw({ verificationCertificates: [weak.certificatePem] })), {
      code: 'saml.settings_invalid',
    });
  });
});
