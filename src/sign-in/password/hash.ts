import { type Argon2Parameters, argon2, timingSafeEqual } from 'node:crypto';

/** Derives a key by argon2id; the real one, or that of a test which counts. */
export type Argon2id = (parameters: Argon2Parameters) => Promise<Buffer>;

export const argon2id: Argon2id = (parameters) =>
  new Promise((resolve, reject) => argon2('argon2id', parameters, (error, key) => (error ? reject(error) : resolve(key))));

interface Cost {
  readonly memoryKib: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** @see OWASP Password Storage Cheat Sheet (2025), argon2id; RFC 9106 §4 */
const COST: Cost = { memoryKib: 19 * 1024, passes: 2, parallelism: 1 };
export const SALT_BYTES = 16;
const KEY_BYTES = 32;

/** What a password is hashed as: NFKC, so that the same keys on another keyboard are the same password. NIST SP 800-63B §5.1.1.2 */
const bytesOf = (password: string): Buffer => Buffer.from(password.normalize('NFKC'), 'utf8');

/** `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<key>` @see https://github.com/P-H-C/phc-string-format */
export async function hashPassword(derive: Argon2id, password: string, salt: Uint8Array): Promise<string> {
  const key = await derive(parametersOf(bytesOf(password), salt, COST));
  return `$argon2id$v=19$m=${COST.memoryKib},t=${COST.passes},p=${COST.parallelism}$${encode(salt)}$${encode(key)}`;
}

/** Always derives once, also where there is no hash: how long it takes says nothing of who exists. */
export async function verifyPassword(derive: Argon2id, password: string, hash: string | undefined): Promise<boolean> {
  const kept = readHash(hash ?? NOBODYS);
  const key = await derive(parametersOf(bytesOf(password), kept.salt, kept.cost));
  return timingSafeEqual(key, kept.key) && hash !== undefined;
}

/** Of the same cost as everybody's. */
const NOBODYS = `$argon2id$v=19$m=${COST.memoryKib},t=${COST.passes},p=${COST.parallelism}$${encode(Buffer.alloc(SALT_BYTES))}$${encode(Buffer.alloc(KEY_BYTES))}`;

const FORM = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function readHash(hash: string): { cost: Cost; salt: Buffer; key: Buffer } {
  const [, memory, passes, parallelism, salt = '', key = ''] = FORM.exec(hash) ?? [];
  if (memory === undefined) throw new Error('a stored password hash is not argon2id in PHC form');
  return {
    cost: { memoryKib: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt, 'base64'),
    key: Buffer.from(key, 'base64'),
  };
}

function parametersOf(message: Buffer, nonce: Uint8Array, { memoryKib, passes, parallelism }: Cost): Argon2Parameters {
  return { message, nonce, memory: memoryKib, passes, parallelism, tagLength: KEY_BYTES };
}

/** Base64 without padding, as PHC strings have it. */
function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '');
}
