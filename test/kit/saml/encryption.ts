import { constants, createCipheriv, type KeyObject, publicEncrypt, randomBytes, X509Certificate } from 'node:crypto';
import { attribute, NS } from './templates.ts';

export type ContentCipher =
  | 'aes128-cbc'
  | 'aes192-cbc'
  | 'aes256-cbc'
  | 'aes128-gcm'
  | 'aes192-gcm'
  | 'aes256-gcm'
  | 'tripledes-cbc';
export type KeyTransport = 'rsa-oaep-mgf1p' | 'rsa-oaep-sha256' | 'rsa-1_5';

export interface EncryptionOptions {
  certificatePem: string;
  cipher?: ContentCipher;
  keyTransport?: KeyTransport;
  /** Inside EncryptedData's KeyInfo, or beside it with a RetrievalMethod, as the two families of products do it. */
  keyPlacement?: 'inside' | 'beside';
  /** Other bytes in the place of the encrypted key or content, for attacks on the ciphertext. */
  editKey?: (encrypted: Buffer) => Buffer;
  editContent?: (encrypted: Buffer) => Buffer;
}

const CIPHER_URIS: Readonly<Record<ContentCipher, string>> = {
  'aes128-cbc': `${NS.xenc}aes128-cbc`,
  'aes192-cbc': `${NS.xenc}aes192-cbc`,
  'aes256-cbc': `${NS.xenc}aes256-cbc`,
  'aes128-gcm': `${NS.xenc11}aes128-gcm`,
  'aes192-gcm': `${NS.xenc11}aes192-gcm`,
  'aes256-gcm': `${NS.xenc11}aes256-gcm`,
  'tripledes-cbc': `${NS.xenc}tripledes-cbc`,
};

/** A `saml:EncryptedAssertion` of the given text. */
export function encryptedAssertionXml(plain: string, options: EncryptionOptions): string {
  const cipher = options.cipher ?? 'aes256-gcm';
  const contentKey = randomBytes(cipher === 'tripledes-cbc' ? 24 : Number(cipher.slice(3, 6)) / 8);
  const content = (options.editContent ?? same)(encryptContent(Buffer.from(plain), cipher, contentKey));
  const wrapped = (options.editKey ?? same)(wrapKey(contentKey, options));
  const beside = options.keyPlacement === 'beside';
  const encryptedKey =
    `<xenc:EncryptedKey${beside ? ` xmlns:xenc="${NS.xenc}" Id="_ek"` : ''}>${keyMethodXml(options.keyTransport ?? 'rsa-oaep-mgf1p', beside)}` +
    `${cipherDataXml(wrapped)}</xenc:EncryptedKey>`;
  const keyInfo = beside ? `<ds:RetrievalMethod Type="${NS.xenc}EncryptedKey" URI="#_ek"></ds:RetrievalMethod>` : encryptedKey;
  const data =
    `<xenc:EncryptedData xmlns:xenc="${NS.xenc}" Type="${NS.xenc}Element">` +
    `<xenc:EncryptionMethod${attribute('Algorithm', CIPHER_URIS[cipher])}></xenc:EncryptionMethod>` +
    `<ds:KeyInfo xmlns:ds="${NS.ds}">${keyInfo}</ds:KeyInfo>${cipherDataXml(content)}</xenc:EncryptedData>`;
  return `<saml:EncryptedAssertion xmlns:saml="${NS.saml}">${data}${beside ? encryptedKey : ''}</saml:EncryptedAssertion>`;
}

function same(bytes: Buffer): Buffer {
  return bytes;
}

function cipherDataXml(bytes: Buffer): string {
  return `<xenc:CipherData><xenc:CipherValue>${bytes.toString('base64')}</xenc:CipherValue></xenc:CipherData>`;
}

function encryptContent(plain: Buffer, cipher: ContentCipher, key: Buffer): Buffer {
  if (cipher.endsWith('gcm')) {
    const iv = randomBytes(12);
    const engine = createCipheriv(`aes-${cipher.slice(3, 6)}-gcm` as 'aes-256-gcm', key, iv);
    return Buffer.concat([iv, engine.update(plain), engine.final(), engine.getAuthTag()]);
  }
  const block = cipher === 'tripledes-cbc' ? 8 : 16;
  const iv = randomBytes(block);
  const engine = createCipheriv(cipher === 'tripledes-cbc' ? 'des-ede3-cbc' : `aes-${cipher.slice(3, 6)}-cbc`, key, iv);
  engine.setAutoPadding(false);
  // XML Encryption pads with anything and puts the count into the last octet.
  const count = block - (plain.length % block);
  const padding = Buffer.concat([randomBytes(count - 1), Buffer.from([count])]);
  return Buffer.concat([iv, engine.update(Buffer.concat([plain, padding])), engine.final()]);
}

function wrapKey(contentKey: Buffer, options: EncryptionOptions): Buffer {
  const key: KeyObject = new X509Certificate(options.certificatePem).publicKey;
  switch (options.keyTransport ?? 'rsa-oaep-mgf1p') {
    case 'rsa-1_5':
      return publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, contentKey);
    case 'rsa-oaep-mgf1p':
      return publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, contentKey);
    case 'rsa-oaep-sha256':
      return publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, contentKey);
  }
}

/** Declares the prefix of the digest only where the parent has not: more would not be canonical. */
function keyMethodXml(transport: KeyTransport, declared: boolean): string {
  const ds = declared ? ` xmlns:ds="${NS.ds}"` : '';
  if (transport === 'rsa-1_5') return `<xenc:EncryptionMethod Algorithm="${NS.xenc}rsa-1_5"></xenc:EncryptionMethod>`;
  if (transport === 'rsa-oaep-mgf1p') {
    return (
      `<xenc:EncryptionMethod Algorithm="${NS.xenc}rsa-oaep-mgf1p">` +
      `<ds:DigestMethod${ds} Algorithm="${NS.ds}sha1"></ds:DigestMethod></xenc:EncryptionMethod>`
    );
  }
  return (
    `<xenc:EncryptionMethod Algorithm="${NS.xenc11}rsa-oaep"><ds:DigestMethod${ds} Algorithm="${NS.xenc}sha256"></ds:DigestMethod>` +
    `<xenc11:MGF xmlns:xenc11="${NS.xenc11}" Algorithm="${NS.xenc11}mgf1sha256"></xenc11:MGF></xenc:EncryptionMethod>`
  );
}
