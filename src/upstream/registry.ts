import type { ConnectionKind } from './connection.ts';
import type { KeyUse, OwnKey } from './keys/own-keys.ts';
import { createOidcProtocols, type OidcKind, type OidcSettings, settingsSchema } from './oidc/index.ts';
import type {
  AsksConsent,
  ConfigurationSource,
  FetchesConfiguration,
  HearsLogout,
  Inspects,
  LogsOut,
  RechecksPeople,
  RereadsConfiguration,
  RevokesTokens,
  SignInWorld,
  StartsAtPortal,
  UpstreamProtocol,
} from './protocol.ts';
import { checkCertificatesLast, createSaml, type MetadataWish, type SamlSettings, samlFields } from './saml/index.ts';

/** Fields of `oidc` or `saml` as the document has them. */
export type Fields = Record<string, unknown>;

type Protocol<Settings> = UpstreamProtocol<Settings> &
  StartsAtPortal<Settings> &
  Inspects<Settings> &
  FetchesConfiguration &
  RereadsConfiguration<Settings> &
  AsksConsent<Settings> &
  Partial<LogsOut<Settings> & HearsLogout<Settings> & RechecksPeople<Settings> & RevokesTokens<Settings>>;

/** What the gateway knows of a protocol beyond signing in: how its part of the document is kept and shown. */
export interface Registered {
  readonly protocol: Protocol<unknown>;
  /** The member of the document that is the protocol's own. */
  readonly member: 'oidc' | 'saml';
  /** Fields that are written and never shown. */
  readonly secrets: readonly string[];
  /** Those of them that a connection with these fields cannot do without. */
  neededSecrets(fields: Fields): readonly string[];
  /** Fields that only the gateway sets, and the addresses that it sets. */
  ownFacts(connectionUrl: string): Record<string, string>;
  /** Those of its facts that an administrator may set otherwise. */
  readonly settableFacts: readonly string[];
  /** Which keys of ours a connection with these fields needs. */
  neededKeys(fields: Fields): readonly KeyUse[];
  /** Own keys in the form that `readSettings` takes under `keys`. */
  keysOf(keys: readonly OwnKey[]): Fields;
  /** Code of the fault that generating the needed keys mends. */
  readonly mendedByKeys: string;
  /** The fields with the protocol's defaults, after `readSettings` accepted them. */
  complete(fields: Fields): Fields;
  /** What follows from the settings and is shown beside the fields. */
  implied(settings: () => unknown): Fields;
  /** What is to be fetched because fields are missing that it would fill; undefined when nothing is. */
  missingConfiguration(fields: Fields): MissingConfiguration | undefined;
  /** Fields that say nothing any more when these change, unless they are given anew. */
  readonly staleWith: Readonly<Record<string, readonly string[]>>;
  /** Where the secrets are sent; another host must not be told them by somebody who cannot read them. */
  secretsGoTo(settings: unknown): string | undefined;
  /** What of the settings is judged before anybody is sent to try them; refusals are lines of the trace. */
  checkBefore?(settings: unknown, world: SignInWorld): void;
  /** Our own metadata document for the provider. */
  metadata?(settings: unknown, wish?: MetadataWish): string;
}

export interface MissingConfiguration {
  source: ConfigurationSource;
  /** The field that says where to fetch from: a failure is its fault. */
  from: string;
  fills: readonly string[];
}

export type Registry = Readonly<Record<ConnectionKind, Registered>>;

/** The one list of protocols. To add one: a folder with its implementation, a kind, and an entry here. */
export function createRegistry(policy: { allowPrivateNetwork: boolean }): Registry {
  const protocols = createOidcProtocols(policy);
  const oidc = (kind: OidcKind): Registered => ({ ...oidcEntry(kind, policy), protocol: erased(protocols[kind]) });
  const saml = createSaml(policy);
  return {
    oidc: oidc('oidc'),
    'microsoft-oidc': oidc('microsoft-oidc'),
    saml: {
      ...samlEntry,
      protocol: erased(saml),
      checkBefore: (settings, world) => checkCertificatesLast(settings as SamlSettings, world),
      metadata: (settings, wish) => saml.metadata(settings as SamlSettings, wish),
    },
  };
}

/** Settings are given back to the protocol that read them: the kind of the connection says which. */
function erased<Settings>(protocol: Protocol<Settings>): Protocol<unknown> {
  return protocol;
}

