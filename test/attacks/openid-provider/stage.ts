import assert from 'node:assert/strict';
import { Agent, codeOf, type Visit } from '../../kit/agent.ts';
import type { OidcIdp } from '../../kit/oidc/index.ts';
import {
  type AuthorizationRequest,
  authorizationRequest,
  claimsOf,
  codeFrom,
  type OidcConnection,
  openScene,
  redeem,
  type Scene,
  signInByOidc,
  type TestApplication,
  type TestTenant,
  tokensFor,
} from '../../kit/scene.ts';

/** Where an issuer can be reached: the address of a tenant on one node. */
export type Node = Pick<TestTenant, 'url'>;

export interface Stage {
  readonly scene: Scene;
  readonly acme: TestTenant;
  readonly idp: OidcIdp;
  readonly oidc: OidcConnection;
  /** C1, confidential. */
  readonly crm: TestApplication;
  /** C2, public. */
  readonly phone: TestApplication;
  /** The same tenant on two nodes over one database. */
  readonly n1: Node;
  readonly n2: Node;
  /** Somebody new, signed in. */
  person(): Promise<Person>;
  close(): Promise<void>;
}

export interface Person {
  readonly agent: Agent;
  readonly userId: string;
}

export const CRM_URI = 'https://crm.example/callback';
export const CRM_OTHER_URI = 'https://crm.example/other';
export const CRM_GOODBYE = 'https://crm.example/goodbye?from=sso';
export const PHONE_URI = 'com.example.phone:/callback';

/** Two nodes, tenant acme with a provider, and two applications that may refresh. */
export async function openStage(): Promise<Stage> {
  const scene = await openScene();
  try {
    const node = await scene.gateway.addNode();
    const acme = await scene.addTenant('acme');
    const idp = await scene.startOidcIdp();
    const oidc = await acme.connectOidc(idp);
    const crm = await acme.addApplication({
      name: 'CRM',
      redirectUris: [CRM_URI, CRM_OTHER_URI],
      postLogoutRedirectUris: [CRM_GOODBYE],
    });
    const phone = await acme.addApplication({ name: 'Phone', kind: 'public', redirectUris: [PHONE_URI] });
    let people = 0;
    return {
      scene,
      acme,
      idp,
      oidc,
      crm: { ...crm, redirectUri: CRM_URI },
      phone: { ...phone, redirectUri: PHONE_URI },
      n1: { url: acme.url },
      n2: { url: acme.url.replace(scene.gateway.serverUrl, node.origin) },
      person: () => {
        people += 1;
        idp.person = { ...idp.person, sub: `person-${people}`, email: `person-${people}@acme.example` };
        return signInAs(acme, oidc);
      },
      close: () => scene.close(),
    };
  } catch (error) {
    await scene.close();
    throw error;
  }
}

async function signInAs(tenant: TestTenant, connection: OidcConnection): Promise<Person> {
  const agent = new Agent();
  const { arrived, asked } = await signInByOidc(agent, tenant, connection);
  const { status, json } = await redeem(tenant, await codeFrom(agent, arrived), asked);
  assert.equal(status, 200, `somebody signs in: ${JSON.stringify(json)}`);
  return { agent, userId: claimsOf(json.id_token)['sub'] };
}

export interface Granted {
  code: string;
  asked: AuthorizationRequest;
}

/** A code for a person who is signed in. */
export async function grant(
  tenant: Node,
  application: TestApplication,
  { agent }: Person,
  more: Record<string, string> = {},
): Promise<Granted> {
  const asked = authorizationRequest(tenant, application, more);
  const visit = await agent.get(asked.url);
  const code = new URL(visit.location ?? 'about:blank').searchParams.get('code');
  assert.ok(code, `no code: ${visit.status} ${visit.location ?? ''} ${codeOf(visit)}`);
  return { code, asked };
}

export type Answer = Awaited<ReturnType<typeof tokensFor>>;

