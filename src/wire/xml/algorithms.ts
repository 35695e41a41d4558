import { constants, type KeyObject, verify } from 'node:crypto';
import { Problem } from '#kernel/problem.ts';
import { DS, XENC } from './namespaces.ts';
import { problems } from './problems.ts';

export type Hash = 'sha256' | 'sha384' | 'sha512';
export type SignatureScheme = 'rsa' | 'rsa-pss' | 'ecdsa';
export interface SignatureMethod {
  readonly uri: string;
  readonly scheme: SignatureScheme;
  readonly hash: Hash;
}

const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';
const MORE_2007 = 'http://www.w3.org/2007/05/xmldsig-more#';
const HASHES: readonly Hash[] = ['sha256', 'sha384', 'sha512'];

/** The whole list: no SHA-1, no MD5, no HMAC (a public certificate is no secret). @see RFC 9231 §2 */
const SIGNATURE_METHODS: ReadonlyMap<string, SignatureMethod> = new Map(
  HASHES.flatMap((hash): SignatureMethod[] => [
    { uri: `${MORE}rsa-${hash}`, scheme: 'rsa', hash },
    { uri: `${MORE_2007}${hash}-rsa-MGF1`, scheme: 'rsa-pss', hash },
    { uri: `${MORE}ecdsa-${hash}`, scheme: 'ecdsa', hash },
  ]).map((method) => [method.uri, method]),
);

const DIGEST_METHODS: ReadonlyMap<string, Hash> = new Map([
  [`${XENC}sha256`, 'sha256'],
  [`${MORE}sha384`, 'sha384'],
  [`${XENC}sha512`, 'sha512'],
]);

/** @throws Problem `xml.signature_algorithm` */
export function readSignatureMethod(uri: string | undefined): SignatureMethod {
  const method = SIGNATURE_METHODS.get(uri ?? '');
  if (method === undefined) throw refused(uri);
  return method;
}

/** @throws Problem `xml.signature_algorithm` */
export function readDigestMethod(uri: string | undefined): Hash {
  const hash = DIGEST_METHODS.get(uri ?? '');
  if (hash === undefined) throw refused(uri);
  return hash;
}

function refused(uri: string | undefined): Problem {
  return new Problem(problems.signature_algorithm, { detail: (uri ?? 'none').slice(0, 128), facts: { algorithm: uri ?? null } });
}

/** What a key of ours signs with: SHA-256, with RSA PKCS#1 v1.5 or ECDSA, which every product understands. */
export function signatureMethodFor(key: KeyObject): SignatureMethod {
  return readSignatureMethod(`${MORE}${key.asymmetricKeyType === 'ec' ? 'ecdsa' : 'rsa'}-sha256`);
}

export const SHA256_DIGEST_URI = `${XENC}sha256`;
export const SHA1_DIGEST_URI = `${DS}sha1`;

export interface SignedData {
  readonly data: Uint8Array;
  readonly signature: Uint8Array;
}

const modulusBytesOf = ({ asymmetricKeyDetails }: KeyObject): number => Math.ceil((asymmetricKeyDetails?.modulusLength ?? 0) / 8);

/** One bare verification. A key of another kind, or a signature of another length, is simply not valid. */
export function isSignatureValid(method: SignatureMethod, { data, signature }: SignedData, key: KeyObject): boolean {
  if (key.asymmetricKeyType !== (method.scheme === 'ecdsa' ? 'ec' : 'rsa')) return false;
  // OpenSSL takes a PSS signature without its leading noughts for the same number (RFC 8017 §8.1.2 step 1 forbids it).
  if (method.scheme !== 'ecdsa' && signature.length !== modulusBytesOf(key)) return false;
  try {
    switch (method.scheme) {
      case 'rsa':
        // PKCS#1 v1.5 is what an RSA key means by itself; to say so costs as much as the verification.
        return verify(method.hash, data, key, signature);
      case 'rsa-pss':
        return verify(
          method.hash,
          data,
          { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
          signature,
        );
      case 'ecdsa':
        // XML Signature carries r and s side by side, not in DER (RFC 9231 §2.3.6).
        return verify(method.hash, data, { key, dsaEncoding: 'ieee-p1363' }, signature);
    }
  } catch {
    return false;
  }
}
