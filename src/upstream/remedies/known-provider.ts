import type { Connection } from '../connection.ts';

/** What a remedy may tell of a provider: addresses and names, never a secret. */
export interface KnownProvider {
  readonly kind: 'microsoft-oidc' | 'oidc' | 'saml';
  readonly preset: string | null;
  readonly name: string;
  readonly issuer?: string;
  readonly clientId?: string;
  readonly clientAuthentication?: string;
  readonly redirectUri?: string;
  readonly authorizationEndpoint?: string;
  readonly tokenEndpoint?: string;
  readonly userinfoEndpoint?: string;
  readonly jwksUri?: string;
  readonly directoryId?: string;
  readonly acsUrl?: string;
  readonly spEntityId?: string;
  readonly ssoUrl?: string;
  readonly metadataUrl?: string;
  readonly nameIdFormat?: string;
  readonly verifySignatureOf?: string;
  /** The claim that identifies a person, as the settings have it. */
  readonly claim: string;
  readonly userAttribute: string;
  /** Somebody pasted the id of a secret, a GUID, in the place of its value. */
  readonly secretLooksLikeId: boolean;
}

const SHOWN = [
  'issuer',
  'clientId',
  'clientAuthentication',
  'redirectUri',
  'authorizationEndpoint',
  'tokenEndpoint',
  'userinfoEndpoint',
  'jwksUri',
  'directoryId',
  'acsUrl',
  'spEntityId',
  'ssoUrl',
  'metadataUrl',
  'nameIdFormat',
  'verifySignatureOf',
] as const;

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What may be told of a connection, out of settings that only its protocol understands. */
export function knownProviderOf({ kind, preset, name, policy, settings }: Connection): KnownProvider {
  const fields = typeof settings === 'object' && settings !== null ? (settings as Readonly<Record<string, unknown>>) : {};
  const known = SHOWN.flatMap((field) => (typeof fields[field] === 'string' ? [[field, fields[field]] as const] : []));
  const { claim, userAttribute } = policy.authentication;
  return {
    kind,
    preset,
    name,
    ...Object.fromEntries(known),
    claim: typeof claim === 'string' ? claim : JSON.stringify(claim),
    userAttribute,
    secretLooksLikeId: typeof fields['clientSecret'] === 'string' && GUID.test(fields['clientSecret']),
  };
}
