import { Problem } from '#kernel/problem.ts';
import { SHA1_DIGEST_URI, SHA256_DIGEST_URI } from './algorithms.ts';
import { readBase64 } from './base64.ts';
import { DS, XENC, XENC11 } from './namespaces.ts';
import { problems } from './problems.ts';
import { attributeOf, childrenOf, onlyChild, optionalChild, textOf, type XmlTree } from './tree.ts';

export interface ContentCipher {
  readonly uri: string;
  readonly name: 'aes-128-cbc' | 'aes-192-cbc' | 'aes-256-cbc' | 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm';
  readonly mode: 'cbc' | 'gcm';
  readonly keyBytes: number;
}

/** A content key under somebody's RSA key; OAEP with this hash for digest and mask alike. */
export interface WrappedKey {
  readonly oaepHash: 'sha1' | 'sha256';
  readonly value: Buffer;
}

export interface EncryptedContent {
  readonly cipher: ContentCipher;
  readonly value: Buffer;
  readonly wrappedKeys: readonly WrappedKey[];
}

/** One for each of the relying party's keys during a rollover is real; more is an attempt to make us work. */
const MAX_WRAPPED_KEYS = 4;

const CIPHERS: ReadonlyMap<string, ContentCipher> = new Map(
  ([128, 192, 256] as const)
    .flatMap((bits): ContentCipher[] => [
      { uri: `${XENC}aes${bits}-cbc`, name: `aes-${bits}-cbc`, mode: 'cbc', keyBytes: bits / 8 },
      { uri: `${XENC11}aes${bits}-gcm`, name: `aes-${bits}-gcm`, mode: 'gcm', keyBytes: bits / 8 },
    ])
    .map((cipher) => [cipher.uri, cipher]),
);

/** The ciphers that we take, best first, as metadata announces them. */
export const CONTENT_CIPHER_URIS: readonly string[] = [256, 192, 128]
  .map((bits) => `${XENC11}aes${bits}-gcm`)
  .concat([256, 192, 128].map((bits) => `${XENC}aes${bits}-cbc`));
export const OAEP_MGF1P = `${XENC}rsa-oaep-mgf1p`;
const OAEP_11 = `${XENC11}rsa-oaep`;

/**
 * Reads the parent of an EncryptedData: cipher, ciphertext, and the content keys inside of its KeyInfo or beside it. Nothing here
 * depends on a secret, so these refusals may say what is wrong.
 *
 * @throws Problem `xml.encryption_refused`
 * @see XML Encryption 1.1 §3, §5
 */
export function readEncryptedContent(parent: XmlTree): EncryptedContent {
  try {
    return read(parent);
  } catch (cause) {
    if (cause instanceof Problem && cause.type === problems.encryption_refused) throw cause;
    throw new Problem(problems.encryption_refused, { detail: 'the form of the encrypted element', cause });
  }
}

function read(parent: XmlTree): EncryptedContent {
  const data = onlyChild(parent, XENC, 'EncryptedData');
  const type = attributeOf(data, 'Type');
  refuseUnless(type === undefined || type === `${XENC}Element`, `type ${type}`);
  const uri = methodOf(data);
  const cipher = CIPHERS.get(uri);
  if (cipher === undefined) throw refused(`cipher ${uri}`);
  const value = cipherValue(data);
  // An initialization vector and at least one block, or a nonce and a tag.
  refuseUnless(cipher.mode === 'cbc' ? value.length >= 32 && value.length % 16 === 0 : value.length > 28, 'ciphertext length');
  const inside = optionalChild(data, DS, 'KeyInfo');
  const keys = [...(inside ? childrenOf(inside, XENC, 'EncryptedKey') : []), ...childrenOf(parent, XENC, 'EncryptedKey')];
  refuseUnless(keys.length > 0 && keys.length <= MAX_WRAPPED_KEYS, `${keys.length} encrypted keys`);
  return { cipher, value, wrappedKeys: keys.map(readWrappedKey) };
}

function readWrappedKey(encryptedKey: XmlTree): WrappedKey {
  const method = onlyChild(encryptedKey, XENC, 'EncryptionMethod');
  const uri = attributeOf(method, 'Algorithm');
  const digestMethod = optionalChild(method, DS, 'DigestMethod');
  const digest = digestMethod === undefined ? SHA1_DIGEST_URI : attributeOf(digestMethod, 'Algorithm');
  const mgfElement = optionalChild(method, XENC11, 'MGF');
  const mgf = mgfElement === undefined ? `${XENC11}mgf1sha1` : attributeOf(mgfElement, 'Algorithm');
  // RSA PKCS#1 v1.5 is refused: Bleichenbacher's oracle needs no more than a difference in time (ATTACKS T41).
  refuseUnless(uri === OAEP_MGF1P || uri === OAEP_11, `key transport ${uri}`);
  refuseUnless(optionalChild(method, XENC, 'OAEPparams') === undefined, 'OAEP parameters');
  const value = cipherValue(encryptedKey);
  if (digest === SHA1_DIGEST_URI && mgf === `${XENC11}mgf1sha1`) return { oaepHash: 'sha1', value };
  if (uri === OAEP_11 && digest === SHA256_DIGEST_URI && mgf === `${XENC11}mgf1sha256`) return { oaepHash: 'sha256', value };
  throw refused(`OAEP with digest ${digest} and mask ${mgf}`);
}

function methodOf(encrypted: XmlTree): string {
  return attributeOf(onlyChild(encrypted, XENC, 'EncryptionMethod'), 'Algorithm') ?? '';
}

function cipherValue(encrypted: XmlTree): Buffer {
  return readBase64(textOf(onlyChild(onlyChild(encrypted, XENC, 'CipherData'), XENC, 'CipherValue')));
}

function refuseUnless(holds: boolean, detail: string): void {
  if (!holds) throw refused(detail);
}

function refused(detail: string): Problem {
  return new Problem(problems.encryption_refused, { detail: detail.slice(0, 200), facts: { detail } });
}
