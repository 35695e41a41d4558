import { field } from '../field-names.ts';
import {
  differenceOf,
  here,
  inBrackets,
  memberOf,
  named,
  network,
  onPerson,
  provider,
  type RefusalFacts,
  type Remedy,
  type RemedyTable,
  shown,
} from './remedy.ts';

const said = ({ received }: RefusalFacts): string => {
  const description = memberOf(received, 'description');
  const error = memberOf(received, 'error');
  return description ? ` It said ${shown(description)} (${named(error)}).` : error ? ` It said ${shown(error)}.` : '';
};
const register = ({ provider: known }: RefusalFacts): string =>
  `register exactly ${shown(known?.redirectUri ?? '{tenant URL}/sso/{slug}/callback')} as redirect URI, to the character: no slash more or less at the end, the same host and https`;

/** What a provider answers in the place of a code. @see RFC 6749 §4.1.2.1, OpenID Connect Core 1.0 §3.1.2.6 */
const AUTHORIZATION_ERRORS: Readonly<Record<string, (facts: RefusalFacts) => Remedy>> = {
  invalid_scope: here(
    '/oidc/scopes',
    (facts) => `Change ${field('/oidc/scopes')} here: the provider does not give one of them.${said(facts)}`,
  ),
  unauthorized_client: provider(
    (facts) =>
      `At the provider, allow this client (${shown(facts.provider?.clientId)}) the authorization code flow.${said(facts)}`,
  ),
  unsupported_response_type: provider(
    (facts) => `At the provider, allow this client the authorization code flow (response type “code”).${said(facts)}`,
  ),
  invalid_request: provider(
    (facts) => `At the provider, compare the registration of this client, and ${register(facts)}.${said(facts)}`,
    '/oidc/redirectUri',
  ),
  consent_required: provider(
    (facts) => `At the provider, let an administrator consent to the application for everybody.${said(facts)}`,
  ),
  login_required: onPerson((facts) => `Sign in at the provider first, then try again.${said(facts)}`),
  interaction_required: onPerson((facts) => `The provider wants to ask the person something: try again.${said(facts)}`),
  temporarily_unavailable: provider((facts) => `The provider says that it is not available now: try again later.${said(facts)}`),
  server_error: provider((facts) => `Look into the provider’s own log: it failed on its side.${said(facts)}`),
};

const refusedByProvider = (facts: RefusalFacts): Remedy => {
  const error = memberOf(facts.received, 'error');
  const known = typeof error === 'string' && Object.hasOwn(AUTHORIZATION_ERRORS, error) ? AUTHORIZATION_ERRORS[error] : undefined;
  if (known) return known(facts);
  return provider((refusal) => `Look into the provider’s sign-in log: it refused the request.${said(refusal)}`)(facts);
};

const clientRefused = (facts: RefusalFacts): Remedy => {
  const { provider: known } = facts;
  if (known?.clientAuthentication === 'private_key_jwt')
    return provider(
      (refusal) =>
        `At the provider, upload our certificate or keys (here under Keys) for client ${shown(known.clientId)}: it does not accept what we sign with ours.${said(refusal)}`,
      '/oidc/clientAuthentication',
    )(facts);
  const guid = known?.secretLooksLikeId
    ? ' What is entered now looks like the id of a secret (a GUID): at Microsoft the value stands in the column beside it, and is shown only once.'
    : '';
  return here(
    '/oidc/clientSecret',
    (refusal) =>
      `Change ${field('/oidc/clientSecret')} here: the provider does not accept it for client ${shown(known?.clientId)}. Make a new secret there and paste its value.${guid} If it is right, compare ${field('/oidc/clientAuthentication')} (now ${shown(known?.clientAuthentication)}).${said(refusal)}`,
  )(facts);
};

