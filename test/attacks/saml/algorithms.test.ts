import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { makeCertifiedKey } from '../../kit/saml/certificate.ts';
import { createSamlIdp } from '../../kit/saml/idp.ts';
import { ENVELOPED, EXCLUSIVE, signatureXml } from '../../kit/saml/signing.ts';
import type { SamlConnection } from '../../kit/scene.ts';
import { shaped, withSignedInfo, withTransforms } from './messages.ts';
import { type Answering, accept, openStage, refuse, type Stage, VICTIM, type Waiting } from './stage.ts';

const elliptic = makeCertifiedKey('ec-p256');
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
