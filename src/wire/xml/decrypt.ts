import { type CipherGCMTypes, constants, createDecipheriv, createSecretKey, type KeyObject, privateDecrypt } from 'node:crypto';
import type { World } from '#kernel/world.ts';
import type { ContentCipher, EncryptedContent, WrappedKey } from './encrypted-shape.ts';

const BLOCK_BYTES = 16;
const GCM_NONCE_BYTES = 12;
const GCM_TAG_BYTES = 16;

/**
 * Decrypts with whichever of our keys fits. It never says why it failed: a content key that does not come out is replaced by a
 * random one and decryption goes on, wrong padding leaves the bytes as they are, a wrong tag gives random bytes. Unless the
 * ciphertext itself was signed, the result means nothing until an inner signature holds; every fault on the way there must look
 * like every other (Bleichenbacher, Jager-Somorovsky; ATTACKS T41, T42).
 */
export function decryptContent(content: EncryptedContent, keys: readonly KeyObject[], world: Pick<World, 'randomBytes'>): Buffer {
  const substitute = Buffer.from(world.randomBytes(content.cipher.keyBytes));
  const contentKey = unwrap(content, keys) ?? substitute;
  return content.cipher.mode === 'gcm' ? openGcm(content, contentKey, world) : openCbc(content, contentKey);
}

function unwrap(content: EncryptedContent, keys: readonly KeyObject[]): Buffer | undefined {
  for (const wrapped of content.wrappedKeys) {
    for (const key of keys) {
      const contentKey = tryUnwrap(wrapped, key);
      if (contentKey?.length === content.cipher.keyBytes) return contentKey;
    }
  }
  return undefined;
}

function tryUnwrap({ oaepHash, value }: WrappedKey, key: KeyObject): Buffer | undefined {
  try {
    return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, value);
  } catch {
    return undefined;
  }
}

function openGcm({ cipher, value }: EncryptedContent, key: Buffer, world: Pick<World, 'randomBytes'>): Buffer {
  const tagAt = value.length - GCM_TAG_BYTES;
  const engine = createDecipheriv(cipher.name as CipherGCMTypes, createSecretKey(key), value.subarray(0, GCM_NONCE_BYTES), {
    authTagLength: GCM_TAG_BYTES,
  });
  engine.setAuthTag(value.subarray(tagAt));
  const plain = engine.update(value.subarray(GCM_NONCE_BYTES, tagAt));
  try {
    engine.final();
    return plain;
  } catch {
    return Buffer.from(world.randomBytes(BLOCK_BYTES));
  }
}

function openCbc({ cipher, value }: { cipher: ContentCipher; value: Buffer }, key: Buffer): Buffer {
  const engine = createDecipheriv(cipher.name, createSecretKey(key), value.subarray(0, BLOCK_BYTES));
  // XML Encryption fills the padding with anything; only its last octet counts, so the engine's own rule does not fit.
  engine.setAutoPadding(false);
  const padded = Buffer.concat([engine.update(value.subarray(BLOCK_BYTES)), engine.final()]);
  const count = padded[padded.length - 1] ?? 0;
  return padded.subarray(0, padded.length - (count >= 1 && count <= BLOCK_BYTES ? count : 0));
}