/** Remedies up to the tokens: the answer of the browser, the token endpoint. */
export const oidcAnswers: RemedyTable = {
  'oidc.settings_invalid': here(
    '/oidc',
    'Correct the settings under “Connection” here, and save them: each fault is told at its field.',
  ),
  'oidc.client_key_missing': here(
    '/oidc/clientAuthentication',
    `Make a key here, under Keys, or choose another way under ${field('/oidc/clientAuthentication')}: this one needs a key to sign with.`,
  ),
  'oidc.answer_channel_refused': provider(
    'At the provider, switch off form_post and fragment for this client: the answer must come in the query of the redirect URI (response_mode=query).',
  ),
  'oidc.answer_malformed': provider(
    'Look at the provider’s answer: it has neither a code nor an error, or is larger than any answer.',
  ),
  'oidc.answer_contradictory': provider(
    'At the provider, allow this client only the authorization code flow: the answer brought tokens, or a code and an error at once.',
  ),
  'oidc.state_mismatch': onPerson('Start again from the application: this answer belongs to another sign-in.'),
  'oidc.answer_issuer_mismatch': here(
    '/oidc/issuer',
    ({ expected, received }) =>
      `Compare ${field('/oidc/issuer')} here: it is ${shown(expected)}, and the provider that answered calls itself ${shown(received)}. If that is the provider you mean, enter its issuer exactly so and fetch the configuration again.`,
  ),
  'oidc.answer_issuer_missing': here(
    '/oidc/issuer',
    ({ expected: _, provider: known }) =>
      `Fetch the configuration of ${shown(known?.issuer)} again: its metadata promised that answers name their issuer (iss), and this one does not. A proxy in front of the provider may have cut it off.`,
  ),
  'oidc.provider_refused': refusedByProvider,
  'oidc.access_denied': provider(
    (facts) =>
      `At the provider, assign the person (or a group of theirs) to this application${facts.provider ? ` (client ${shown(facts.provider.clientId)})` : ''}: at Microsoft under Enterprise applications, Users and groups; at Okta under Applications, Assignments. If they are assigned, they cancelled, or a policy there refused them.${said(facts)}`,
  ),
  'oidc.initiation_issuer_mismatch': provider(
    ({ expected, received, provider: known }) =>
      `At the provider, let the portal name ${shown(expected)} as iss: it names ${shown(received)}.${differenceOf(expected, received)} Where that cannot be set (Okta names the org, not a custom authorization server), show there a link to ${shown((known?.redirectUri ?? '{tenant URL}/sso/{slug}/callback').replace(/\/callback$/, '/start'))} instead.`,
    '/oidc/issuer',
  ),
  'oidc.client_refused': clientRefused,
  'oidc.client_secret_expired': provider(
    (facts) =>
      `At the provider, make a new client secret for client ${shown(facts.provider?.clientId)}, and enter its value as ${field('/oidc/clientSecret')} here: the one that is set has expired. A key of ours in its place (${field('/oidc/clientAuthentication')}) is renewed in time.`,
    '/oidc/clientSecret',
  ),
  'oidc.code_refused': provider(
    (facts) =>
      `At the provider, ${register(facts)}: it did not take back the code that it gave, which it does when the redirect URI, the client or PKCE differ, or when the code is minutes old.${said(facts)}`,
    '/oidc/redirectUri',
  ),
  'oidc.token_refused': provider(
    (facts) =>
      `Compare the registration of client ${shown(facts.provider?.clientId)} at the provider: its token endpoint refused.${said(facts)}`,
  ),
  'oidc.token_answer_unreadable': here(
    '/oidc/tokenEndpoint',
    ({ received, provider: known }) =>
      `Check ${field('/oidc/tokenEndpoint')} here (${shown(known?.tokenEndpoint)}): it answered with status ${named(memberOf(received, 'status'))} and ${shown(memberOf(received, 'type'))}, not with JSON tokens. Fetch the configuration again.`,
  ),
  'oidc.id_token_missing': here(
    '/oidc/scopes',
    `Put “openid” into ${field('/oidc/scopes')} here: the provider gave no ID token. If it is there, allow this client OpenID Connect at the provider.`,
  ),
  'oidc.keys_unavailable': network(
    ({ received, provider: known, expected }) =>
      `Make the signing keys reachable: ${field('/oidc/jwksUri')} (${shown(known?.jwksUri ?? expected)}) gave none (${shown(received)}). Open the address from this server, correct it here, or open the firewall.`,
    '/oidc/jwksUri',
  ),
  'oidc.userinfo_unreadable': here(
    '/oidc/userinfoEndpoint',
    ({ received, provider: known }) =>
      `Check ${field('/oidc/userinfoEndpoint')} here (${shown(known?.userinfoEndpoint)}), or leave it empty: it answered with status ${named(memberOf(received, 'status'))} and ${shown(memberOf(received, 'type'))}.`,
  ),
  'oidc.userinfo_subject_mismatch': here(
    '/oidc/userinfoEndpoint',
    ({ expected, received }) =>
      `Check ${field('/oidc/userinfoEndpoint')} here: it spoke of ${shown(received)}, the ID token of ${shown(expected)}. It belongs to another provider, or a cache in front of it mixes people up.`,
  ),
  'oidc.metadata_unreadable': network(
    ({ provider: known, detail }) =>
      `Make the metadata reachable: ${shown(known?.issuer)} plus /.well-known/openid-configuration gave no document${inBrackets(detail)}. Correct ${field('/oidc/issuer')} here, or open the firewall.`,
    '/oidc/issuer',
  ),
  'oidc.metadata_issuer_mismatch': here(
    '/oidc/issuer',
    ({ provider: known, detail }) =>
      `Change ${field('/oidc/issuer')} here: it is ${shown(known?.issuer)}, and the metadata at that address belongs to another issuer${inBrackets(detail)}. They must be equal to the character.`,
  ),
  'oidc.metadata_issuer_templated': here(
    '/oidc/issuer',
    `Change ${field('/oidc/issuer')} here (or give ${field('/oidc/directoryId')}): it is the address of all directories. Use the one with your directory (tenant) id.`,
  ),
  'oidc.metadata_invalid': provider(
    'Look at the provider’s metadata: addresses in it are missing, or must not be used.',
    '/oidc/issuer',
  ),
};
