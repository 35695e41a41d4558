import { createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';

/** Long enough that nobody's sandbox expires; the private key never leaves the data folder. */
const VALID_YEARS = 10;

const OID_SHA256_WITH_RSA = Buffer.from('2a864886f70d01010b', 'hex');
const OID_COMMON_NAME = Buffer.from('550403', 'hex');

/**
 * A self-signed RSA certificate in PEM, SHA-256, valid from a day ago.
 *
 * @see RFC 5280 §4.1 for the shape, X.690 for DER
 */
export function selfSignedCertificate(options: { commonName: string; privateKey: KeyObject; now: Date }): string {
  const { commonName, privateKey, now } = options;
  const algorithm = sequence(der(0x06, OID_SHA256_WITH_RSA), der(0x05));
  const name = sequence(der(0x31, sequence(der(0x06, OID_COMMON_NAME), der(0x0c, Buffer.from(commonName)))));
  const from = new Date(now.getTime() - 86_400_000);
  const until = new Date(from);
  until.setUTCFullYear(from.getUTCFullYear() + VALID_YEARS);
  const serial = randomBytes(16);
  // Positive, and without a leading zero byte that DER would forbid.
  serial[0] = (serial[0]! & 0x3f) | 0x40;
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    algorithm,
    name,
    sequence(time(from), time(until)),
    name,
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', toBeSigned, privateKey);
  const certificate = sequence(toBeSigned, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = certificate.toString('base64').match(/.{1,64}/g)!;
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** The base64 of a PEM certificate, as XML signatures and metadata carry it. */
export function certificateBase64(pem: string): string {
  return pem.replace(/-----[A-Z ]+-----|\s/g, '');
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const length = Buffer.from(content.length.toString(16).padStart(content.length > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content]);
}

/** UTCTime until 2049, GeneralizedTime after it (RFC 5280 §4.1.2.5). */
function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '');
  return date.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits));
}
