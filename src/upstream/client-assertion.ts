import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { SignJWT } from 'jose';
import { newSecret, type World } from '#kernel/world.ts';

/** What the gateway signs client assertions with. */
export interface ClientKey {
  readonly kid: string;
  readonly privateKeyPem: string;
  readonly certificatePem?: string | null;
}

export interface AssertionWish {
  key: ClientKey;
  clientId: string;
  /** One audience, as a text: a list would let a second server use it. @see RFC 7523bis, CVE-2025-27370 */
  audience: string;
  /** `certificate`: the key is found by the thumbprint of its certificate, as Microsoft does; `key-id`: by `kid`. */
  foundBy: 'certificate' | 'key-id';
}

/** How a client assertion is sent. @see RFC 7523 §2.2 */
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** Long enough for a clock that is a little off, short enough to be worth nothing when found in a log. */
const ASSERTION_SECONDS = 60;

/**
 * Proves this client by a key of its own.
 *
 * @see RFC 7523 §3; Microsoft Learn, "Microsoft identity platform application authentication certificate credentials"
 */
export async function signClientAssertion({ key, clientId, audience, foundBy }: AssertionWish, world: World): Promise<string> {
  const { signer, header } = prepare(key, foundBy);
  const now = Math.floor(world.now().getTime() / 1000);
  return new SignJWT({ jti: newSecret(world) })
    .setProtectedHeader(header)
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    .setIssuedAt(now)
    .setNotBefore(now)
    .setExpirationTime(now + ASSERTION_SECONDS)
    .sign(signer);
}

type Header = { alg: string; typ: string } & Record<string, string>;
type Prepared = { signer: KeyObject; header: Header; foundBy: AssertionWish['foundBy'] };
const prepared = new WeakMap<ClientKey, Prepared>();

function prepare(key: ClientKey, foundBy: AssertionWish['foundBy']): Prepared {
  const known = prepared.get(key);
  if (known?.foundBy === foundBy) return known;
  const signer = createPrivateKey(key.privateKeyPem);
  const alg = algorithmOf(signer, foundBy);
  const made = { signer, foundBy, header: { alg, typ: 'JWT', ...referenceTo(key, foundBy) } };
  prepared.set(key, made);
  return made;
}

/** RSA keys sign RS256, which every provider knows; Microsoft wants PS256. */
function algorithmOf(key: KeyObject, foundBy: AssertionWish['foundBy']): string {
  if (key.asymmetricKeyType === 'rsa') return foundBy === 'certificate' ? 'PS256' : 'RS256';
  if (key.asymmetricKeyType === 'ed25519') return 'EdDSA';
  return key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'ES384' : 'ES256';
}

/**
 * Microsoft finds a certificate by its SHA-256 thumbprint; a `kid` of our own would name a credential that it does not have, and where
 * there is no certificate it is all there is. Others may look for either.
 */
function referenceTo({ kid, certificatePem }: ClientKey, foundBy: AssertionWish['foundBy']): Record<string, string> {
  if (!certificatePem) return { kid };
  const { raw } = new X509Certificate(certificatePem);
  const hash = (name: string): string => createHash(name).update(raw).digest('base64url');
  if (foundBy === 'certificate') return { 'x5t#S256': hash('sha256') };
  return { kid, x5t: hash('sha1'), 'x5t#S256': hash('sha256') };
}
