import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { type PublicJwk, type SigningAlgorithm, thumbprintOf } from './signing-key.ts';

/** The least that RFC 7518 §3.3 allows, and what every relying party accepts. */
const RSA_BITS = 2048;

const generate = promisify(generateKeyPair);

/** Makes a key pair off the main thread: an RSA key takes some hundred milliseconds of searching for primes. */
export async function makeKey(algorithm: SigningAlgorithm): Promise<{ privateKey: KeyObject; publicJwk: PublicJwk }> {
  const { publicKey, privateKey } =
    algorithm === 'RS256' ? await generate('rsa', { modulusLength: RSA_BITS }) : await generate('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' }) as Omit<PublicJwk, 'kid' | 'alg' | 'use'>;
  return { privateKey, publicJwk: { ...jwk, kid: thumbprintOf(jwk), alg: algorithm, use: 'sig' } };
}
