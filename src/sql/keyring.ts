import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

/**
 * Encrypts secrets at rest: AES-256-GCM, a random 96-bit nonce each, the key's id in the clear for rotation, and the place of the
 * secret (table, column, tenant, row) as associated data, so that a sealed value cannot be moved to another row.
 * Sealed form: `v1.<key id>.<nonce>.<ciphertext and tag>`, base64url.
 *
 * @see NIST SP 800-38D
 */
export interface Keyring {
  /** Id of the key that seals now. */
  readonly currentKeyId: string;
  seal(place: string, secret: string): string;
  /** @throws Error when the key is not in the ring, the place differs, or the value was changed */
  unseal(place: string, sealed: string): string;
}

const VERSION = 'v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * @param masterKeys newest first; each any text of at least 32 characters. The first seals, all unseal.
 * @param random bytes of the system's generator, none of them given out twice: a nonce must not come again
 */
export function openKeyring(masterKeys: readonly string[], random: (length: number) => Uint8Array = randomBytes): Keyring {
  const keys = new Map<string, KeyObject>();
  for (const masterKey of masterKeys) {
    if (masterKey.length < 32) throw new Error('a master key needs at least 32 characters');
    const key = Buffer.from(hkdfSync('sha256', masterKey, '', 'sallyport secrets at rest', 32));
    // A KeyObject: raw bytes would be made into one for every secret.
    keys.set(createHash('sha256').update(key).digest('base64url').slice(0, 8), createSecretKey(key));
  }
  const [current] = keys;
  if (!current) throw new Error('no master key');
  const [currentKeyId, currentKey] = current;
  return {
    currentKeyId,
    seal(place, secret) {
      const nonce = Buffer.from(random(NONCE_BYTES));
      const cipher = createCipheriv('aes-256-gcm', currentKey, nonce).setAAD(Buffer.from(place));
      const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${VERSION}.${currentKeyId}.${nonce.toString('base64url')}.${sealed.toString('base64url')}`;
    },
    unseal(place, sealed) {
      const [version, keyId, nonce, body] = sealed.split('.');
      const key = keys.get(keyId ?? '');
      if (version !== VERSION || !nonce || !body) throw new Error(`not a sealed value in ${place}`);
      if (!key) throw new Error(`master key ${keyId} is not in SALLYPORT_MASTER_KEY; it sealed ${place}`);
      const bytes = Buffer.from(body, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url')).setAAD(Buffer.from(place));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      return decipher.update(bytes.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    },
  };
}
