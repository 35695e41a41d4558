import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { takeRsaKey } from '../rsa-keys.ts';

/** A key with a certificate of its own making, as an identity provider or a service provider publishes it. */
export interface CertifiedKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly privateKeyPem: string;
  readonly certificatePem: string;
  /** The certificate as XML carries it: base64 of the DER, no line breaks. */
  readonly certificateBase64: string;
}

export type KeyKind = 'rsa-1024' | 'rsa-2048' | 'rsa-3072' | 'ec-p256' | 'ec-p384' | 'ec-p521';

export interface CertificateOptions {
  commonName?: string;
  notBefore?: Date;
  notAfter?: Date;
}

const EC_CURVES = { 'ec-p256': 'prime256v1', 'ec-p384': 'secp384r1', 'ec-p521': 'secp521r1' } as const;

/** A fresh key and a self-signed certificate for it, made by hand: node:crypto reads certificates but makes none. */
export function makeCertifiedKey(kind: KeyKind = 'rsa-2048', options: CertificateOptions = {}): CertifiedKey {
  const { privateKey, publicKey } = kind.startsWith('rsa-')
    ? takeRsaKey(Number(kind.slice(4)))
    : generateKeyPairSync('ec', { namedCurve: EC_CURVES[kind as keyof typeof EC_CURVES] });
  return certify(privateKey, publicKey, options);
}

/** A certificate for a key that is already there, as a rollover that keeps its key or a stored key in PEM wants it. */
export function certify(privateKey: KeyObject, publicKey: KeyObject, options: CertificateOptions = {}): CertifiedKey {
  const certificate = selfSigned(privateKey, publicKey, options);
  const certificateBase64 = certificate.toString('base64');
  return {
    privateKey,
    publicKey,
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    certificateBase64,
    certificatePem: `-----BEGIN CERTIFICATE-----\n${certificateBase64.replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  };
}

/** The private key of a PEM, for fixtures that are kept as text. */
export function readPrivateKey(pem: string): KeyObject {
  return createPrivateKey(pem);
}

function selfSigned(privateKey: KeyObject, publicKey: KeyObject, options: CertificateOptions): Buffer {
  const name = sequence(set(sequence(oid('550403'), der(0x0c, Buffer.from(options.commonName ?? 'test identity provider')))));
  const algorithm =
    publicKey.asymmetricKeyType === 'rsa' ? sequence(oid('2a864886f70d01010b'), der(0x05)) : sequence(oid('2a8648ce3d040302'));
  const toBeSigned = sequence(
    der(0xa0, integer(2)),
    integer(Date.now()),
    algorithm,
    name,
    sequence(
      time(options.notBefore ?? new Date('2020-01-01T00:00:00Z')),
      time(options.notAfter ?? new Date('2049-12-31T00:00:00Z')),
    ),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', toBeSigned, privateKey);
  return sequence(toBeSigned, algorithm, der(0x03, Buffer.from([0]), signature));
}

function der(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  return length < 0x100 ? Buffer.from([0x81, length]) : Buffer.from([0x82, length >> 8, length & 0xff]);
}

function sequence(...content: Buffer[]): Buffer {
  return der(0x30, ...content);
}

function set(...content: Buffer[]): Buffer {
  return der(0x31, ...content);
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function integer(value: number): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return der(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

function time(at: Date): Buffer {
  return der(0x17, Buffer.from(`${at.toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`));
}
