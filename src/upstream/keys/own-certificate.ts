import { createHash, type KeyObject, sign } from 'node:crypto';

export interface CertificateWish {
  publicKey: KeyObject;
  privateKey: KeyObject;
  /** Shown by the provider's console; at most 64 characters (RFC 5280, upper bounds). */
  commonName: string;
  /** 16 random bytes; made positive here. */
  serial: Uint8Array;
  notBefore: Date;
  notAfter: Date;
  use: 'signature' | 'encryption';
}

/**
 * A self-signed X.509 v3 certificate for one of our own RSA keys, PEM. Node reads certificates and makes none; this writes the one
 * form that is needed. Nobody builds a chain on it: providers pin it, so it is marked as no CA.
 *
 * @see RFC 5280 §4.1, X.690 (DER)
 */
export function makeCertificate(wish: CertificateWish): string {
  const name = sequence(set(sequence(COMMON_NAME, der(0x0c, Buffer.from(wish.commonName.slice(0, 64))))));
  const spki = wish.publicKey.export({ type: 'spki', format: 'der' });
  const toBeSigned = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(positive(wish.serial)),
    SHA256_WITH_RSA,
    name,
    sequence(time(wish.notBefore), time(wish.notAfter)),
    name,
    spki,
    der(0xa3, sequence(...extensions(wish.use, spki))),
  );
  const certificate = sequence(toBeSigned, SHA256_WITH_RSA, bits(sign('sha256', toBeSigned, wish.privateKey)));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

const COMMON_NAME = oid('550403');
/** 1.2.840.113549.1.1.11 with the NULL that RFC 4055 §5 demands. */
const SHA256_WITH_RSA = sequence(oid('2a864886f70d01010b'), der(0x05));
const BASIC_CONSTRAINTS = oid('551d13');
const KEY_USAGE = oid('551d0f');
const SUBJECT_KEY_IDENTIFIER = oid('551d0e');
const CRITICAL = der(0x01, Buffer.from([0xff]));

/** digitalSignature; keyEncipherment and dataEncipherment: the named bits from the left, and how many are unused. @see RFC 5280 §4.2.1.3 */
const USAGES = { signature: Buffer.from([7, 0b1000_0000]), encryption: Buffer.from([4, 0b0011_0000]) };

function extensions(use: CertificateWish['use'], spki: Buffer): Buffer[] {
  // Any value that is unique to the key will do; the usual one hashes the key bits, this one the whole key information.
  const keyId = createHash('sha1').update(spki).digest();
  return [
    sequence(BASIC_CONSTRAINTS, CRITICAL, octets(sequence())),
    sequence(KEY_USAGE, CRITICAL, octets(der(0x03, USAGES[use]))),
    sequence(SUBJECT_KEY_IDENTIFIER, octets(octets(keyId))),
  ];
}

function der(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
}

/** Short form below 128, else the count of the length's own bytes and these. @see X.690 §8.1.3 */
function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = Buffer.from(length.toString(16).padStart(length < 0x100 ? 2 : 4, '0'), 'hex');
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
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

function octets(content: Buffer): Buffer {
  return der(0x04, content);
}

function bits(content: Buffer): Buffer {
  return der(0x03, Buffer.from([0]), content);
}

/** @param bytes big-endian, not negative, without needless zeros */
function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes);
}

/** At most 20 octets, positive, not zero, shortest form: the first bits are 01. @see RFC 5280 §4.1.2.2 */
function positive(serial: Uint8Array): Buffer {
  const bytes = Buffer.from(serial);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
}

/** UTCTime through 2049, GeneralizedTime from 2050. @see RFC 5280 §4.1.2.5 */
function time(at: Date): Buffer {
  const digits = `${at.toISOString().replace(/\D/g, '').slice(0, 14)}Z`;
  return at.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits));
}