const ENDPOINTS = [
  'authorizationEndpoint',
  'tokenEndpoint',
  'userinfoEndpoint',
  'revocationEndpoint',
  'endSessionEndpoint',
  'jwksUri',
];
const NEEDED_ENDPOINTS = ['authorizationEndpoint', 'tokenEndpoint', 'jwksUri'];
const FROM_METADATA = [...ENDPOINTS, 'authorizationResponseIssParameterSupported', 'codeChallengeMethodsSupported'];

function oidcEntry(kind: OidcKind, policy: { allowPrivateNetwork: boolean }): Omit<Registered, 'protocol'> {
  return {
    member: 'oidc',
    secrets: ['clientSecret'],
    neededSecrets: ({ clientAuthentication = 'client_secret_basic' }) =>
      clientAuthentication === 'client_secret_basic' || clientAuthentication === 'client_secret_post' ? ['clientSecret'] : [],
    ownFacts: (url) => ({
      redirectUri: `${url}/callback`,
      initiateLoginUri: `${url}/initiate`,
      postLogoutRedirectUri: `${url}/signed-out`,
    }),
    settableFacts: [],
    neededKeys: (fields) =>
      fields['clientAuthentication'] === 'private_key_jwt' || resolvesGroups(fields) ? ['client-assertion'] : [],
    keysOf: (keys) => ({ clientAssertion: assertionKeys(keys) }),
    mendedByKeys: 'client_key_missing',
    complete: (fields) => settingsSchema({ kind, ...policy }).parse(fields),
    implied: (settings) => pick(settings() as OidcSettings, ['issuer', ...ENDPOINTS]),
    missingConfiguration({ issuer, ...fields }) {
      if (typeof issuer !== 'string' || NEEDED_ENDPOINTS.every((name) => fields[name] !== undefined)) return undefined;
      return { source: { kind: 'issuer', issuer }, from: 'issuer', fills: NEEDED_ENDPOINTS };
    },
    staleWith: { issuer: FROM_METADATA, directoryId: ['issuer', ...FROM_METADATA] },
    secretsGoTo: (settings) => URL.parse((settings as OidcSettings).tokenEndpoint)?.origin,
  };
}

const IN_SAML_METADATA = ['issuer', 'ssoUrl', 'verificationCertificates'];

const samlEntry: Omit<Registered, 'protocol'> = {
  member: 'saml',
  secrets: [],
  neededSecrets: () => [],
  ownFacts: (url) => ({ acsUrl: `${url}/acs`, spEntityId: `${url}/metadata`, spSloUrl: `${url}/slo` }),
  settableFacts: ['spEntityId'],
  neededKeys: (fields) => ['signing', 'decryption', ...(resolvesGroups(fields) ? (['client-assertion'] as const) : [])],
  keysOf: (keys) => ({
    signing: of(keys, 'signing').map(({ id: _, ...pair }) => pair),
    decryption: of(keys, 'decryption').map(({ id: _, ...pair }) => pair),
    clientAssertion: assertionKeys(keys),
  }),
  mendedByKeys: 'signing_key_missing',
  complete: (fields) =>
    pick(
      samlFields.parse(fields),
      Object.keys(samlFields.shape).filter((name) => name !== 'keys'),
    ),
  implied: () => ({}),
  missingConfiguration({ metadataUrl, metadataCertificates, ...fields }) {
    if (typeof metadataUrl !== 'string' || IN_SAML_METADATA.every((name) => fields[name] !== undefined)) return undefined;
    const signedBy = Array.isArray(metadataCertificates) ? metadataCertificates.map(String) : undefined;
    return { source: { kind: 'url', url: metadataUrl, signedBy }, from: 'metadataUrl', fills: IN_SAML_METADATA };
  },
  staleWith: {},
  secretsGoTo: () => undefined,
};

/** Groups that do not fit into a token or assertion are read with a certificate of ours. */
function resolvesGroups({ groupOverage }: Fields): boolean {
  return typeof groupOverage === 'object' && groupOverage !== null && (groupOverage as Fields)['resolve'] !== false;
}

function assertionKeys(keys: readonly OwnKey[]): Fields[] {
  return of(keys, 'client-assertion').map(({ id, ...pair }) => ({ kid: id, ...pair }));
}

function of(keys: readonly OwnKey[], wanted: KeyUse): { id: string; privateKeyPem: string; certificatePem: string }[] {
  return keys
    .filter(({ use }) => use === wanted)
    .map(({ id, privateKeyPem, certificatePem }) => ({ id, privateKeyPem, certificatePem }));
}

function pick(from: object, names: readonly string[]): Fields {
  return Object.fromEntries(
    Object.entries(from).filter(([name, value]) => names.includes(name) && value !== undefined && value !== null),
  );
}