/** The honest exchange, or one with changes; a parameter of `undefined` is left out. */
export function exchange(
  node: Node,
  application: TestApplication,
  { code, asked }: Granted,
  change: Record<string, string | undefined> = {},
): Promise<Answer> {
  const honest = { grant_type: 'authorization_code', code, redirect_uri: application.redirectUri, code_verifier: asked.verifier };
  const sent = Object.entries({ ...honest, ...change }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return tokensFor(node, application, Object.fromEntries(sent));
}

export function refresh(node: Node, application: TestApplication, refreshToken: string): Promise<Answer> {
  return tokensFor(node, application, { grant_type: 'refresh_token', refresh_token: refreshToken });
}

/** What an application holds after a sign-in. */
export interface Tokens {
  access_token: string;
  refresh_token: string;
  id_token: string;
}

/** The valid control: a code is exchanged for tokens that are worth something. */
export async function tokensOf(tenant: Node, application: TestApplication, person: Person): Promise<Tokens> {
  const { status, json } = await exchange(tenant, application, await grant(tenant, application, person));
  assert.equal(status, 200, `the valid control gets tokens: ${JSON.stringify(json)}`);
  assert.equal(await userinfoStatus(tenant, json.access_token), 200);
  return json;
}

export async function userinfoStatus(node: Node, accessToken: string): Promise<number> {
  const { status } = await fetch(`${node.url}/oauth/userinfo`, { headers: { authorization: `Bearer ${accessToken}` } });
  return status;
}

/** @returns `error`, with the status that goes with it */
export function refusalOf({ status, json }: Answer): [status: number, error: string] {
  return [status, json.error];
}

export const INVALID_GRANT: [number, string] = [400, 'invalid_grant'];

/** Nothing that came of these tokens is worth anything, on no node. */
export async function assertDead({ n1, n2 }: Stage, application: TestApplication, tokens: Partial<Tokens>): Promise<void> {
  for (const node of [n1, n2]) {
    if (tokens.access_token !== undefined)
      assert.equal(await userinfoStatus(node, tokens.access_token), 401, 'the access token is dead');
    if (tokens.refresh_token !== undefined) {
      assert.deepEqual(
        refusalOf(await refresh(node, application, tokens.refresh_token)),
        INVALID_GRANT,
        'the refresh token is dead',
      );
    }
  }
}

/** Events `grant.ended` of this person, oldest first, as codes. */
export async function endedGrants({ acme }: Stage, { userId }: Person): Promise<(string | undefined)[]> {
  const { json } = await acme.api.call('GET', `/api/v1/audit-events?action=grant.ended&target=user:${userId}`);
  return (json.items as { code?: string }[]).map(({ code }) => code).reverse();
}

/** A page that refuses, and sends nobody anywhere. */
export function assertRefusalPage(visit: Visit, code: string, status = 400): void {
  assert.equal(codeOf(visit), code, `${visit.status} ${visit.location ?? ''} ${visit.body.slice(0, 200)}`);
  assert.equal(visit.status, status);
  assert.equal(visit.location, undefined, 'sent on');
  assert.equal(visit.headers['refresh'], undefined);
  assert.match(String(visit.headers['content-security-policy']), /default-src 'none'/);
  assert.doesNotMatch(visit.body, /<meta[^>]*http-equiv="?refresh|<script|<form/i);
  assert.doesNotMatch(String(visit.headers['set-cookie']), /session/);
}

/** Posts a form as an application that proves itself, or as nobody. */
export async function post(
  node: Node,
  path: string,
  form: Record<string, string>,
  application?: TestApplication,
): Promise<Answer> {
  const { id = '', secret = null } = application ?? {};
  const headers: Record<string, string> = secret
    ? { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` }
    : {};
  const body = new URLSearchParams({ ...form, ...(id === '' || secret ? {} : { client_id: id }) });
  const answer = await fetch(`${node.url}${path}`, { method: 'POST', headers, body });
  const text = await answer.text();
  return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
}

/** Where an application signs people out. */
export function endSession(node: Node, fields: Record<string, string>): string {
  return `${node.url}/oauth/end-session?${new URLSearchParams(fields)}`;
}
