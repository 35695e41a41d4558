import type { ClientAuth } from 'openid-client';
import type { World } from '#kernel/world.ts';
import { ASSERTION_TYPE, signClientAssertion } from '../client-assertion.ts';
import type { OidcSettings } from './settings.ts';

/**
 * How this client proves itself at the token endpoint. Nothing is sent that the method does not need.
 *
 * @see RFC 6749 §2.3.1, OpenID Connect Core 1.0 §9, RFC 7523 §3
 */
export function clientAuthenticationOf(settings: OidcSettings, world: World): ClientAuth {
  const { clientId, clientSecret, clientAuthentication } = settings;
  switch (clientAuthentication) {
    case 'client_secret_basic':
      // oxlint-disable-next-line max-params -- openid-client calls it with four
      return (_server, _client, _body, headers) => {
        const credentials = `${formEncoded(clientId)}:${formEncoded(clientSecret ?? '')}`;
        headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`);
      };
    case 'client_secret_post':
      return (_server, _client, body) => {
        body.set('client_id', clientId);
        body.set('client_secret', clientSecret ?? '');
      };
    case 'private_key_jwt':
      return async (_server, _client, body) => {
        body.set('client_id', clientId);
        body.set('client_assertion_type', ASSERTION_TYPE);
        body.set('client_assertion', await signAssertion(settings, world));
      };
    case 'none':
      return (_server, _client, body) => body.set('client_id', clientId);
  }
}

/**
 * `application/x-www-form-urlencoded`, as RFC 6749 wants it before Basic. It leaves `-`, `.`, `_` and `*` as they are: there are
 * providers that do not decode (Glewlwyd), and ids and secrets seldom have other signs than these.
 */
function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

async function signAssertion(settings: OidcSettings, world: World): Promise<string> {
  const key = settings.keys?.clientAssertion[0];
  if (!key) throw new Error('a client assertion without a key: begin() refuses that');
  const { clientId, issuer, tokenEndpoint, clientAssertionAudience, kind } = settings;
  const audience = clientAssertionAudience === 'issuer' ? issuer : tokenEndpoint;
  return signClientAssertion({ key, clientId, audience, foundBy: kind === 'microsoft-oidc' ? 'certificate' : 'key-id' }, world);
}
