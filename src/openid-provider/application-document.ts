import { z } from 'zod';
import type { ApplicationSettings } from './application.ts';
import { defaultScopes } from './scopes.ts';

const uris = z.array(z.string().min(1).max(2000)).max(50);

/** What a caller of the API decides about an application. */
export const applicationSettings = {
  name: z.string().trim().min(1).max(200),
  kind: z.enum(['confidential', 'public']).describe('public: runs on devices or in browsers and can keep no secret'),
  redirectUris: uris.min(1).describe('compared character by character; https, or http on loopback'),
  postLogoutRedirectUris: uris,
  grantTypes: z.array(z.enum(['authorization_code', 'refresh_token'])).max(2),
  tokenEndpointAuthMethod: z.enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none']),
  jwks: z
    .strictObject({ keys: z.array(z.record(z.string(), z.unknown())).min(1).max(10) })
    .nullable()
    .describe('public keys, RFC 7517'),
  firstParty: z.boolean().describe('people are not asked for consent'),
  scopes: z.array(z.string().min(1).max(100)).max(30),
  initiateLoginUri: z
    .string()
    .min(1)
    .max(2000)
    .nullable()
    .describe('people who come from a provider’s portal are sent there with iss and target_link_uri, OpenID Connect Core 1.0 §4'),
  launchUrls: uris.describe('what a portal may name as target (RelayState, target_link_uri); compared character by character'),
  enabled: z.boolean(),
};

/** A new application: what depends on other fields may be left out, see `withDefaults`. */
export const applicationDocument = z.strictObject({
  ...applicationSettings,
  kind: applicationSettings.kind.default('confidential'),
  postLogoutRedirectUris: applicationSettings.postLogoutRedirectUris.default([]),
  grantTypes: applicationSettings.grantTypes.default(['authorization_code', 'refresh_token']),
  tokenEndpointAuthMethod: applicationSettings.tokenEndpointAuthMethod.optional(),
  jwks: applicationSettings.jwks.default(null),
  firstParty: applicationSettings.firstParty.default(true),
  scopes: applicationSettings.scopes.optional(),
  initiateLoginUri: applicationSettings.initiateLoginUri.default(null),
  launchUrls: applicationSettings.launchUrls.default([]),
  enabled: applicationSettings.enabled.default(true),
});
/** What depends on other fields: how a kind authenticates, and that refresh tokens come with the scope that asks for them. */
export function withDefaults(body: z.output<typeof applicationDocument>): ApplicationSettings {
  return {
    ...body,
    tokenEndpointAuthMethod:
      body.tokenEndpointAuthMethod ?? (body.kind === 'public' ? ('none' as const) : ('client_secret_basic' as const)),
    scopes: body.scopes ?? [...defaultScopes, ...(body.grantTypes.includes('refresh_token') ? ['offline_access'] : [])],
  };
}
