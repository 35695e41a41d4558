import { z } from 'zod';
import { type InputFault, Problem } from '#kernel/problem.ts';
import type { GraphAccess } from '../microsoft/index.ts';
import { faultOfIssuer, faultOfUrl, type UrlFault, urlFaults } from './endpoint-url.ts';
import {
  directoryOfIssuer,
  endpointsOfDirectory,
  GUID,
  graphAccessOf,
  graphHosts,
  issuerOfDirectory,
  readDirectoryIssuer,
  versionOfEndpoint,
} from './microsoft.ts';
import { problems } from './problems.ts';

export type OidcKind = 'oidc' | 'microsoft-oidc';

export interface SettingsPolicy {
  kind: OidcKind;
  /** Lets endpoints be plain http and private hosts; the same switch as that of the guarded fetch. */
  allowPrivateNetwork: boolean;
}

const text = (most: number) => z.string().min(1).max(most);
const names = z.array(text(200)).max(100);
const scopeName = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, 'must be a scope name: printable ASCII without space, quote or backslash');
const acrValue = z.string().regex(/^[\x21-\x7e]{1,200}$/, 'must not contain spaces');

/** Entra only: what becomes of groups that do not fit into the token. */
const groupOverage = z.strictObject({
  resolve: z.boolean().default(true).describe('read them from Microsoft Graph, by our own certificate'),
  graphUrl: z.enum(graphHosts).nullish().describe('Graph of a national cloud; follows from the token endpoint unless given'),
  clientId: text(500).nullish().describe('app registration that may read groups; that of the sign-in unless given'),
});

const clientKey = z.strictObject({ kid: text(200), privateKeyPem: text(20_000), certificatePem: text(20_000).nullish() });
const authentications = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'] as const;
const clientKeys = z.strictObject({ clientAssertion: z.array(clientKey).max(10).default([]) });

const allowThirdPartyInitiated = z
  .boolean()
  .default(false)
  .describe('people may start at the provider’s portal, which sends them to initiateLoginUri');

/** Filled in by the gateway. */
const byTheGateway = {
  redirectUri: text(2048).nullish(),
  initiateLoginUri: text(2048).nullish(),
  postLogoutRedirectUri: text(2048).nullish(),
  keys: clientKeys.nullish(),
};

/** The schema of `oidc` in `INTERFACE.md`: one source for API, console form and docs. */
function schemaOf(policy: SettingsPolicy) {
  const checked = (fault: (url: string) => UrlFault | undefined) =>
    text(2048).superRefine((value, context) => {
      const code = fault(value);
      if (code) context.addIssue({ code: 'custom', message: urlFaults[code], params: { code } });
    });
  const endpoint = checked((url) => faultOfUrl(url, policy));
  return z.strictObject({
    clientId: text(500),
    clientSecret: text(2000).nullish(),
    clientSecretExpiresAt: z.iso.datetime({ offset: true }).nullish(),
    directoryId: z.string().regex(GUID, 'must be the directory (tenant) id, a GUID').nullish(),
    issuer: checked((url) => faultOfIssuer(url, policy)).nullish(),
    clientAuthentication: z.enum(authentications).default('client_secret_basic'),
    /** Whom a client assertion is addressed to: the issuer (RFC 7523bis), or the token endpoint where a provider insists. */
    clientAssertionAudience: z.enum(['issuer', 'token_endpoint']).nullish(),
    requirePkce: z.boolean().default(true),
    /** As the metadata lists them; nothing where it does not say. */
    codeChallengeMethodsSupported: names.nullish(),
    authorizationResponseIssParameterSupported: z.boolean().default(false),
    authorizationEndpoint: endpoint.nullish(),
    tokenEndpoint: endpoint.nullish(),
    userinfoEndpoint: endpoint.nullish(),
    revocationEndpoint: endpoint.nullish(),
    endSessionEndpoint: endpoint.nullish(),
    jwksUri: endpoint.nullish(),
    scopes: z.array(scopeName).max(50).default(['openid', 'profile', 'email', 'offline_access']),
    idTokenClaims: names.default([]),
    userinfoClaims: names.default([]),
    maxAgeSeconds: z.int().min(0).max(31_536_000).nullish(),
    acrValues: z.array(acrValue).max(20).default([]),
    amrValues: z.array(acrValue).max(20).default([]),
    enforceContext: z.boolean().default(true),
    groupOverage: groupOverage.nullish(),
    allowThirdPartyInitiated,
    ...byTheGateway,
  });
}

type Raw = z.output<ReturnType<typeof schemaOf>>;

/** Settings of one OpenID provider: checked, complete, with everything that kind and directory imply. */
export interface OidcSettings
  extends Omit<Raw, 'issuer' | 'authorizationEndpoint' | 'tokenEndpoint' | 'jwksUri' | 'clientAssertionAudience'> {
  readonly kind: OidcKind;
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly jwksUri: string;
  readonly clientAssertionAudience: 'issuer' | 'token_endpoint';
  /** How groups that do not fit into a token are completed; the same object as long as the settings are. */
  readonly graphAccess?: GraphAccess;
}

const schemas = new Map<string, ReturnType<typeof schemaOf>>();

/** The schema for one kind, for forms and docs. Built once: building costs more than a sign-in. */
export function settingsSchema(policy: SettingsPolicy): ReturnType<typeof schemaOf> {
  const key = `${policy.kind} ${policy.allowPrivateNetwork}`;
  let schema = schemas.get(key);
  if (!schema) schemas.set(key, (schema = schemaOf(policy)));
  return schema;
}

/**
 * Reads the `oidc` object of a connection. All faults are told at once, with pointers relative to that object.
 *
 * @throws Problem `oidc.settings_invalid`
 */
