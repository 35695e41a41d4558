import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const FOLDER = new URL('../../.cache/test-keys/', import.meta.url);

const taken = new Map<number, number>();

/**
 * An RSA key that nobody else in this process has. It need not be new to be somebody else's: a tenth of a second goes into the search
 * for its primes, so keys are kept for the runs to come. What makes keys itself (`make-keys.job.ts`) is tried with its own.
 */
export function takeRsaKey(bits = 2048): { publicKey: KeyObject; privateKey: KeyObject } {
  const number = taken.get(bits) ?? 0;
  taken.set(bits, number + 1);
  const privateKey = createPrivateKey(readOrMake(`rsa-${bits}-${number}.pem`, bits));
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

function readOrMake(name: string, bits: number): string {
  const file = new URL(name, FOLDER);
  try {
    return readFileSync(file, 'utf8');
  } catch {
    mkdirSync(FOLDER, { recursive: true });
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
    keep(file, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
    return readFileSync(file, 'utf8');
  }
}

/** Whole or not at all, and the first one stays: other processes look for the same one. */
function keep(file: URL, pem: string): void {
  const draft = new URL(`${file.href}.${process.pid}`);
  writeFileSync(draft, pem, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
}
