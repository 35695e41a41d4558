import type { FetchedConfiguration } from '../protocol.ts';
import { acceptedAlgorithms } from './algorithms.ts';
import { directoryOfIssuer, issuerOfDirectory } from './microsoft.ts';

type Document = Readonly<Record<string, unknown>>;
type Warning = FetchedConfiguration['warnings'][number];

const WANTED_SCOPES = ['openid', 'profile', 'email', 'offline_access'];
/** In the order of preference; Basic is what a provider supports that lists nothing. @see OpenID Connect Discovery 1.0 §3 */
const AUTHENTICATIONS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'];

/** Turns a metadata document, whose issuer and addresses were judged, into fields of `oidc` and what an administrator should know. */
export function readMetadata(document: Document): FetchedConfiguration {
  const issuer = String(document.issuer);
  const directoryId = directoryOfIssuer(issuer);
  const warnings: Warning[] = [];
  const warn = (code: string, detail: string): number => warnings.push({ code, detail });
  const settings = {
    ...(directoryId === undefined
      ? { issuer }
      : { directoryId, ...(issuerOfDirectory(directoryId) === issuer ? {} : { issuer }) }),
    ...endpointsIn(document),
    clientAuthentication: chooseAuthentication(listOf(document.token_endpoint_auth_methods_supported), warn),
    scopes: chooseScopes(listOf(document.scopes_supported)),
    ...pkceOf(listOf(document.code_challenge_methods_supported), warn),
    authorizationResponseIssParameterSupported: document.authorization_response_iss_parameter_supported === true,
  };
  const algorithms = listOf(document.id_token_signing_alg_values_supported);
  if (algorithms && !algorithms.some((alg) => acceptedAlgorithms.includes(alg))) {
    warn(
      'algorithms_unsupported',
      `None of the provider's signature algorithms is accepted: ${algorithms.join(', ').slice(0, 200)}.`,
    );
  }
  const responses = listOf(document.response_types_supported);
  if (responses && !responses.includes('code'))
    warn('code_flow_unsupported', 'The provider does not list the authorization code flow.');
  warnOfDemands(document, warn);
  return { kind: directoryId === undefined ? 'oidc' : 'microsoft-oidc', settings, warnings };
}

/** What a provider demands of every request and is not done here: each sign-in would be refused there. @see RFC 9126 §5, RFC 9101 §10.5 */
function warnOfDemands(document: Document, warn: (code: string, detail: string) => unknown): void {
  if (document.require_pushed_authorization_requests === true)
    warn(
      'pushed_requests_required',
      'The provider demands that requests are pushed to it (PAR), which is not done here: switch that off there for this client.',
    );
  if (document.require_signed_request_object === true)
    warn(
      'signed_requests_required',
      'The provider demands signed request objects, which are not sent here: switch that off there for this client.',
    );
}

function endpointsIn(document: Document): Record<string, string> {
  const fields: Record<string, string> = {
    authorizationEndpoint: 'authorization_endpoint',
    tokenEndpoint: 'token_endpoint',
    userinfoEndpoint: 'userinfo_endpoint',
    revocationEndpoint: 'revocation_endpoint',
    endSessionEndpoint: 'end_session_endpoint',
    jwksUri: 'jwks_uri',
  };
  const entries = Object.entries(fields).map(([field, name]) => [field, document[name]] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** A list of texts; nothing where the document has none. */
function listOf(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string').slice(0, 100) : undefined;
}

function chooseAuthentication(supported: string[] | undefined, warn: (code: string, detail: string) => unknown): string {
  const chosen = AUTHENTICATIONS.find((method) => (supported ?? ['client_secret_basic']).includes(method));
  if (chosen === undefined)
    warn(
      'authentication_unsupported',
      `None of the provider's ways to authenticate a client is known: ${supported?.join(', ').slice(0, 200)}.`,
    );
  return chosen ?? 'client_secret_basic';
}

/** What is wanted and, where the provider lists its scopes, known to it: Google refuses offline_access. `openid` always. */
function chooseScopes(supported: string[] | undefined): string[] {
  return WANTED_SCOPES.filter((scope) => scope === 'openid' || supported === undefined || supported.includes(scope));
}

/** Entra lists no PKCE methods and supports S256: silence is no refusal. */
function pkceOf(methods: string[] | undefined, warn: (code: string, detail: string) => unknown): Record<string, unknown> {
  if (methods === undefined) return { requirePkce: true };
  const supported = methods.includes('S256');
  if (!supported)
    warn('pkce_unsupported', 'The provider does not list PKCE with S256. It is sent all the same, and not relied on.');
  return { requirePkce: supported, codeChallengeMethodsSupported: methods };
}
