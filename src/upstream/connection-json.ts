import { z } from 'zod';
import { isProblem } from '#kernel/problem.ts';
import { connectionKinds, userAttributes } from './connection.ts';
import type { StoredConnection } from './connection-register.ts';
import { gateJson } from './mapping/gate.schema.ts';
import { mappingJson } from './mapping/mapping.schema.ts';
import { missingSecrets, withPlaceholders } from './missing-secrets.ts';
import { warningsOf } from './presets/warnings.ts';
import { readSettings, registeredOf } from './read-document.ts';
import type { Fields, Registry } from './registry.ts';

const texts = z.array(z.string());
const claim = z.string().optional();
const fields = z.record(z.string(), z.unknown()).optional();

const warningJson = z.object({
  code: z.string(),
  pointer: z.string(),
  detail: z.string(),
  expiresAt: z.iso.datetime().optional().describe('where the warning is of something that ends'),
});

/** A connection as the API shows it: never a secret. What it says was judged when it was stored. */
export const connectionJson = z
  .object({
    id: z.string(),
    kind: z.enum(connectionKinds),
    preset: z.string().nullable(),
    name: z.string(),
    slug: z.string(),
    enabled: z.boolean(),
    revision: z.int(),
    oidc: fields,
    saml: fields,
    users: z.object({
      create: z.boolean(),
      update: z.boolean(),
      defaultGroups: texts,
      defaultRoles: texts,
      pendingActivation: z.boolean(),
    }),
    claims: z.object({
      email: mappingJson.optional(),
      userId: mappingJson.optional(),
      userPrincipalName: mappingJson.optional(),
      phone: mappingJson.optional(),
      mobile: mappingJson.optional(),
      firstName: mappingJson.optional(),
      lastName: mappingJson.optional(),
      locale: mappingJson.optional(),
      securityId: mappingJson.optional(),
      groups: mappingJson.optional(),
      roles: mappingJson.optional(),
      custom: z.record(z.string(), mappingJson),
    }),
    ...gateJson,
    groupMappings: z.array(z.object({ external: z.string(), label: z.string().nullish(), group: z.string() })),
    groupSync: z.enum(['none', 'append', 'sync', 'assign']),
    assignedGroups: texts,
    roleMappings: z.array(z.object({ external: z.string(), role: z.string() })),
    roleSync: z.enum(['all', 'first']),
    authentication: z.object({
      enabled: z.boolean(),
      default: z.boolean(),
      domains: texts,
      userAttribute: z.enum(userAttributes),
      claim: mappingJson,
      matchAttributes: z.record(z.string(), mappingJson),
    }),
    branding: z.object({ buttonText: claim, buttonImage: claim }),
    portal: z.object({ applicationId: z.string().nullable() }).optional(),
    missing: texts.describe('pointers to secrets that were not imported; nobody signs in before they are set'),
    warnings: z.array(warningJson).describe('what is allowed and probably not meant'),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'IdentityProvider' });

export type ConnectionJson = z.input<typeof connectionJson>;

/** What the gateway derives is shown beside what was set: redirect URI, entity ids, Microsoft's endpoints. */
export function describeConnection(registry: Registry, stored: StoredConnection, tenantUrl: string): ConnectionJson {
  const { id, slug, revision, document, createdAt, updatedAt } = stored;
  const entry = registeredOf(registry, document);
  const shown = entry && {
    [entry.member]: {
      ...entry.ownFacts(`${tenantUrl}/sso/${slug}`),
      ...impliedOf(registry, stored, tenantUrl),
      ...document[entry.member],
    },
  };
  const warnings = warningsOf(document, stored.secrets);
  const missing = missingOf(registry, stored);
  const times = { createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
  return { id, ...document, ...shown, slug, revision, missing, warnings, ...times };
}

/** Pointers to the secrets that it waits for. */
export function missingOf(registry: Registry, { document, secrets }: Pick<StoredConnection, 'document' | 'secrets'>): string[] {
  const entry = registeredOf(registry, document);
  return entry ? missingSecrets(entry, { ...document[entry.member], ...secrets }).map((name) => `/${entry.member}/${name}`) : [];
}

/** Nothing, where a later release cannot read the settings any more: they must still be shown to be mended. */
function impliedOf(registry: Registry, { document, secrets, slug }: StoredConnection, tenantUrl: string): Fields {
  const entry = registeredOf(registry, document);
  if (!entry) return {};
  try {
    const fields = { ...document[entry.member], ...secrets };
    const whole = withPlaceholders(fields, missingSecrets(entry, fields));
    return entry.implied(() => readSettings(entry, whole, { connectionUrl: `${tenantUrl}/sso/${slug}`, keys: [] }));
  } catch (error) {
    if (isProblem(error)) return {};
    throw error;
  }
}
