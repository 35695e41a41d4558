import { z } from 'zod';
import { type InputFault, isProblem, Problem } from '#kernel/problem.ts';
import { isSafeEndpoint, NAME_ID_UNSPECIFIED, namesPublicHost } from '#wire/saml/index.ts';
import type { VerificationKey } from '#wire/xml/index.ts';
import { readVerificationKey } from '#wire/xml/index.ts';
import { type GraphAccess, GUID, graphHosts } from '../microsoft/index.ts';
import { ENTRA_GROUPS, graphAccessOf } from './complete-groups.ts';
import { type OwnKeys, readOwnKeys } from './own-keys.ts';
import { problems } from './problems.ts';

/** A fault of one field, with a code of its own for the API's `errors`. */
function fault(code: string, message: string): { message: string; params: { code: string } } {
  return { message, params: { code } };
}

const MAX_URI_LENGTH = 1024;
/** Parameters of the redirect binding, which a login hint must not overwrite. */
const RESERVED_PARAMETERS: readonly string[] = [
  'samlrequest',
  'samlresponse',
  'relaystate',
  'sigalg',
  'signature',
  'samlencoding',
];

const identifier = z
  .string()
  .min(1)
  .max(MAX_URI_LENGTH)
  .refine((text) => !/[\s\p{Cc}]/u.test(text), fault('whitespace', 'must not contain white space'));
const endpoint = z
  .string()
  .refine(isSafeEndpoint, fault('endpoint_refused', 'must be an https address without a fragment; http only on this computer'));
