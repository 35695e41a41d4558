import { z } from 'zod';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import type { ConnectionId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import { getConnection } from '../change-connection.ts';
import { type ConnectionKind, connectionKinds } from '../connection.ts';
import { SLUG } from '../connections.schema.ts';
import type { ConnectionNeeds } from '../needs.ts';
import { problems } from '../problems.ts';
import { kindsOf } from './apply-preset.ts';
import { fillGuide, guideValues } from './guide.ts';
import { findPreset, presetOf, presets, traitsOf } from './list.ts';
import { type GuideLanguage, guideLanguages, type Preset, type PresetKind } from './preset.ts';

export type PresetRoutesNeeds = Pick<ConnectionNeeds, 'connections'> & { authorization: Authorization };

const tags = ['identity-providers'];
const language = z.enum(guideLanguages).default('en');
const groups = z.object({ holds: z.enum(['ids', 'names', 'nothing']), most: z.int().nullable(), detail: z.string() });

const presetJson = z.object({
  id: z.string(),
  title: z.string(),
  buttonText: z.string().describe('a suggestion for branding.buttonText'),
  kinds: z.array(
    z.object({
      kind: z.enum(connectionKinds),
      defaults: z.record(z.string(), z.unknown()).describe('what the preset fills in; null takes a general default away'),
      groups,
      know: z.array(z.string()),
    }),
  ),
});
const pair = z.array(z.object({ label: z.string(), value: z.string() }));
const guideJson = z.object({
  preset: z.string(),
  title: z.string(),
  kind: z.enum(connectionKinds),
  language: z.enum(guideLanguages),
  know: z.array(z.string()),
  groups,
  steps: z.array(
    z.object({
      title: z.string(),
      text: z.string(),
      copy: pair.optional().describe('to copy into the vendor’s console'),
      paste: z
        .array(z.object({ label: z.string(), pointer: z.string() }))
        .optional()
        .describe('to bring back, and the field that it goes into'),
      note: z.string().optional(),
    }),
  ),
});

/** Presets, and guides through the vendors' consoles with the tenant's own values, under `tenantScope`. */
export function presetRoutes(scope: Gateway, needs: PresetRoutesNeeds): void {
  const onRequest = needs.authorization.allow('identity-providers:read');
  scope.route({
    method: 'GET',
    url: '/api/v1/identity-provider-presets',
    onRequest,
    schema: {
      tags,
      summary: 'List the presets: what each fills in, and what to know beforehand',
      querystring: z.object({ language }),
      response: { 200: z.object({ items: z.array(presetJson), next: z.null() }) },
    },
    handler: async ({ query }) => ({ items: presets.map((preset) => describePreset(preset, query.language)), next: null }),
  });
  scope.route({
    method: 'GET',
    url: '/api/v1/identity-provider-presets/:preset/guide',
    onRequest,
    schema: {
      tags,
      summary: 'Guide through a vendor’s console before the provider is made, for the slug that it is to have',
      params: z.object({ preset: z.string() }),
      querystring: z.object({ kind: z.enum(connectionKinds).optional(), slug: z.string().regex(SLUG), language }),
      response: { 200: guideJson },
    },
    handler: async ({ tenantUrl, params, query }) => {
      const preset = findPreset(params.preset);
      if (!preset) throw new Problem(problems.preset_unknown);
      const { slug, kind = kindsOf(preset)[0] } = query;
      return guideOf(preset, kind, { language: query.language, values: guideValues(`${tenantUrl}/sso/${slug}`) });
    },
  });
  madeGuideRoute(scope, needs);
}

function madeGuideRoute(scope: Gateway, { authorization, connections }: PresetRoutesNeeds): void {
  scope.route({
    method: 'GET',
    url: '/api/v1/identity-providers/:id/guide',
    onRequest: authorization.allow('identity-providers:read'),
    schema: {
      tags,
      summary: 'Guide through the vendor’s console for this identity provider, with its certificates',
      params: z.object({ id: z.string().transform((id) => id as ConnectionId) }),
      querystring: z.object({ language }),
      response: { 200: guideJson },
    },
    handler: async ({ tenant, tenantUrl, params: { id }, query }) => {
      const { document, slug } = await getConnection({ connections }, { tenant: tenant.id, id });
      const keys = await connections.listKeys(tenant.id, id);
      const { kind } = document;
      const fields = document[kind === 'saml' ? 'saml' : 'oidc'] ?? {};
      const own = fields['spEntityId'];
      const values = guideValues(`${tenantUrl}/sso/${slug}`, { keys, ...(typeof own === 'string' ? { spEntityId: own } : {}) });
      const preset = presetOf({ kind, preset: document.preset, fields: traitsOf(fields) });
      return guideOf(preset, kind, { language: query.language, values });
    },
  });
}

function guideOf(preset: Preset, kind: ConnectionKind | undefined, filling: Parameters<typeof fillGuide>[2]) {
  const guide = kind && fillGuide(preset, kind, filling);
  if (!guide) throw new Problem(problems.preset_mismatch, { detail: `It is set up as ${kindsOf(preset).join(' or ')}.` });
  return guide;
}

function describePreset(preset: Preset, language: GuideLanguage): z.input<typeof presetJson> {
  const { id, title, button } = preset;
  const kinds = kindsOf(preset).map((kind) => ({ kind, ...describeKind(preset.kinds[kind] as PresetKind, language) }));
  return { id, title, buttonText: button[language], kinds };
}

function describeKind({ defaults, groups, know }: PresetKind, language: GuideLanguage) {
  return {
    defaults: { ...(typeof defaults === 'function' ? defaults({}) : defaults) },
    groups: { holds: groups.holds, most: groups.most ?? null, detail: groups.detail[language] },
    know: know.map((text) => text[language]),
  };
}
