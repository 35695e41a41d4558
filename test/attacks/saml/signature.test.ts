import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { makeCertifiedKey } from '../../kit/saml/certificate.ts';
import { createSamlIdp, insertSignature, type RespondOptions } from '../../kit/saml/idp.ts';
import { ENVELOPED, EXCLUSIVE, type SigningOptions, signatureXml } from '../../kit/saml/signing.ts';
import { canonicalOf, NS } from '../../kit/saml/templates.ts';
import { removeSignatures } from '../../kit/saml/wrapping.ts';
import type { SamlConnection } from '../../kit/scene.ts';
import { type Answering, accept, openStage, refuse, type Stage, VICTIM, type Waiting } from './stage.ts';

const elliptic = makeCertifiedKey('ec-p256');
const stranger = makeCertifiedKey();
let stage: Stage;
let byCurve: SamlConnection;
const here = (): Stage => stage;

before(async () => {
  stage = await openStage();
  byCurve = await stage.acme.connectSaml(
    createSamlIdp({ entityId: 'https://idp.acme.example/curve', ssoUrl: 'https://idp.acme.example/curve/sso', keys: elliptic }),
    { slug: 'curve' },
  );
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

/** The assertion signed by the configured key, with any shape of signature. */
function shaped(shape: (signed: { uri: string; canonical: string; key: SigningOptions['key'] }) => string): Answering {
  return {
    change: ({ connection }: Waiting): Partial<RespondOptions> => ({
      sign: 'none',
      afterSigning: {
        assertion: (xml) => {
          const uri = `#${/ ID="([^"]*)"/.exec(xml)?.[1] ?? ''}`;
          return insertSignature(xml, shape({ uri, canonical: canonicalOf(xml, 'none'), key: connection.idp.keys.privateKey }));
        },
      },
    }),
  };
}

const withUri = (uri: string | null): Answering => shaped(({ canonical, key }) => signatureXml([{ uri, canonical }], { key }));
const withTransforms = (...transforms: string[]): Answering =>
  shaped(({ uri, canonical, key }) => signatureXml([{ uri, canonical, transforms }], { key }));
const withSignedInfo = (editSignedInfo: (xml: string) => string): Answering =>
  shaped(({ uri, canonical, key }) => signatureXml([{ uri, canonical }], { key, editSignedInfo }));

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

describe('algorithms come from a list, whatever the message says (T37, T38)', () => {
  accept(here, [
    ...(['rsa-sha256', 'rsa-sha384', 'rsa-sha512', 'rsa-pss-sha256'] as const).map((algorithm) => ({
      name: algorithm,
      change: { signing: { algorithm } },
    })),
    { name: 'ecdsa-sha256', connection: () => byCurve, change: { signing: { algorithm: 'ecdsa-sha256' as const } } },
  ]);
  const keyedWith = (key: (waiting: Waiting) => string, algorithm: 'hmac-sha1' | 'hmac-sha256'): Answering => ({
    change: (waiting) => ({ nameId: VICTIM, signing: { algorithm, hmacKey: key(waiting) } }),
  });
  const pem = ({ connection }: Waiting): string => connection.idp.keys.certificatePem;
  const bare = ({ connection }: Waiting): string => connection.idp.keys.certificateBase64;
  const spki = ({ connection }: Waiting): string =>
    connection.idp.keys.publicKey.export({ type: 'spki', format: 'pem' }) as string;
  refuse(here, [
    { name: 'T37: hmac-sha1 keyed with the certificate', code: 'xml.signature_algorithm', ...keyedWith(pem, 'hmac-sha1') },
    { name: 'T37: hmac-sha256 keyed with the certificate', code: 'xml.signature_algorithm', ...keyedWith(pem, 'hmac-sha256') },
    {
      name: 'T37: hmac-sha256 keyed with the bare certificate',
      code: 'xml.signature_algorithm',
      ...keyedWith(bare, 'hmac-sha256'),
    },
    { name: 'T37: hmac-sha256 keyed with the public key', code: 'xml.signature_algorithm', ...keyedWith(spki, 'hmac-sha256') },
    {
      name: 'T37: an HMACOutputLength of 8 bits',
      code: 'xml.signature_malformed',
      ...withSignedInfo((xml) =>
        xml.replace('</ds:SignatureMethod>', '<ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>'),
      ),
    },
    { name: 'T38: rsa-sha1', code: 'xml.signature_algorithm', change: { signing: { algorithm: 'rsa-sha1' } } },
    { name: 'T38: a SHA-1 digest', code: 'xml.signature_algorithm', change: { signing: { digest: 'sha1' } } },
    { name: 'T38: an MD5 digest', code: 'xml.signature_algorithm', change: { signing: { digest: 'md5' } } },
    {
      name: 'T38: a transform with comments',
      code: 'xml.signature_transforms',
      ...withTransforms(ENVELOPED, `${EXCLUSIVE}WithComments`),
    },
    {
      name: 'T38: SignedInfo canonicalized with comments',
      code: 'xml.signature_algorithm',
      ...shaped(({ uri, canonical, key }) =>
        signatureXml([{ uri, canonical }], { key, canonicalization: `${EXCLUSIVE}WithComments` }),
      ),
    },
    {
      name: 'T38: inclusive canonicalization',
      code: 'xml.signature_algorithm',
      ...shaped(({ uri, canonical, key }) =>
        signatureXml([{ uri, canonical }], { key, canonicalization: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315' }),
      ),
    },
    {
      name: 'an RSA signature that calls itself ECDSA',
      code: 'xml.signature_value',
      change: { signing: { editSignedInfo: (xml) => xml.replace('rsa-sha256', 'ecdsa-sha256') } },
    },
  ]);
});

describe('a signature value is a signature (T39)', () => {
  const value = (text: string): Answering => ({
    xml: (xml) => xml.replace(/<ds:SignatureValue>[^<]*/, `<ds:SignatureValue>${text}`),
  });
  const bytes = (change: (value: Buffer) => Buffer): Answering => ({
    xml: (xml) =>
      xml.replace(
        /(<ds:SignatureValue>)([^<]*)/,
        (_, tag: string, text: string) => `${tag}${change(Buffer.from(text, 'base64')).toString('base64')}`,
      ),
  });
  accept(here, [{ name: 'the value as it was made', ...bytes((same) => same) }]);
  refuse(here, [
    {
      name: 'none',
      code: 'xml.signature_malformed',
      xml: (xml) => xml.replace(/<ds:SignatureValue>[^<]*<\/ds:SignatureValue>/, ''),
    },
    { name: 'empty', code: 'xml.signature_malformed', ...value('') },
    { name: 'one byte', code: 'xml.signature_value', ...value('AA==') },
    { name: 'no base64', code: 'xml.signature_malformed', ...value('!!!!') },
    { name: 'base64 with stray bits', code: 'xml.signature_malformed', ...value('AB==') },
    { name: 'base64url', code: 'xml.signature_malformed', ...value('_-_-') },
    { name: 'one byte too many', code: 'xml.signature_value', ...bytes((good) => Buffer.concat([good, Buffer.alloc(1)])) },
    { name: 'a zero before it', code: 'xml.signature_value', ...bytes((good) => Buffer.concat([Buffer.alloc(1), good])) },
    { name: 'one byte short', code: 'xml.signature_value', ...bytes((good) => good.subarray(1)) },
    { name: 'twice the length', code: 'xml.signature_value', ...bytes((good) => Buffer.concat([good, good])) },
    { name: 'all zero', code: 'xml.signature_value', ...bytes((good) => Buffer.alloc(good.length)) },
    {
      name: 'one',
      code: 'xml.signature_value',
      ...bytes((good) => Buffer.concat([Buffer.alloc(good.length - 1), Buffer.from([1])])),
    },
    { name: 'all ones, above the modulus', code: 'xml.signature_value', ...bytes((good) => Buffer.alloc(good.length, 0xff)) },
    { name: '100 kB', code: 'xml.signature_value', ...bytes(() => Buffer.alloc(100_000, 7)) },
  ]);
  const curve = (name: string, change: (value: Buffer) => Buffer) => ({
    name: `ECDSA: ${name}`,
    code: 'xml.signature_value',
    connection: () => byCurve,
    change: { signing: { algorithm: 'ecdsa-sha256' as const } },
    ...bytes(change),
  });
  refuse(here, [
    curve('r and s zero', () => Buffer.alloc(64)),
    curve('r zero', (good) => Buffer.concat([Buffer.alloc(32), good.subarray(32)])),
    curve('s zero', (good) => Buffer.concat([good.subarray(0, 32), Buffer.alloc(32)])),
    curve('r and s the order of the curve', () =>
      Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'.repeat(2), 'hex'),
    ),
    curve('63 bytes', (good) => good.subarray(1)),
    curve('65 bytes', (good) => Buffer.concat([good, Buffer.alloc(1)])),
    curve('empty in DER', () => Buffer.from('3006020100020100', 'hex')),
    curve('r and s swapped', (good) => Buffer.concat([good.subarray(32), good.subarray(0, 32)])),
    curve('100 kB', () => Buffer.alloc(100_000, 7)),
  ]);
});

describe('a connection takes no weak key (T38)', () => {
  it('a certificate with RSA-1024 is refused when it is configured', async () => {
    const weak = makeCertifiedKey('rsa-1024');
    const document = (certificatePem: string, slug: string): object => ({
      kind: 'saml',
      name: 'Weak',
      slug,
      saml: { issuer: 'https://weak.example', ssoUrl: 'https://weak.example/sso', verificationCertificates: [certificatePem] },
    });
    const good = await stage.acme.api.call(
      'POST',
      '/api/v1/identity-providers',
      document(makeCertifiedKey().certificatePem, 'strong'),
    );
    assert.equal(good.status, 201, JSON.stringify(good.json));
    const { status, json } = await stage.acme.api.call(
      'POST',
      '/api/v1/identity-providers',
      document(weak.certificatePem, 'weak'),
    );
    assert.equal(status, 422);
    assert.deepEqual(
      json.errors.map(({ pointer, code }: { pointer: string; code: string }) => ({ pointer, code })),
      [{ pointer: '/saml/verificationCertificates/0', code: 'key_not_allowed' }],
    );
  });
});
