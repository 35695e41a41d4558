import assert from 'node:assert/strict';
import { Agent, type Visit } from '../kit/agent.ts';
import type { RespondOptions } from '../kit/saml/idp.ts';
import type { Api, OidcConnection, SamlConnection, TestTenant } from '../kit/scene.ts';
import { samlResponse } from '../kit/scene.ts';

/** A report as the API gives it, as far as tests read it by name. */
export interface TestReport {
  readonly id: string;
  readonly state: 'waiting' | 'passed' | 'failed' | 'expired';
  readonly revision: number;
  readonly reference: string;
  readonly summary: { code: string | null; title: string; whatToDo: string; where: string; pointer?: string };
  readonly steps: { step: string; verdict: string; expected?: unknown; received?: unknown; code?: string }[];
  readonly claims: Record<string, unknown> | null;
  readonly mappings: { attribute: string; from: string; value: unknown; outcome: string }[];
  readonly person: {
    outcome: string;
    user: { id: string | null; email: string | null; status: string } | null;
    code: string | null;
    why: string;
    changes: { attribute: string; before: unknown; after: unknown }[];
  } | null;
  readonly groups: Memberships | null;
  readonly roles: Memberships | null;
  readonly tokens: {
    application: { id: string | null };
    idToken: Record<string, unknown>;
    userinfo: Record<string, unknown>;
  } | null;
  readonly warnings: { code: string; detail: string }[];
}

interface Memberships {
  how: string;
  before: { name: string; sources: string[] }[];
  added: { name: string; because: string }[];
  removed: { name: string; because: string }[];
  kept: { name: string; because: string }[];
  unmapped: { value: string; why: string }[];
}

export interface Ticket {
  readonly id: string;
  readonly url: string;
  readonly revision: number;
}

type Provider = Pick<OidcConnection, 'id'>;

export async function startVerify(tenant: TestTenant, { id }: Provider, body: Record<string, unknown> = {}): Promise<Ticket> {
  const { status, json } = await tenant.api.call<Ticket & { code?: string }>(
    'POST',
    `/api/v1/identity-providers/${id}/verify`,
    body,
  );
  assert.equal(status, 201, JSON.stringify(json));
  return json;
}

export async function readReport(api: Api, { id }: Provider, verification: string): Promise<TestReport> {
  const { status, json } = await api.call<TestReport>('GET', `/api/v1/identity-providers/${id}/verify/${verification}`);
  assert.equal(status, 200, JSON.stringify(json));
  return json;
}

/** A whole test sign-in by OpenID Connect: the ticket, the provider, the answer, the report page. */
export async function verifyByOidc(
  tenant: TestTenant,
  connection: OidcConnection,
  { agent = new Agent(), body = {} }: { agent?: Agent; body?: Record<string, unknown> } = {},
): Promise<{ page: Visit; report: TestReport; ticket: Ticket; agent: Agent; callback: string }> {
  const ticket = await startVerify(tenant, connection, body);
  const sent = await agent.get(ticket.url);
  assert.ok(sent.location, `not sent to the provider: ${sent.status} ${sent.body.slice(0, 300)}`);
  const fields = await connection.idp.authorize(sent.location);
  const callback = `${connection.callbackUrl}?${new URLSearchParams(fields)}`;
  const page = await agent.follow(await agent.get(callback));
  return { page, report: await readReport(tenant.api, connection, ticket.id), ticket, agent, callback };
}

export async function verifyBySaml(
  tenant: TestTenant,
  connection: SamlConnection,
  {
    agent = new Agent(),
    body = {},
    change = {},
  }: { agent?: Agent; body?: Record<string, unknown>; change?: Partial<RespondOptions> } = {},
): Promise<{ page: Visit; report: TestReport; ticket: Ticket; agent: Agent; response: string; relayState: string }> {
  const ticket = await startVerify(tenant, connection, body);
  const sent = await agent.get(ticket.url);
  assert.ok(sent.location, `not sent to the provider: ${sent.status} ${sent.body.slice(0, 300)}`);
  const url = new URL(sent.location);
  const { id } = connection.idp.readRequest({ url });
  const relayState = url.searchParams.get('RelayState') ?? '';
  const response = samlResponse(connection, id, change);
  const arrived = await agent.post(connection.acsUrl, { SAMLResponse: response, RelayState: relayState });
  const page = await agent.follow(arrived);
  return { page, report: await readReport(tenant.api, connection, ticket.id), ticket, agent, response, relayState };
}
