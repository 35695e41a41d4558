import { Agent } from '../../kit/agent.ts';
import type { OidcIdp } from '../../kit/oidc/index.ts';
import {
  type Api,
  apiOf,
  authorizationRequest,
  codeFrom,
  type OidcConnection,
  type TestTenant,
  tokensFor,
} from '../../kit/scene.ts';

export interface Person {
  readonly id: string;
  /** The API with this person's own access token. */
  readonly api: Api;
  /** The access token itself. */
  token(): string;
}

/** Somebody with these roles, signed in through the provider, whose token is good for the API. */
export async function comeAs(
  tenant: TestTenant,
  connection: OidcConnection,
  who: { name: string; roles: string[] },
): Promise<Person> {
  const email = `${who.name}@${tenant.name}.example`;
  const made = await tenant.api.call('POST', '/api/v1/users', { email, emailVerified: true, roles: who.roles });
  if (made.status !== 201) throw new Error(`no ${who.name}: ${JSON.stringify(made.json)}`);
  const application = await tenant.addApplication({ name: 'Administration', scopes: ['openid', 'email', 'sallyport_api'] });
  const idp: OidcIdp = connection.idp;
  const before = idp.person;
  idp.person = { ...before, sub: `${tenant.name}-${who.name}`, email, email_verified: true };
  const agent = new Agent();
  const asked = authorizationRequest(tenant, application, { idp: connection.slug, scope: 'openid email sallyport_api' });
  const sent = await agent.get(asked.url);
  const answer = await idp.authorize(new URL(sent.location ?? ''));
  const arrived = await agent.get(`${connection.callbackUrl}?${new URLSearchParams(answer)}`);
  const { json } = await tokensFor(tenant, application, {
    grant_type: 'authorization_code',
    code: await codeFrom(agent, arrived),
    redirect_uri: application.redirectUri,
    code_verifier: asked.verifier,
  });
  idp.person = before;
  return { id: made.json.id, api: apiOf(tenant.url, json.access_token), token: () => json.access_token };
}
