import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** What every provider accepts, for signatures and for key transport. */
const RSA_BITS = 2048;

const generate = promisify(generateKeyPair);

/** Makes an RSA key pair off the main thread: it takes some hundred milliseconds of searching for primes. */
export function makeRsaKey(): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  return generate('rsa', { modulusLength: RSA_BITS });
}
