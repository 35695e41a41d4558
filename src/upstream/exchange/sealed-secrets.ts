import { argon2, createCipheriv, createDecipheriv } from 'node:crypto';
import { z } from 'zod';
import { Problem } from '#kernel/problem.ts';
import type { World } from '#kernel/world.ts';
import { problems } from '../problems.ts';
import { createOneAtATime } from './one-at-a-time.ts';

/** The second of RFC 9106's recommended settings: for machines with less memory to spare. About 0.3 s. */
const COST = { memory: 65_536, passes: 3, parallelism: 4 } as const;
/** A document from elsewhere says its own cost; it must not be ours without bound. What we ask for, and twice that, some day. */
const MOST = { memory: 131_072, passes: 4, parallelism: 4 } as const;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const KEY_BYTES = 32;
const TAG_BYTES = 16;
/** A passphrase is all that stands between the file and the secrets. */
export const SHORTEST_PASSPHRASE = 12;

/** A few hundred providers, each with the keys of a rollover. */
const LONGEST = 8_000_000;
const base64 = z
  .string()
  .max(LONGEST)
  .regex(/^[A-Za-z0-9_-]+$/, 'must be base64url');

/** Secrets under a passphrase, as they stand in an exported document. All byte strings are base64url. @see RFC 9106, NIST SP 800-38D */
export const sealedSecrets = z.strictObject({
  keyDerivation: z.strictObject({
    name: z.literal('argon2id'),
    memoryKib: z.int().min(8).max(MOST.memory),
    passes: z.int().min(1).max(MOST.passes),
    parallelism: z.int().min(1).max(MOST.parallelism),
    salt: base64.min(22),
  }),
  encryption: z.strictObject({ name: z.literal('A256GCM'), nonce: base64 }),
  ciphertext: base64,
});

export type SealedSecrets = z.output<typeof sealedSecrets>;

const oneAtATime = createOneAtATime();

/**
 * Encrypts secrets to a passphrase.
 * @throws Problem `upstream.busy`
 * @param beside what they belong to: opened beside anything else, they are refused
 */
export async function sealSecrets(
  secrets: Record<string, unknown>,
  { passphrase, beside }: { passphrase: string; beside: Buffer },
  world: World,
): Promise<SealedSecrets> {
  const keyDerivation = {
    name: 'argon2id',
    memoryKib: COST.memory,
    passes: COST.passes,
    parallelism: COST.parallelism,
    salt: Buffer.from(world.randomBytes(SALT_BYTES)).toString('base64url'),
  } as const;
  const nonce = Buffer.from(world.randomBytes(NONCE_BYTES));
  const cipher = createCipheriv('aes-256-gcm', await deriveKey(passphrase, keyDerivation), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(beside);
  const ciphertext = Buffer.concat([cipher.update(JSON.stringify(secrets)), cipher.final(), cipher.getAuthTag()]);
  return {
    keyDerivation,
    encryption: { name: 'A256GCM', nonce: nonce.toString('base64url') },
    ciphertext: ciphertext.toString('base64url'),
  };
}

/** @throws Problem `upstream.passphrase_wrong`: it is wrong, or the document was changed; nobody can tell which. `upstream.busy` */
export async function openSecrets(
  { keyDerivation, encryption, ciphertext }: SealedSecrets,
  { passphrase, beside }: { passphrase: string; beside: Buffer },
): Promise<Record<string, unknown>> {
  const bytes = Buffer.from(ciphertext, 'base64url');
  const nonce = Buffer.from(encryption.nonce, 'base64url');
  if (bytes.length < TAG_BYTES || nonce.length !== NONCE_BYTES) throw new Problem(problems.passphrase_wrong);
  const key = await deriveKey(passphrase, keyDerivation);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(beside);
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const text = Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString();
    return JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw new Problem(problems.passphrase_wrong, { cause });
  }
}

function deriveKey(
  passphrase: string,
  { salt, memoryKib, passes, parallelism }: SealedSecrets['keyDerivation'],
): Promise<Buffer> {
  const message = passphrase.normalize('NFC');
  const parameters = {
    message,
    nonce: Buffer.from(salt, 'base64url'),
    parallelism,
    tagLength: KEY_BYTES,
    memory: memoryKib,
    passes,
  };
  return oneAtATime(
    () =>
      new Promise((resolve, reject) => {
        argon2('argon2id', parameters, (error, key) => (error ? reject(error) : resolve(key)));
      }),
  );
}
