import { z } from 'zod';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import type { ApplicationId, ConnectionId } from '#kernel/ids.ts';
import { type PreviewNeeds, preview } from './preview.ts';
import { findings, summary } from './verification.schema.ts';
import { visibleTo } from './visible.ts';

export type PreviewRoutesNeeds = PreviewNeeds & { authorization: Authorization };

/** As large as what a sign-in accepts, and no larger. In bytes and characters. */
const LARGEST_BODY = 786_432;
const LONGEST_TOKEN = 65_536;

const claims = z.record(z.string().max(1024), z.unknown());
const body = z.strictObject({
  idToken: z.string().max(LONGEST_TOKEN).optional().describe('compact serialisation, as the provider issued it'),
  userinfo: claims.optional().describe('answer of the userinfo endpoint'),
  samlResponse: z.string().max(LARGEST_BODY).optional().describe('XML, or base64 as it was posted'),
  claims: claims.optional().describe('claims as such: nothing is checked'),
  revision: z.int().min(1).optional().describe('the staged one, where there is one, else the current one'),
  applicationId: z.string().max(100).optional().describe('whose tokens are shown; default: an application with every scope'),
});

const answer = findings.extend({
  identityProviderId: z.string(),
  revision: z.int(),
  checked: z.boolean().describe('the signature and every check held that needs no attempt'),
  unchecked: z.array(z.string()).readonly(),
  summary,
});

/** POST /api/v1/identity-providers/{id}/preview: what a revision makes of something pasted; nothing is created. */
export function previewRoutes(scope: Gateway, needs: PreviewRoutesNeeds): void {
  scope.route({
    method: 'POST',
    url: '/api/v1/identity-providers/:id/preview',
    bodyLimit: LARGEST_BODY,
    // It asks the provider for its keys, and says of anybody who is named whether they are here.
    onRequest: needs.authorization.allow('identity-providers:write'),
    schema: {
      tags: ['identity-providers'],
      summary: 'What the mappings make of a pasted ID token, userinfo answer, SAML response or claims; nothing is created',
      params: z.object({ id: z.string().transform((id) => id as ConnectionId) }),
      body,
      response: { 200: answer },
    },
    handler: async ({ tenant, caller, params: { id }, body: { applicationId, ...wish } }) => {
      const made = await preview(needs, { tenant, connectionId: id }, { ...wish, applicationId: applicationId as ApplicationId });
      return visibleTo(caller, made);
    },
  });
}
