import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Agent, codeOf } from '../kit/agent.ts';
import type { IdpClient, OidcIdp, RecordedRequest } from '../kit/oidc/index.ts';
import {
  type Api,
  type AuthorizationRequest,
  authorizationRequest,
  claimsOf,
  codeFrom,
  type Json,
  openScene,
  redeem,
  type Scene,
  type TestTenant,
} from '../kit/scene.ts';
import type { Document, Open } from './row.ts';

/** A tenant whose one provider is `first`; `second` is another one, for who is asked elsewhere. */
export interface OidcPlace {
  readonly api: Api;
  readonly id: string;
  readonly slug: string;
  readonly tenant: TestTenant;
  readonly first: OidcIdp;
  readonly second: OidcIdp;
  /** As the provider has it registered; change it freely. */
  readonly client: IdpClient;
  readonly email: string;
  /** What the gateway does by the clock, at once. */
  revokeTokens(): Promise<void>;
}

export const SECRET = 'the-first-secret';
/** People nobody knows are let in. */
export const CREATES: Document = { users: { create: true } };

/** A gateway and two providers for a file of rows. */
export function useOidc(): Open<OidcPlace> {
  let scene: Scene;
  let idps: [OidcIdp, OidcIdp];
  let count = 0;
  before(async () => {
    scene = await openScene();
    idps = [await scene.startOidcIdp(), await scene.startOidcIdp()];
  });
  after(() => scene.close());
  return async (given) => {
    count += 1;
    const place = await open(await scene.addTenant(`row-${count}`), idps, given);
    return { ...place, revokeTokens: () => scene.gateway.composition.jobs.revokeTokens() };
  };
}

async function open(
  tenant: TestTenant,
  [first, second]: [OidcIdp, OidcIdp],
  given: Document,
): Promise<Omit<OidcPlace, 'revokeTokens'>> {
  const email = `alice@${tenant.name}.example`;
  const { oidc = {}, saml, ...rest } = given as { oidc?: object | null; saml?: object };
  const document = {
    kind: 'oidc',
    name: 'Acme',
    slug: 'acme',
    enabled: true,
    ...(saml ? { saml } : { oidc: { clientId: tenant.name, clientSecret: SECRET, issuer: first.issuer, ...oidc } }),
    ...rest,
  };
  const client: IdpClient = {
    clientId: tenant.name,
    authentication: 'client_secret_basic',
    secret: SECRET,
    redirectUris: [`${tenant.url}/sso/${document.slug}/callback`],
  };
  first.person = {
    sub: 'alice',
    email,
    email_verified: true,
    given_name: 'Alice',
    family_name: 'Archer',
    groups: ['Engineering'],
    roles: ['aud'],
  };
  for (const idp of [first, second]) idp.clients.set(tenant.name, client);
  const { status, json } = await tenant.api.call('POST', '/api/v1/identity-providers', document);
  assert.equal(status, 201, JSON.stringify(json));
  return { api: tenant.api, id: json.id, slug: json.slug, tenant, first, second, client, email };
}

type See = (place: OidcPlace) => Promise<unknown>;

/** Where the browser is sent by the gateway, from an application. */
export async function sent(
  { tenant }: OidcPlace,
  more: Record<string, string> = {},
): Promise<{ agent: Agent; asked: AuthorizationRequest; location: string; code: string | undefined }> {
  const agent = new Agent();
  const asked = authorizationRequest(tenant, tenant.application, more);
  const visit = await agent.get(asked.url);
  return { agent, asked, location: visit.location ?? '', code: codeOf(visit) };
}

/** One parameter of the authorization request. */
export const asks =
  (parameter: string): See =>
  async (place) =>
    new URL((await sent(place)).location).searchParams.get(parameter);

/** Who came in, or why not. */
export interface Arrived {
  code: string | undefined;
  /** Claims of the ID token that the application gets. */
  claims: Record<string, unknown>;
  user: Json | undefined;
}

/** A whole sign-in of the person who is at the provider. */
export async function arrive(place: OidcPlace): Promise<Arrived> {
  const { agent, asked, location, code } = await sent(place);
  if (code !== undefined) return { code, claims: {}, user: undefined };
  const url = new URL(location);
  const idp = url.origin === new URL(place.second.issuer).origin ? place.second : place.first;
  const fields = await idp.authorize(url);
  const back = await agent.get(`${url.searchParams.get('redirect_uri')}?${new URLSearchParams(fields)}`);
  const refusal = codeOf(back);
  if (refusal !== undefined) return { code: refusal, claims: {}, user: undefined };
  const { json } = await redeem(place.tenant, await codeFrom(agent, back), asked);
  const claims = claimsOf(json.id_token);
  const user = await place.api.call('GET', `/api/v1/users/${claims.sub}`);
  return { code, claims, user: user.json };
}

/** `in`, or the code of the refusal. */
export const isLetIn: See = async (place) => (await arrive(place)).code ?? 'in';

/** One attribute of the account, or the code of the refusal. */
export const user =
  (attribute: string): See =>
  async (place) => {
    const arrived = await arrive(place);
    return arrived.code ?? arrived.user?.[attribute];
  };

/** One claim of the ID token. */
export const told =
  (claim: string): See =>
  async (place) => {
    const arrived = await arrive(place);
    return arrived.code ?? arrived.claims[claim] ?? null;
  };

/** Changes the person at the provider first. */
export const as =
  (person: Document | ((place: OidcPlace) => Document), see: See): See =>
  (place) => {
    Object.assign(place.first.person, typeof person === 'function' ? person(place) : person);
    return see(place);
  };

/** Which of the two providers a sign-in asks there. */
export const whoIsAsked =
  (endpoint: RecordedRequest['endpoint']): See =>
  async (place) => {
    const count = (): number[] => [place.first.count(endpoint), place.second.count(endpoint)];
    const [first = 0, second = 0] = count();
    await arrive(place);
    const [firstNow = 0, secondNow = 0] = count();
    return [...(firstNow > first ? ['first'] : []), ...(secondNow > second ? ['second'] : [])].join(' and ');
  };

/** What of the token request of a sign-in. */
export const sends =
  (read: (request: RecordedRequest) => unknown): See =>
  async (place) => {
    const all = place.first.requests;
    const before = all.length;
    await arrive(place);
    const request = all.slice(before).find(({ endpoint }) => endpoint === 'token');
    return request ? read(request) : null;
  };

/** Names of the groups or roles that the account has after the sign-in. */
const names =
  (member: 'groups' | 'roles'): See =>
  async (place) => {
    const list = await user(member)(place);
    return Array.isArray(list) ? list.map(({ name }: { name: string }) => name).sort() : list;
  };
export const groups = names('groups');
export const roles = names('roles');

/** Claims of one sign-in, then those of the next one; what is seen is seen in the second. */
export const first =
  (person: Document, then: See): See =>
  async (place) => {
    await as(person, isLetIn)(place);
    return then(place);
  };

/** A group or role of the tenant's own that is there before anybody comes. */
export const having =
  (kind: 'groups' | 'roles', name: string, see: See): See =>
  async (place) => {
    await place.api.call('POST', `/api/v1/${kind}`, { name });
    return see(place);
  };