const ownAddress = z
  .string()
  .refine((text) => /^https?:\/\/[^\s#]+$/.test(text) && URL.canParse(text), fault('invalid_url', 'must be an http(s) address'));
const certificate = z
  .string()
  .max(16_384)
  .superRefine((text, context) => {
    try {
      readVerificationKey(text);
    } catch (error) {
      if (!isProblem(error)) throw error;
      context.addIssue({
        code: 'custom',
        message: error.detail ?? error.type.title,
        params: { code: error.code.replace('xml.', '') },
      });
    }
  });
/** Entra only: what becomes of groups that do not fit into the assertion. */
const groupOverage = z.strictObject({
  resolve: z.boolean().default(true).meta({ description: 'Read them from Microsoft Graph, by our own certificate.' }),
  directoryId: z.string().regex(GUID, 'must be the directory (tenant) id, a GUID'),
  clientId: z.string().min(1).max(500).meta({ description: 'App registration that may read groups.' }),
  graphUrl: z.enum(graphHosts).nullish().meta({ description: 'Graph of a national cloud.' }),
  claim: identifier.default(ENTRA_GROUPS).meta({ description: 'Attribute that carries groups where they fit.' }),
});
const keyPair = z.strictObject({ privateKeyPem: z.string(), certificatePem: z.string() });

/**
 * The object `saml` of an identity provider (INTERFACE.md), and `keys`, which the gateway fills in. One schema for API, form and docs.
 */
export const samlFields = z.strictObject({
  spEntityId: identifier.meta({ description: 'Our entity id; the audience that every assertion must name.' }),
  acsUrl: ownAddress.meta({ description: 'Our assertion consumer service, where responses must arrive.' }),
  issuer: identifier.meta({ description: 'Entity id of the identity provider, compared exactly.' }),
  ssoUrl: endpoint.meta({ description: 'Where people are sent to sign in.' }),
  ssoBinding: z.enum(['redirect', 'post']).default('redirect'),
  sloUrl: endpoint.nullish().meta({ description: 'Single logout service of the identity provider.' }),
  sloBinding: z.enum(['redirect', 'post']).default('redirect').meta({ description: 'How logout messages are sent there.' }),
  spSloUrl: ownAddress.nullish().meta({ description: 'Our single logout service; answers and demands arrive there.' }),
  metadataUrl: endpoint.nullish().meta({ description: 'Where the settings were fetched from, and are refreshed from.' }),
  metadataCertificates: z.array(certificate).min(1).max(16).nullish().meta({
    description: 'Certificates, one of which must have signed the metadata. Without them, its https address vouches for it.',
  }),
  verificationCertificates: z.array(certificate).min(1).max(16).meta({
    description:
      'Certificates whose keys may sign: PEM or bare base64. Pinned: their expiry is shown and warned of, but stops nobody.',
  }),
  requireValidCertificates: z.boolean().default(false).meta({
    description:
      'Refuse a signature whose certificate has expired or is not yet valid. Off: the pinned key counts, the dates only warn.',
  }),
  verifySignatureOf: z.enum(['assertion', 'response', 'both', 'either']).default('either'),
  nameIdFormat: identifier
    .nullish()
    .meta({ description: 'Asked for, and then demanded. Empty or “unspecified”: any but transient.' }),
  preferredNameIdFormat: identifier
    .nullish()
    .meta({ description: 'Asked for where nameIdFormat is empty, and not demanded: any but transient will do.' }),
  loginHintParameter: z
    .string()
    .regex(/^[A-Za-z0-9_.~-]{1,64}$/)
    .refine((name) => !RESERVED_PARAMETERS.includes(name.toLowerCase()), fault('reserved_parameter', 'belongs to SAML itself'))
    .nullish()
    .meta({ description: 'Query parameter of the SSO address that carries the login hint.' }),
  forceAuthn: z.boolean().default(false),
  requestedAuthnContexts: z.array(identifier).max(16).default([]),
  enforceContext: z
    .boolean()
    .default(true)
    .meta({ description: 'Refuse an answer that carries none of the requested contexts.' }),
  repeatableAttributes: z.array(z.string().min(1).max(200)).max(16).default([]).meta({
    description:
      'Attributes that may come several times, as roles do from Keycloak: together they are one list. Any other is refused.',
  }),
  signRequests: z.boolean().default(true),
  allowIdpInitiated: z.boolean().default(false).meta({
    description:
      'People may start at the provider’s portal. Its response signs nobody in: they are sent there once more, by a request of ours.',
  }),
  groupOverage: groupOverage.nullish(),
  keys: z
    .strictObject({
      signing: z.array(keyPair).default([]),
      decryption: z.array(keyPair).default([]),
      clientAssertion: z.array(keyPair.extend({ kid: z.string() })).default([]),
    })
    .default({ signing: [], decryption: [], clientAssertion: [] })
    .meta({ description: 'Our own keys, the active ones first; filled in by the gateway, never by the API.' }),
});

export type SamlFields = z.output<typeof samlFields>;

/** Settings of a connection, read and ready: certificates are parsed here, our own keys when they are first needed. */
export interface SamlSettings extends Omit<SamlFields, 'keys'> {
  readonly verificationKeys: readonly VerificationKey[];
  readonly ownKeys: OwnKeys;
  /** How groups that do not fit into an assertion are completed. */
  readonly graphAccess?: GraphAccess;
}

/** Whether endpoints may lie on this computer or have an IP address for a name: where the operator allows private networks. */
export interface SamlPolicy {
  readonly allowPrivateNetwork: boolean;
}

/** The NameID format to ask for; nothing where any will do. “Unspecified” is a way to say so. @see SAML Core §3.4.1.1 */
export function nameIdFormatToAsk({
  nameIdFormat,
  preferredNameIdFormat,
}: Pick<SamlFields, 'nameIdFormat' | 'preferredNameIdFormat'>): string | undefined {
  const format = nameIdFormat ?? preferredNameIdFormat ?? NAME_ID_UNSPECIFIED;
  return format === NAME_ID_UNSPECIFIED ? undefined : format;
}

/** @throws Problem `saml.settings_invalid`, with all faults and their pointers into the `saml` object */
export function readSettings(raw: unknown, policy: SamlPolicy = { allowPrivateNetwork: true }): SamlSettings {
  const read = samlFields.safeParse(raw);
  const faults: InputFault[] = policy.allowPrivateNetwork ? [] : hostFaults(raw);
  if (!read.success) throw invalid([...read.error.issues.flatMap((issue) => faultsOf(issue, raw)), ...faults]);
  const { keys, ...fields } = read.data;
  const graphAccess = graphAccessOf(read.data);
  if (fields.signRequests && keys.signing.length === 0) {
    faults.push({
      pointer: '/signRequests',
      code: 'signing_key_missing',
      detail: 'requests cannot be signed without a signing key',
    });
  }
  if (faults.length > 0) throw invalid(faults);
  return {
    ...fields,
    verificationKeys: distinct(fields.verificationCertificates.map(readVerificationKey)),
    ownKeys: readOwnKeys(keys),
    graphAccess,
  };
}

/** An address that is refused for its form already is not told again. */
function hostFaults(raw: unknown): InputFault[] {
  return ['ssoUrl', 'sloUrl', 'metadataUrl'].flatMap((name) => {
    const text = valueAt(raw, [name]);
    if (typeof text !== 'string' || !isSafeEndpoint(text) || namesPublicHost(text)) return [];
    return [
      {
        pointer: `/${name}`,
        code: 'private_host_refused',
        detail: 'must name a public host, not an IP address or this computer',
      },
    ];
  });
}

function invalid(errors: readonly InputFault[]): Problem {
  return new Problem(problems.settings_invalid, { detail: errors.map(({ pointer }) => pointer).join(', '), errors });
}

function distinct(keys: readonly VerificationKey[]): VerificationKey[] {
  return [...new Map(keys.map((key) => [key.fingerprint, key])).values()];
}

/** One reference token of a JSON pointer. @see RFC 6901 §3 */
function tokenOf(part: PropertyKey): string {
  return `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function faultsOf(issue: z.core.$ZodIssue, raw: unknown): InputFault[] {
  const at = issue.path.map(tokenOf).join('');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: `${at}${tokenOf(key)}`,
      code: 'unknown_field',
      detail: 'is not a field of SAML settings',
    }));
  }
  return [{ pointer: at, code: codeOf(issue, raw), detail: issue.message }];
}

function codeOf(issue: z.core.$ZodIssue, raw: unknown): string {
  if (issue.code === 'custom') return String(issue.params?.['code'] ?? 'invalid_value');
  const isMissing = issue.code === 'invalid_type' && valueAt(raw, issue.path) === undefined;
  return isMissing ? 'required' : issue.code;
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown> | null | undefined)?.[part], raw);
}
