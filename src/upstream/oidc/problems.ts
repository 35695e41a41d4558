import { defineProblems } from '#kernel/problem.ts';

const TELL_PROVIDER = 'Ask the administrator of the identity provider; the trace shows what was expected and what came.';

/** Every refusal of an OpenID Connect sign-in; those of what a provider publishes are in `metadata/problems.ts`. */
export const problems = defineProblems('oidc', {
  settings_invalid: { status: 400, title: 'The settings of the identity provider are not complete or not correct' },
  client_key_missing: {
    status: 409,
    title: 'There is no key to authenticate with at the identity provider',
    remedy: 'Create a client certificate for this provider, or choose another client authentication.',
    source: 'OpenID Connect Core 1.0 §9',
  },

  answer_channel_refused: {
    status: 400,
    title: 'The answer came by a way that was not asked for',
    source: 'OAuth 2.0 Multiple Response Types §2.1',
  },
  answer_malformed: { status: 400, title: 'The answer of the identity provider is malformed', source: 'RFC 6749 §4.1.2' },
  answer_contradictory: {
    status: 400,
    title: 'The answer is a success and an error at once, or carries what was not asked for',
    source: 'RFC 6749 §4.1.2.1',
  },
  initiation_issuer_mismatch: {
    status: 400,
    title: 'The portal that asks for this sign-in names another identity provider',
    remedy: TELL_PROVIDER,
    source: 'OpenID Connect Core 1.0 §4',
  },
  state_mismatch: { status: 400, title: 'The answer belongs to another sign-in', source: 'RFC 6749 §10.12' },
  answer_issuer_mismatch: {
    status: 400,
    title: 'The answer comes from another identity provider',
    remedy: TELL_PROVIDER,
    source: 'RFC 9207 §2.4',
  },
  answer_issuer_missing: {
    status: 400,
    title: 'The answer does not say which identity provider it comes from',
    source: 'RFC 9207 §2.4',
  },
  provider_refused: {
    status: 403,
    title: 'The identity provider refused the sign-in',
    remedy: TELL_PROVIDER,
    source: 'OpenID Connect Core 1.0 §3.1.2.6',
  },
  access_denied: {
    status: 403,
    title: 'The sign-in was cancelled or not permitted at the identity provider',
    source: 'RFC 6749 §4.1.2.1',
  },

  client_refused: {
    status: 502,
    title: 'The identity provider does not accept our client authentication',
    remedy: 'Check client id and client secret (its value, not its id; it may have expired) and the client authentication.',
    source: 'RFC 6749 §5.2',
  },
  client_secret_expired: {
    status: 502,
    title: 'The client secret has expired at the identity provider',
    remedy: 'Make a new client secret there and enter its value here, or use a certificate of ours, which is renewed in time.',
    source: 'Microsoft Entra authentication and authorization error codes (7000222)',
  },
  code_refused: {
    status: 403,
    title: 'The identity provider does not accept the code of this sign-in any more',
    remedy: 'Sign in again.',
    source: 'RFC 6749 §5.2',
  },
  token_refused: {
    status: 502,
    title: 'The identity provider refused to give tokens',
    remedy: TELL_PROVIDER,
    source: 'RFC 6749 §5.2',
  },
  token_answer_unreadable: {
    status: 502,
    title: 'The token endpoint did not answer as it must',
    remedy: 'Check the token endpoint.',
    source: 'RFC 6749 §5.1',
  },
  id_token_missing: {
    status: 502,
    title: 'The identity provider sent no ID token',
    remedy: 'The scope must contain openid.',
    source: 'OpenID Connect Core 1.0 §3.1.3.3',
  },

  token_malformed: { status: 403, title: 'The ID token is malformed', source: 'RFC 7515 §5.2' },
  token_encrypted: {
    status: 403,
    title: 'The ID token is encrypted',
    remedy: 'Switch encryption of ID tokens off.',
    source: 'RFC 7516',
  },
  header_refused: {
    status: 403,
    title: 'The ID token is a token of another kind, or asks for extensions',
    source: 'RFC 8725 §3.11, RFC 7515 §4.1.11',
  },
  algorithm_refused: {
    status: 403,
    title: 'The signature algorithm of the ID token is not accepted',
    remedy: 'Sign with RS256, ES256 or a stronger one.',
    source: 'RFC 8725 §3.1',
  },
  keys_unavailable: {
    status: 502,
    title: 'The signing keys of the identity provider could not be read',
    remedy: 'Check the JWKS URI.',
    source: 'RFC 7517 §5',
  },
  key_unknown: {
    status: 403,
    title: 'The ID token is signed with a key that the identity provider does not publish',
    source: 'OpenID Connect Core 1.0 §10.1.1',
  },
  key_ambiguous: {
    status: 403,
    title: 'Several published keys could have signed the ID token',
    remedy: 'The provider must name its key (kid), and name each key once.',
    source: 'OpenID Connect Core 1.0 §10.1',
  },
  key_unusable: { status: 403, title: 'The published signing key is too weak or broken', source: 'RFC 7518 §3.3' },
  signature_invalid: { status: 403, title: 'The signature of the ID token does not verify', source: 'RFC 7515 §5.2' },
  issuer_mismatch: {
    status: 403,
    title: 'The ID token was issued by somebody else',
    remedy: 'The issuer must be equal, character by character.',
    source: 'OpenID Connect Core 1.0 §3.1.3.7(2)',
  },
  token_version_mismatch: {
    status: 403,
    title: 'The ID token is of the other version than the issuer that is set',
    remedy:
      'Version 1.0 tokens come from the endpoints without v2.0: fetch the configuration of the v2.0 issuer. Where the manifest of the application asks for version 1.0, set accessTokenAcceptedVersion to 2. Or set the issuer https://sts.windows.net/{directory id}/ for version 1.0.',
    source: 'Microsoft identity platform, ID token claims reference (iss, ver)',
  },
  audience_mismatch: {
    status: 403,
    title: 'The ID token was issued for somebody else',
    source: 'OpenID Connect Core 1.0 §3.1.3.7(3)',
  },
  authorized_party_mismatch: {
    status: 403,
    title: 'The ID token was given to another client',
    source: 'OpenID Connect Core 1.0 §3.1.3.7(4-5)',
  },
  subject_invalid: {
    status: 403,
    title: 'The ID token does not name its subject properly',
    source: 'OpenID Connect Core 1.0 §2',
  },
  time_malformed: { status: 403, title: 'A time in the ID token is missing or no time', source: 'RFC 7519 §4.1.4' },
  token_expired: {
    status: 403,
    title: 'The ID token has expired',
    remedy: 'Compare the clocks of both servers.',
    source: 'OpenID Connect Core 1.0 §3.1.3.7(9)',
  },
  token_not_yet_valid: {
    status: 403,
    title: 'The ID token is not valid yet',
    remedy: 'Compare the clocks of both servers.',
    source: 'RFC 7519 §4.1.5',
  },
  token_too_old: {
    status: 403,
    title: 'The ID token was issued long before this sign-in',
    remedy: 'Compare the clocks of both servers.',
    source: 'OpenID Connect Core 1.0 §3.1.3.7(10)',
  },
  nonce_mismatch: {
    status: 403,
    title: 'The ID token belongs to another sign-in',
    source: 'OpenID Connect Core 1.0 §3.1.3.7(11)',
  },
  authentication_time_missing: {
    status: 403,
    title: 'The identity provider does not say when the person authenticated',
    source: 'OpenID Connect Core 1.0 §2',
  },
  authentication_too_old: {
    status: 403,
    title: 'The person authenticated too long ago',
    source: 'OpenID Connect Core 1.0 §3.1.3.7(13)',
  },
  context_mismatch: {
    status: 403,
    title: 'The person authenticated in another way than was asked for',
    remedy: TELL_PROVIDER,
    source: 'OpenID Connect Core 1.0 §3.1.3.7(12)',
  },
  methods_mismatch: {
    status: 403,
    title: 'A method of authentication that was asked for was not used',
    remedy: TELL_PROVIDER,
    source: 'RFC 8176',
  },
  identity_missing: {
    status: 403,
    title: 'The ID token lacks the directory or object id of the person',
    source: 'Microsoft identity platform, ID token claims reference',
  },
  directory_mismatch: {
    status: 403,
    title: 'The person belongs to another directory',
    source: 'Microsoft identity platform, claims validation',
  },

  logout_token_invalid: {
    status: 400,
    title: 'The logout token lacks what it must have, or has what it must not',
    source: 'OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6',
  },
  revocation_refused: {
    status: 502,
    title: 'The identity provider did not take a refresh token back',
    source: 'RFC 7009 §2.2.1',
  },
  userinfo_unreadable: {
    status: 502,
    title: 'The userinfo endpoint did not answer as it must',
    remedy: 'Check the userinfo endpoint, or leave it empty.',
    source: 'OpenID Connect Core 1.0 §5.3.2',
  },
  userinfo_subject_mismatch: {
    status: 403,
    title: 'The userinfo answer is about somebody else',
    source: 'OpenID Connect Core 1.0 §5.3.2',
  },
  library_refused: { status: 403, title: 'The answer breaks a rule of OpenID Connect', source: 'openid-client' },
});
