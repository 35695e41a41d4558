import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose';
import { keepFile, readKeptFile } from '../kept-file.ts';
import { selfSignedCertificate } from './saml/certificate.ts';

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  /** With `kid`, `alg` and `use`. */
  readonly publicJwk: JWK;
}

export interface IdpKeys {
  readonly oidc: Readonly<Record<'RS256' | 'ES256', SigningKey>>;
  readonly saml: { readonly privateKey: KeyObject /** PEM */; readonly certificate: string };
}

interface StoredKeys {
  rs256: string;
  es256: string;
  saml: string;
  samlCertificate: string;
}

/** Reads the keys of the folder, or makes them at the first start. The file is readable by its owner only. */
export async function readOrMakeKeys(folder: string, now: Date): Promise<IdpKeys> {
  const file = join(folder, 'idp-keys.json');
  const stored = (await readKeptFile<StoredKeys>(file)) ?? (await makeKeys(file, now));
  return {
    oidc: { RS256: await signingKey(stored.rs256, 'RS256'), ES256: await signingKey(stored.es256, 'ES256') },
    saml: { privateKey: createPrivateKey(stored.saml), certificate: stored.samlCertificate },
  };
}

async function makeKeys(file: string, now: Date): Promise<StoredKeys> {
  const generate = promisify(generateKeyPair);
  const [rsa, ec, saml] = await Promise.all([
    generate('rsa', { modulusLength: 2048 }),
    generate('ec', { namedCurve: 'P-256' }),
    generate('rsa', { modulusLength: 2048 }),
  ]);
  const stored: StoredKeys = {
    rs256: pem(rsa.privateKey),
    es256: pem(ec.privateKey),
    saml: pem(saml.privateKey),
    samlCertificate: selfSignedCertificate({ commonName: 'Sandbox identity provider', privateKey: saml.privateKey, now }),
  };
  await keepFile(file, stored);
  return stored;
}

async function signingKey(privatePem: string, alg: 'RS256' | 'ES256'): Promise<SigningKey> {
  const privateKey = createPrivateKey(privatePem);
  const jwk = await exportJWK(createPublicKey(privateKey));
  const kid = await calculateJwkThumbprint(jwk);
  return { kid, privateKey, publicJwk: { ...jwk, kid, alg, use: 'sig' } };
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }) as string;
}
