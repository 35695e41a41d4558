import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { InputFault } from '#kernel/problem.ts';
import type { SigningKey } from '#wire/xml/index.ts';

interface KeyPairText {
  readonly privateKeyPem: string;
  readonly certificatePem: string;
}

/** Our own keys of one connection, the active one first: that one signs, all of them decrypt, all certificates are in the metadata. */
export interface OwnKeys {
  readonly signing: readonly SigningKey[];
  readonly decryption: readonly SigningKey[];
}

/** Reads keys and adds what is wrong with them to the faults. A fault never repeats any part of a key. */
export function readOwnKeys(
  keys: { readonly signing: readonly KeyPairText[]; readonly decryption: readonly KeyPairText[] },
  faults: InputFault[],
): OwnKeys {
  const readAll = (use: 'signing' | 'decryption'): SigningKey[] =>
    keys[use].flatMap((pair, at) => {
      const read = readPair(pair, use);
      if (typeof read !== 'string') return [read];
      faults.push({ pointer: `/keys/${use}/${at}`, code: read, detail: 'the key and its certificate cannot be used' });
      return [];
    });
  return { signing: readAll('signing'), decryption: readAll('decryption') };
}

function readPair(pair: KeyPairText, use: 'signing' | 'decryption'): SigningKey | string {
  try {
    const key: KeyObject = createPrivateKey(pair.privateKeyPem);
    const certificate = new X509Certificate(pair.certificatePem);
    if (!certificate.checkPrivateKey(key)) return 'key_mismatch';
    const type = key.asymmetricKeyType;
    if (type !== 'rsa' && (type !== 'ec' || use === 'decryption')) return 'key_not_allowed';
    return { key, certificate: certificate.raw.toString('base64') };
  } catch {
    return 'key_malformed';
  }
}