export function readSettings(raw: unknown, policy: SettingsPolicy): OidcSettings {
  const parsed = settingsSchema(policy).safeParse(raw, { reportInput: true });
  const shape = parsed.success ? [] : parsed.error.issues.flatMap(faultsOf);
  // Rules between fields are judged as far as the fields go, so that a typo in one does not hide what is missing elsewhere.
  const loose = parsed.success ? parsed.data : ((raw ?? {}) as Raw);
  const implied = typeof loose === 'object' ? imply(loose, policy.kind) : {};
  const whole = typeof loose === 'object' ? { ...loose, ...implied } : ({} as Raw);
  const told = new Set(shape.map((fault) => fault.pointer));
  const errors = [...shape, ...faultsBetween(whole, policy.kind).filter((fault) => !told.has(fault.pointer))];
  if (errors.length > 0) throw new Problem(problems.settings_invalid, { errors });
  const settings = { ...whole, kind: policy.kind } as OidcSettings;
  return { ...settings, graphAccess: graphAccessOf(settings) };
}

/** What follows from the kind: Microsoft's issuer and endpoints are built from the directory, the directory from an issuer. */
function imply(given: Partial<Raw>, kind: OidcKind): Partial<Raw> {
  const microsoft = kind === 'microsoft-oidc';
  const audience = given.clientAssertionAudience ?? (microsoft ? 'token_endpoint' : 'issuer');
  if (!microsoft) return { clientAssertionAudience: audience };
  if (typeof given.issuer === 'string') {
    // Then the person's directory is held against it as well, whatever the issuer's check says.
    const directoryId = given.directoryId ?? directoryOfIssuer(given.issuer);
    return { clientAssertionAudience: audience, ...(directoryId === undefined ? {} : { directoryId }) };
  }
  if (typeof given.directoryId !== 'string') return { clientAssertionAudience: audience };
  const built = endpointsOfDirectory(given.directoryId);
  return {
    clientAssertionAudience: audience,
    issuer: issuerOfDirectory(given.directoryId),
    authorizationEndpoint: given.authorizationEndpoint ?? built.authorizationEndpoint,
    tokenEndpoint: given.tokenEndpoint ?? built.tokenEndpoint,
    endSessionEndpoint: given.endSessionEndpoint ?? built.endSessionEndpoint,
    jwksUri: given.jwksUri ?? built.jwksUri,
  };
}

function faultsBetween(given: Partial<Raw>, kind: OidcKind): InputFault[] {
  const faults: InputFault[] = [];
  const miss = (pointer: string, detail: string): number => faults.push({ pointer, code: 'required', detail });
  if (kind === 'microsoft-oidc' && !given.directoryId && !given.issuer)
    miss('/directoryId', 'is required: the directory (tenant) id');
  const directory = typeof given.issuer === 'string' ? directoryOfIssuer(given.issuer) : undefined;
  if (kind === 'microsoft-oidc' && directory && given.directoryId && directory !== String(given.directoryId).toLowerCase()) {
    faults.push({
      pointer: '/issuer',
      code: 'directory_contradicted',
      detail: 'is the issuer of another directory than directoryId',
    });
  }
  if (kind !== 'microsoft-oidc' && given.groupOverage) {
    faults.push({ pointer: '/groupOverage', code: 'not_of_this_kind', detail: 'is for Microsoft Entra only' });
  }
  faults.push(...versionFaults(given, kind));
  for (const field of ['issuer', 'authorizationEndpoint', 'tokenEndpoint', 'jwksUri'] as const) {
    if (!given[field]) miss(`/${field}`, 'is required; fetching the configuration fills it in');
  }
  const method = given.clientAuthentication ?? 'client_secret_basic';
  if ((method === 'client_secret_basic' || method === 'client_secret_post') && !given.clientSecret) {
    miss('/clientSecret', `is required by ${method}`);
  }
  if (Array.isArray(given.scopes) && !given.scopes.includes('openid')) {
    faults.push({ pointer: '/scopes', code: 'openid_missing', detail: 'must contain openid' });
  }
  const methods = given.codeChallengeMethodsSupported;
  if ((given.requirePkce ?? true) && Array.isArray(methods) && !methods.includes('S256')) {
    faults.push({
      pointer: '/requirePkce',
      code: 'pkce_unsupported',
      detail: 'cannot be on: the provider lists its PKCE methods, and S256 is not among them',
    });
  }
  return faults;
}

/** An endpoint of one version never gives tokens of the issuer of the other: every sign-in would fail. */
function versionFaults(given: Partial<Raw>, kind: OidcKind): InputFault[] {
  const issuer = kind === 'microsoft-oidc' && typeof given.issuer === 'string' ? readDirectoryIssuer(given.issuer) : undefined;
  if (!issuer) return [];
  return (['authorizationEndpoint', 'tokenEndpoint'] as const)
    .map((field) => ({ field, version: versionOfEndpoint(given[field]) }))
    .filter(({ version }) => version !== undefined && version !== issuer.version)
    .map(({ field, version }) => ({
      pointer: `/${field}`,
      code: 'token_version_contradicted',
      detail: `gives version ${version} tokens, and the issuer is that of version ${issuer.version}`,
    }));
}

function faultsOf(issue: z.core.$ZodIssue): InputFault[] {
  const at = (path: readonly PropertyKey[]): string =>
    path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: at([...issue.path, key]), code: 'unknown_field', detail: 'is not a field' }));
  }
  const code = issue.code === 'custom' ? String(issue.params?.code ?? 'custom') : issue.code;
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  return [{ pointer: at(issue.path), code: missing ? 'required' : code, detail: missing ? 'is required' : issue.message }];
}
