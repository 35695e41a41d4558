import { createPrivateKey, X509Certificate } from 'node:crypto';
import { Problem } from '#kernel/problem.ts';
import type { SigningKey } from '#wire/xml/index.ts';
import { problems } from './problems.ts';

interface KeyPairText {
  readonly privateKeyPem: string;
  readonly certificatePem: string;
}

/** Our own keys of one connection, the active one first: that one signs, all of them decrypt, all certificates are in the metadata. */
export interface OwnKeys {
  readonly signing: readonly SigningKey[];
  readonly decryption: readonly SigningKey[];
}

type Use = keyof OwnKeys;

/**
 * Our own keys, each kind parsed when it is first needed: most sign-ins need none, and parsed they take more memory and time than all
 * other settings. They were made here, or judged when they were imported. What cannot be used after all is told without any part of it.
 *
 * @throws Problem `saml.settings_invalid`, of the members
 */
export function readOwnKeys(pairs: Readonly<Record<Use, readonly KeyPairText[]>>): OwnKeys {
  const read: Partial<Record<Use, readonly SigningKey[]>> = {};
  const once = (use: Use): readonly SigningKey[] => (read[use] ??= pairs[use].map((pair, at) => readPair(pair, { use, at })));
  return {
    get signing() {
      return once('signing');
    },
    get decryption() {
      return once('decryption');
    },
  };
}

function readPair(pair: KeyPairText, { use, at }: { use: Use; at: number }): SigningKey {
  const read = parsePair(pair, use);
  if (typeof read !== 'string') return read;
  const fault = { pointer: `/keys/${use}/${at}`, code: read, detail: 'the key and its certificate cannot be used' };
  throw new Problem(problems.settings_invalid, { detail: fault.pointer, errors: [fault] });
}

function parsePair(pair: KeyPairText, use: Use): SigningKey | string {
  try {
    const key = createPrivateKey(pair.privateKeyPem);
    const certificate = new X509Certificate(pair.certificatePem);
    if (!certificate.checkPrivateKey(key)) return 'key_mismatch';
    const type = key.asymmetricKeyType;
    if (type !== 'rsa' && (type !== 'ec' || use === 'decryption')) return 'key_not_allowed';
    return { key, certificate: certificate.raw.toString('base64') };
  } catch {
    return 'key_malformed';
  }
}
