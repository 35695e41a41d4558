import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import { type ConnectionId } from '#kernel/ids.ts';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import { type TestAnswer, type TestApi } from '#test/tenant/api.ts';
import { createTestWorld } from '#test/tenant/index.ts';
import { type ConnectionStage, emptyStage, openConnectionStage, required, type StageNeeds } from './stage.fixture.ts';

export let api: TestApi;
export let needs: StageNeeds;
export let stage: ConnectionStage;
export let ended: string[] = [];
/** What the outside world answers, by URL; everything else is unreachable. */
let outside: Record<string, string> = {};
export let asked: string[] = [];

export function publish(answers: Record<string, string>): void {
  outside = answers;
}

export const world = createTestWorld(async (url) => {
  asked.push(String(url));
  const body = outside[String(url)];
  if (body === undefined) return new Response('nothing here', { status: 404 });
  return new Response(body, { headers: { 'content-type': 'application/json' } });
});
/** Making a key takes a tenth of a second; two serve all tests. */
export const idpCertificate = makeCertifiedKey().certificatePem;

const endpoints = {
  authorizationEndpoint: 'https://idp.acme.example/authorize',
  tokenEndpoint: 'https://idp.acme.example/token',
  jwksUri: 'https://idp.acme.example/jwks',
};
export const oidc = {
  issuer: 'https://idp.acme.example',
  clientId: 'sallyport',
  clientSecret: 'the-client-secret',
  ...endpoints,
};
export const saml = {
  issuer: 'https://idp.acme.example/saml',
  ssoUrl: 'https://idp.acme.example/sso',
  verificationCertificates: [idpCertificate],
};
export const oidcDocument = { kind: 'oidc', name: 'Acme', oidc };
export const samlDocument = { kind: 'saml', name: 'Acme SAML', saml };

/** Settings as the protocol reads them at a sign-in. */
export const settingsOf = async (id: string): Promise<Record<string, unknown>> =>
  Object(required(await needs.connections.find(api.acme, id as ConnectionId)).settings);

export const create = (body: unknown, as = 'operator') => api.call('POST', '/identity-providers', { body, as });
export const change = (id: string, body: unknown, headers: Record<string, string> = {}) =>
  api.call('PATCH', `/identity-providers/${id}`, { body, headers });

export async function connected(body: unknown): Promise<string> {
  const answer = await create(body);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body.id;
}

export const faults = ({ body }: TestAnswer): string[] =>
  (body.errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`).sort();
export const part = (answer: TestAnswer, name: 'oidc' | 'saml' | 'claims' | 'authentication') =>
  answer.body[name] as Record<string, unknown>;

export function refused(answer: TestAnswer, status: number, code: string): void {
  assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body));
}

/** Called first in each file of these tests. */
export function setUp(): void {
  before(async () => {
    stage = await openConnectionStage({ world, onEnded: (id) => void ended.push(id) });
    ({ api, needs } = stage);
  });
  beforeEach(async () => {
    await emptyStage(stage);
    [ended, asked, outside] = [[], [], {}];
  });
  after(() => api.close());
}
