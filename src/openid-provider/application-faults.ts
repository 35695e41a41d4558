import type { InputFault } from '#kernel/problem.ts';
import { type ApplicationSettings, usesSecret } from './application.ts';
import { isNative } from './client-metadata.ts';
import { findRedirectFault, type RedirectFault } from './redirect-uri.ts';
import { knownScopes, OFFLINE_ACCESS } from './scopes.ts';

const redirectTexts: Record<RedirectFault, string> = {
  too_long: 'is longer than 2000 characters',
  not_a_uri: 'is not an absolute URI',
  not_ascii: 'may hold printable ASCII characters only, and no backslash',
  fragment: 'may not have a fragment',
  wildcard: 'may not hold a wildcard: redirect URIs are compared character by character',
  userinfo: 'may not hold a user name or password',
  dot_segment: 'may not hold . or .. as a part of its path',
  scheme: 'has a scheme that is never an application',
  http_not_loopback: 'needs https; http is for localhost, 127.0.0.1 and [::1] only',
  private_use_not_public: 'needs https: a scheme of its own is for public applications on a device',
  private_use_shape: 'needs a scheme in the reverse of a domain of yours, like com.example.app:/callback',
};

/** Everything that is wrong with an application, with pointers into the request. Pure. */
export function findApplicationFaults(settings: ApplicationSettings): InputFault[] {
  return [
    ...uriFaults(settings, 'redirectUris'),
    ...uriFaults(settings, 'postLogoutRedirectUris'),
    ...launchFaults(settings),
    ...authenticationFaults(settings),
    ...keyFaults(settings),
    ...grantFaults(settings),
  ];
}

/** Parameters that are put behind it. */
const OF_INITIATION = ['iss', 'login_hint', 'target_link_uri'];

/** People are sent to these by us: https, or this computer's own http; never the scheme of a program on a device. */
function launchFaults({ initiateLoginUri, launchUrls }: ApplicationSettings): InputFault[] {
  const named = [
    ...(initiateLoginUri === null ? [] : [{ pointer: '/initiateLoginUri', uri: initiateLoginUri }]),
    ...launchUrls.map((uri, index) => ({ pointer: `/launchUrls/${index}`, uri })),
  ];
  const faults = named.flatMap(({ pointer, uri }): InputFault[] => {
    const fault = findRedirectFault(uri, 'confidential');
    return fault ? [{ pointer, code: fault, detail: redirectTexts[fault] }] : [];
  });
  const reserved = OF_INITIATION.find((name) => URL.parse(initiateLoginUri ?? '')?.searchParams.has(name));
  if (reserved !== undefined)
    faults.push({ pointer: '/initiateLoginUri', code: 'reserved_parameter', detail: `may not have the parameter ${reserved}` });
  return faults;
}

function uriFaults(settings: ApplicationSettings, member: 'redirectUris' | 'postLogoutRedirectUris'): InputFault[] {
  const uris = settings[member];
  return uris.flatMap((uri, index): InputFault[] => {
    const pointer = `/${member}/${index}`;
    const fault = findRedirectFault(uri, settings.kind);
    if (fault) return [{ pointer, code: fault, detail: redirectTexts[fault] }];
    if (uris.indexOf(uri) !== index) return [{ pointer, code: 'repeated', detail: 'is there already' }];
    const isLocalHttps = isNative(settings) && /^https:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/?]|$)/i.test(uri);
    return isLocalHttps
      ? [{ pointer, code: 'https_loopback', detail: "needs http: nobody has a certificate for a device's own address" }]
      : [];
  });
}

function authenticationFaults({ kind, tokenEndpointAuthMethod }: ApplicationSettings): InputFault[] {
  if ((kind === 'public') === (tokenEndpointAuthMethod === 'none')) return [];
  const detail =
    kind === 'public' ? 'is none for a public application: it can keep no secret' : 'is not none for a confidential application';
  return [{ pointer: '/tokenEndpointAuthMethod', code: 'not_of_this_kind', detail }];
}

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

function keyFaults({ jwks, tokenEndpointAuthMethod }: ApplicationSettings): InputFault[] {
  if (jwks === null) {
    const isNeeded = tokenEndpointAuthMethod === 'private_key_jwt';
    return isNeeded ? [{ pointer: '/jwks', code: 'missing', detail: 'is needed for private_key_jwt' }] : [];
  }
  return jwks.keys.flatMap((key, index): InputFault[] => {
    const pointer = `/jwks/keys/${index}`;
    // Told before anything else: whoever pasted a private key has to make a new one.
    const secret = PRIVATE_MEMBERS.find((member) => member in key);
    if (secret)
      return [
        {
          pointer: `${pointer}/${secret}`,
          code: 'private_key',
          detail: 'is part of a private key, which must never leave the application',
        },
      ];
    const isEc = key['kty'] === 'EC' && key['crv'] === 'P-256' && isText(key['x'], 43, 43) && isText(key['y'], 43, 43);
    // 2048 bits are 342 characters of base64url.
    const isRsa = key['kty'] === 'RSA' && isText(key['n'], 342, 1366) && isText(key['e'], 2, 6) && key['e'] !== 'AQ';
    const faults: InputFault[] =
      isEc || isRsa ? [] : [{ pointer, code: 'key_unsupported', detail: 'is neither EC P-256 nor RSA with at least 2048 bits' }];
    if (key['use'] !== undefined && key['use'] !== 'sig')
      faults.push({ pointer: `${pointer}/use`, code: 'not_for_signing', detail: 'is sig, or left out' });
    return faults;
  });
}

const isText = (value: unknown, least: number, most: number): boolean =>
  typeof value === 'string' && /^[\w-]+$/.test(value) && value.length >= least && value.length <= most;

function grantFaults({ grantTypes, scopes }: ApplicationSettings): InputFault[] {
  const faults: InputFault[] = [];
  if (!grantTypes.includes('authorization_code')) {
    faults.push({ pointer: '/grantTypes', code: 'missing', detail: 'holds authorization_code: refresh tokens come from codes' });
  }
  if (!scopes.includes('openid')) faults.push({ pointer: '/scopes', code: 'missing', detail: 'holds openid' });
  if (scopes.includes(OFFLINE_ACCESS) && !grantTypes.includes('refresh_token')) {
    faults.push({
      pointer: '/scopes',
      code: 'offline_access_without_refresh_token',
      detail: 'holds offline_access only beside the grant type refresh_token',
    });
  }
  scopes.forEach((scope, index) => {
    if (!knownScopes.includes(scope))
      faults.push({ pointer: `/scopes/${index}`, code: 'unknown', detail: `is one of ${knownScopes.join(', ')}` });
  });
  return faults;
}

/** Whether what an application holds must end with this change: it could not get the like any more, or was never to have it. */
export function endsTokens(before: ApplicationSettings, after: ApplicationSettings): boolean {
  const isNarrower =
    before.scopes.some((scope) => !after.scopes.includes(scope)) ||
    before.grantTypes.some((type) => !after.grantTypes.includes(type));
  return (
    (before.enabled && !after.enabled) ||
    (before.firstParty && !after.firstParty) ||
    isNarrower ||
    usesSecret(before) !== usesSecret(after)
  );
}
