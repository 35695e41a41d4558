import { field } from '../field-names.ts';
import { setTheClock } from './clocks.ts';
import { differenceOf, here, memberOf, provider, type RemedyTable, shown } from './remedy.ts';

/** Remedies for ID tokens: their form, signature and claims. */
export const oidcTokens: RemedyTable = {
  'oidc.token_malformed': provider('Look at the provider’s ID token: it is no signed JWT in compact form.'),
  'oidc.token_encrypted': provider('At the provider, switch off encryption of ID tokens for this client.'),
  'oidc.header_refused': provider(
    ({ received }) =>
      `At the provider, let plain ID tokens be issued: this one is of another kind, or asks for extensions (${shown(received)}).`,
  ),
  'oidc.algorithm_refused': provider(
    ({ received, expected }) =>
      `At the provider, sign ID tokens of this client with one of ${Array.isArray(expected) ? expected.join(', ') : 'RS256 and ES256'}: ${shown(received)} is not accepted.`,
  ),
  'oidc.key_unknown': here(
    '/oidc/jwksUri',
    ({ received, provider: known }) =>
      `Compare ${field('/oidc/jwksUri')} here (${shown(known?.jwksUri)}): the ID token is signed with key ${shown(memberOf(received, 'kid'))}, which is not published there. Fetch the configuration of the issuer again; at Okta and Auth0, that of the same authorization server.`,
  ),
  'oidc.key_ambiguous': provider('At the provider, name the signing key in each token (kid), and publish every kid once.'),
  'oidc.key_unusable': provider('At the provider, sign with a stronger key: RSA of at least 2048 bits, or an elliptic curve.'),
  'oidc.signature_invalid': here(
    '/oidc/jwksUri',
    ({ provider: known }) =>
      `Compare ${field('/oidc/jwksUri')} here (${shown(known?.jwksUri)}): the signature of the ID token does not verify with the key of that name. The keys belong to another provider or environment, or the token was changed on its way.`,
  ),
  'oidc.issuer_mismatch': here(
    '/oidc/issuer',
    ({ expected, received }) =>
      `Change ${field('/oidc/issuer')} here to ${shown(received)}, if that is the provider you mean: it is ${shown(expected)}, and the ID token was issued by ${shown(received)}.${differenceOf(expected, received)} They must be equal to the character.`,
  ),
  'oidc.token_version_mismatch': here(
    '/oidc/issuer',
    ({ expected, received }) =>
      `Fetch the configuration of ${shown(received)} here, if that is the issuer you mean: ${shown(expected)} is set, and the endpoints gave a token of the other version, ${shown(received)}. At Microsoft Entra the endpoints with v2.0 give version 2.0 (accessTokenAcceptedVersion in the manifest is 2), those without it version 1.0.`,
  ),
  'oidc.audience_mismatch': here(
    '/oidc/clientId',
    ({ expected, received }) =>
      `Compare ${field('/oidc/clientId')} here: it is ${shown(expected)}, and the ID token was issued for ${shown(received)}.${differenceOf(expected, received)} Enter the client id of this registration, or correct the audience of ID tokens at the provider.`,
  ),
  'oidc.authorized_party_mismatch': provider(
    ({ expected, received }) =>
      `At the provider, let ID tokens of this client name it alone: azp is ${shown(received)}, and should be ${shown(expected)}.`,
    '/oidc/clientId',
  ),
  'oidc.subject_invalid': provider(
    ({ received }) => `At the provider, send a sub of 1 to 255 plain characters: ${shown(received)} came.`,
  ),
  'oidc.time_malformed': provider(
    ({ received }) => `At the provider, send exp and iat as numbers, in seconds since 1970: ${shown(received)} came.`,
  ),
  'oidc.token_expired': provider(setTheClock),
  'oidc.token_not_yet_valid': provider(setTheClock),
  'oidc.token_too_old': provider(setTheClock),
  'oidc.nonce_mismatch': provider(
    'At the provider (or a proxy in front of it), send the nonce of each request back in its ID token: another one came. If it happens once only, somebody used an old answer: start again.',
  ),
  'oidc.authentication_time_missing': provider(
    `At the provider, send auth_time in ID tokens, or switch ${field('/oidc/enforceContext')} off or empty ${field('/oidc/maxAgeSeconds')} here: a maximum age was asked for, and the provider does not say when the person signed in.`,
    '/oidc/maxAgeSeconds',
  ),
  'oidc.authentication_too_old': provider(
    `At the provider, honour max_age and prompt=login: the person was not asked to sign in again. Or raise ${field('/oidc/maxAgeSeconds')} here.`,
    '/oidc/maxAgeSeconds',
  ),
  'oidc.context_mismatch': provider(
    ({ expected, received }) =>
      `At the provider, let the person sign in as asked (acr ${shown(expected)}): ${shown(received)} came. Or change ${field('/oidc/acrValues')} here, or switch ${field('/oidc/enforceContext')} off.`,
    '/oidc/acrValues',
  ),
  'oidc.methods_mismatch': provider(
    ({ expected, received }) =>
      `At the provider, demand the method of authentication ${shown(expected)} (multi-factor authentication) for this application: amr was ${shown(received)}. Or change ${field('/oidc/amrValues')} here.`,
    '/oidc/amrValues',
  ),
  'oidc.identity_missing': provider(
    'At Microsoft Entra, let ID tokens carry tid and oid (scope “profile”): without them nobody can be told apart.',
    '/oidc/scopes',
  ),
  'oidc.directory_mismatch': here(
    '/oidc/directoryId',
    ({ expected, received }) =>
      `Compare ${field('/oidc/directoryId')} here: it is ${shown(expected)}, and the person is of directory ${shown(received)}. Sign in with an account of the right directory, or enter the id of yours.`,
  ),
  'oidc.library_refused': provider(
    ({ received }) => `Look at the provider’s answer: it breaks a rule of OpenID Connect (${shown(received)}).`,
  ),
};
