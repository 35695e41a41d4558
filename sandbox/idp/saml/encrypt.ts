import { constants, createCipheriv, publicEncrypt, randomBytes, X509Certificate } from 'node:crypto';
import { element, write, type XmlElement } from './xml.ts';

const AES_256_GCM = 'http://www.w3.org/2009/xmlenc11#aes256-gcm';
const RSA_OAEP = 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p';
const SHA1 = 'http://www.w3.org/2000/09/xmldsig#sha1';

/**
 * An `EncryptedAssertion` that only the holder of the certificate's key can read: AES-256-GCM, the key wrapped with RSA-OAEP.
 *
 * @see XML Encryption 1.1 §5.2.4, §5.5.2; SAML Core §2.3.4
 */
export function encryptAssertion(assertion: XmlElement, certificatePem: string): XmlElement {
  const key = randomBytes(32);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const sealed = Buffer.concat([iv, cipher.update(write(assertion)), cipher.final(), cipher.getAuthTag()]);
  // OAEP's SHA-1 is what `rsa-oaep-mgf1p` fixes as its mask; no collision of it matters here.
  const wrapped = publicEncrypt(
    { key: new X509Certificate(certificatePem).publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
    key,
  );
  const encryptedKey = element(
    'xenc:EncryptedKey',
    {},
    element('xenc:EncryptionMethod', { Algorithm: RSA_OAEP }, element('ds:DigestMethod', { Algorithm: SHA1 })),
    cipherData(wrapped),
  );
  return element(
    'saml:EncryptedAssertion',
    {},
    element(
      'xenc:EncryptedData',
      { Type: 'http://www.w3.org/2001/04/xmlenc#Element' },
      element('xenc:EncryptionMethod', { Algorithm: AES_256_GCM }),
      element('ds:KeyInfo', {}, encryptedKey),
      cipherData(sealed),
    ),
  );
}

function cipherData(bytes: Buffer): XmlElement {
  return element('xenc:CipherData', {}, element('xenc:CipherValue', {}, bytes.toString('base64')));
}
