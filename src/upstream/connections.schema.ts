import { z } from 'zod';
import { attributeName, line } from '#directory/index.ts';
import { isPublicMailDomain, readDomainName } from '#tenants/index.ts';
import { type ConnectionKind, connectionKinds, userAttributes } from './connection.ts';
import { faultOfImage } from './images.ts';
import { accessGate, groupFilter, whenMissing } from './mapping/gate.schema.ts';
import { claimName, mapping, verifiedMapping } from './mapping/mapping.schema.ts';

/** URL segment under `/sso/`: a DNS label. */
export const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

const groupName = line(200);
const roleName = line(200);

const domain = z
  .string()
  .max(253)
  .superRefine((text, context) => {
    const add = (code: string, message: string) => context.addIssue({ code: 'custom', message, params: { code } });
    const name = readDomainName(text);
    if (name === undefined) add('domain_invalid', 'must be a domain name');
    else if (name !== text) add('domain_form', `must be written ${name}`);
    else if (isPublicMailDomain(name)) add('domain_public', 'anybody can have an address in it');
  });

const image = z.string().superRefine((address, context) => {
  const fault = faultOfImage(address);
  if (fault) context.addIssue({ code: 'custom', message: fault.detail, params: { code: fault.code } });
});

const users = z.strictObject({
  create: z.boolean().default(false).describe('make an account for whoever the provider vouches for'),
  update: z.boolean().default(false).describe('let the claims overwrite the attributes of the account'),
  defaultGroups: z.array(groupName).max(500).default([]),
  defaultRoles: z.array(roleName).max(500).default([]),
  pendingActivation: z.boolean().default(false).describe('an account that is made waits for somebody to enable it'),
});

const claims = z.strictObject({
  email: mapping.optional(),
  userId: mapping.optional(),
  userPrincipalName: mapping.optional(),
  phone: mapping.optional(),
  mobile: mapping.optional(),
  firstName: mapping.optional(),
  lastName: mapping.optional(),
  locale: mapping.optional(),
  securityId: mapping.optional(),
  groups: mapping.optional(),
  roles: mapping.optional(),
  custom: z.record(attributeName, mapping).default({}),
});

const authentication = z.strictObject({
  enabled: z.boolean().default(true),
  default: z.boolean().default(false).describe('every sign-in goes here; at most one in a tenant; turns routing by domain off'),
  domains: z.array(domain).max(500).default([]),
  userAttribute: z.enum(userAttributes).default('email').describe('attribute of the account that identifies it'),
  claim: verifiedMapping.default('email').describe('claim whose value it must have'),
  matchAttributes: z
    .partialRecord(z.enum(userAttributes), verifiedMapping)
    .default({})
    .describe('further attributes that must be equal'),
});

const branding = z.strictObject({ buttonText: line(80).optional(), buttonImage: image.optional() });

const portal = z.strictObject({
  applicationId: z
    .string()
    .regex(/^[\x21-\x7e]{1,100}$/)
    .nullable()
    .default(null)
    .describe('where people are led who start at the provider’s portal without saying where they want to go'),
});

/** The fields of a protocol, judged by the protocol itself. */
const fields = z.record(z.string(), z.unknown()).optional();

/**
 * An identity provider as `INTERFACE.md` shows it. Defaults are filled in once, when it is made, and stored: a later release does not
 * change what a connection does.
 */
export const connectionDocument = z
  .strictObject({
    kind: z.enum(connectionKinds),
    preset: z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/)
      .nullable()
      .default(null)
      .describe('which vendor it was set up as'),
    name: line(100),
    slug: z
      .string()
      .regex(SLUG, 'must be 1 to 63 lower-case letters, digits and inner dashes')
      .optional()
      .describe('made from the name unless given; never changed'),
    enabled: z.boolean().default(false).describe('a draft until somebody switches it on'),
    oidc: fields,
    saml: fields,
    users: users.prefault({}),
    claims: claims.prefault({}),
    groupMappings: z
      .array(z.strictObject({ external: claimName, label: line(200).nullish(), group: groupName }))
      .max(5000)
      .default([]),
    access: accessGate.prefault({}).describe('who may come in at all'),
    groupFilter: groupFilter.prefault({}).describe('which values of the groups claim count'),
    whenMissing: whenMissing
      .prefault({})
      .describe('what a list that did not come at all says; an incomplete one never says anything'),
    groupSync: z.enum(['none', 'append', 'sync', 'assign']).default('none'),
    assignedGroups: z.array(groupName).max(500).default([]).describe('the groups of groupSync: assign'),
    roleMappings: z
      .array(z.strictObject({ external: claimName, role: roleName }))
      .max(5000)
      .default([]),
    roleSync: z.enum(['all', 'first']).default('all'),
    authentication: authentication.prefault({}),
    branding: branding.prefault({}),
    portal: portal.prefault({}),
  })
  .meta({ id: 'IdentityProviderDocument' });

export type ConnectionDocument = z.output<typeof connectionDocument>;

/**
 * The claims that a new connection reads unless its document says otherwise (null: not at all). OpenID Connect names its claims (Core
 * §5.1); SAML has no names of its own, these are the plain ones that most providers let one choose.
 */
export function defaultClaims(kind: ConnectionKind): Record<string, string> {
  return kind === 'saml'
    ? { email: 'email', userId: 'NameID', firstName: 'firstName', lastName: 'lastName', groups: 'groups', roles: 'roles' }
    : { email: 'email', userId: 'sub', firstName: 'given_name', lastName: 'family_name', groups: 'groups', roles: 'roles' };
}

/** `Acme (Entra)` becomes `acme-entra`; what leaves nothing becomes `idp`. */
export function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain.slice(0, 56).replace(/-+$/, '') || 'idp';
}
