import type { SignatureAlgorithm } from './keys.ts';

interface Described {
  issuer: string;
  alg: SignatureAlgorithm | undefined;
  /** Whether answers carry `iss`. @see RFC 9207 §3 */
  issuerParameter: boolean;
}

/** @see OpenID Connect Discovery 1.0 §3, RP-Initiated Logout 1.0 §2.1, RFC 8414 §2 */
export function metadataOf({ issuer, alg, issuerParameter }: Described): Record<string, unknown> {
  const at = (path: string): string => `${issuer}${path}`;
  return {
    issuer,
    authorization_endpoint: at('/authorize'),
    token_endpoint: at('/token'),
    userinfo_endpoint: at('/userinfo'),
    jwks_uri: at('/jwks'),
    end_session_endpoint: at('/end-session'),
    revocation_endpoint: at('/revoke'),
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [alg],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    ...(issuerParameter ? { authorization_response_iss_parameter_supported: true } : {}),
  };
}
