import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { SignJWT } from 'jose';
import type { ClientAuth } from 'openid-client';
import { newSecret, type World } from '#kernel/world.ts';
import type { OidcSettings } from './settings.ts';

/** What the gateway signs client assertions with. */
type ClientKey = NonNullable<OidcSettings['keys']>['clientAssertion'][number];

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** Long enough for a clock that is a little off, short enough to be worth nothing when found in a log. */
const ASSERTION_SECONDS = 60;

/**
 * How this client proves itself at the token endpoint. Nothing is sent that the method does not need.
 *
 * @see RFC 6749 §2.3.1, OpenID Connect Core 1.0 §9, RFC 7523 §3
 */
export function clientAuthenticationOf(settings: OidcSettings, world: World): ClientAuth {
  const { clientId, clientSecret, clientAuthentication } = settings;
  switch (clientAuthentication) {
    case 'client_secret_basic':
      // oxlint-disable-next-line max-params -- openid-client calls it with four
      return (_server, _client, _body, headers) => {
        const credentials = `${formEncoded(clientId)}:${formEncoded(clientSecret ?? '')}`;
        headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`);
      };
    case 'client_secret_post':
      return (_server, _client, body) => {
        body.set('client_id', clientId);
        body.set('client_secret', clientSecret ?? '');
      };
    case 'private_key_jwt':
      return async (_server, _client, body) => {
        body.set('client_id', clientId);
        body.set('client_assertion_type', ASSERTION_TYPE);
        body.set('client_assertion', await signAssertion(settings, world));
      };
    case 'none':
      return (_server, _client, body) => body.set('client_id', clientId);
  }
}

/**
 * `application/x-www-form-urlencoded`, as RFC 6749 wants it before Basic. It leaves `-`, `.`, `_` and `*` as they are: there are
 * providers that do not decode (Glewlwyd), and ids and secrets seldom have other signs than these.
 */
function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

async function signAssertion(settings: OidcSettings, world: World): Promise<string> {
  const key = settings.keys?.clientAssertion[0];
  if (!key) throw new Error('a client assertion without a key: begin() refuses that');
  const { clientId, issuer, tokenEndpoint, clientAssertionAudience } = settings;
  const { signer, header } = prepare(key, settings.kind);
  const now = Math.floor(world.now().getTime() / 1000);
  return (
    new SignJWT({ jti: newSecret(world) })
      .setProtectedHeader(header)
      .setIssuer(clientId)
      .setSubject(clientId)
      // One audience, as a text: a list would let a second server use it. @see RFC 7523bis, CVE-2025-27370
      .setAudience(clientAssertionAudience === 'issuer' ? issuer : tokenEndpoint)
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + ASSERTION_SECONDS)
      .sign(signer)
  );
}

type Prepared = { signer: KeyObject; header: { alg: string; typ: string; kid: string } };
const prepared = new WeakMap<ClientKey, Prepared>();

function prepare(key: ClientKey, kind: OidcSettings['kind']): Prepared {
  const known = prepared.get(key);
  if (known) return known;
  const signer = createPrivateKey(key.privateKeyPem);
  const alg = algorithmOf(signer, kind);
  const made = { signer, header: { alg, typ: 'JWT', kid: key.kid, ...thumbprintOf(key, alg) } };
  prepared.set(key, made);
  return made;
}

/** RSA keys sign RS256, which every provider knows; Microsoft wants PS256. @see Microsoft identity platform, certificate credentials */
function algorithmOf(key: KeyObject, kind: OidcSettings['kind']): string {
  if (key.asymmetricKeyType === 'rsa') return kind === 'microsoft-oidc' ? 'PS256' : 'RS256';
  if (key.asymmetricKeyType === 'ed25519') return 'EdDSA';
  return key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'ES384' : 'ES256';
}

/** Microsoft finds the certificate by its thumbprint: SHA-256 beside PS256, SHA-1 as the older form beside others. */
function thumbprintOf({ certificatePem }: ClientKey, alg: string): Record<string, string> {
  if (!certificatePem) return {};
  const { raw } = new X509Certificate(certificatePem);
  const hash = (name: string): string => createHash(name).update(raw).digest('base64url');
  return alg === 'PS256' ? { 'x5t#S256': hash('sha256') } : { x5t: hash('sha1'), 'x5t#S256': hash('sha256') };
}
