import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import { createBuiltInRoles } from '#directory/index.ts';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import { type TestAnswer, type TestApi } from '#test/tenant/api.ts';
import { createTestWorld } from '#test/tenant/index.ts';
import { openConnectionStage, type StageNeeds } from '../stage.fixture.ts';
import type { HandedKey } from './own-keys.ts';

export type Connections = StageNeeds['connections'];

export let api: TestApi;
export let needs: StageNeeds;
/** Another node on the same database. */
export let elsewhere: Connections;
export let failures: unknown[] = [];
export const world = createTestWorld();
const idpCertificate = makeCertifiedKey().certificatePem;

export const oidc = {
  issuer: 'https://idp.acme.example',
  clientId: 'sallyport',
  clientAuthentication: 'private_key_jwt',
  authorizationEndpoint: 'https://idp.acme.example/authorize',
  tokenEndpoint: 'https://idp.acme.example/token',
  jwksUri: 'https://idp.acme.example/jwks',
};
const saml = {
  issuer: 'https://idp.acme.example/saml',
  ssoUrl: 'https://idp.acme.example/sso',
  verificationCertificates: [idpCertificate],
};

export async function connect(kind: 'oidc' | 'saml' = 'saml'): Promise<string> {
  const { status, body } = await api.call('POST', '/identity-providers', {
    body: { kind, name: 'Acme', ...(kind === 'oidc' ? { oidc } : { saml }) },
  });
  assert.equal(status, 201, JSON.stringify(body));
  return body.id;
}

export const pathOf = (id: string, more = ''): string => `/identity-providers/${id}/keys${more}`;
export const list = async (id: string): Promise<HandedKey[]> =>
  (await api.call('GET', pathOf(id))).body.items as unknown as HandedKey[];
export const statesOf = async (id: string, use: string): Promise<string[]> =>
  (await list(id)).filter((key) => key.use === use).map(({ state }) => state);
export const make = (id: string, use: string) => api.call('POST', pathOf(id), { body: { use } });
export const activate = (id: string, key: string, body?: unknown) => api.call('POST', pathOf(id, `/${key}/activate`), { body });

export async function makeNext(id: string, use = 'signing'): Promise<string> {
  const { status, body } = await make(id, use);
  assert.equal(status, 201, JSON.stringify(body));
  return body.id;
}

export const refused = (answer: TestAnswer, status: number, code: string): void =>
  assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body));

/** Called first in each file of these tests. */
export function setUp(): void {
  before(async () => {
    ({ api, needs, elsewhere } = await openConnectionStage({ world }));
    await createBuiltInRoles({ roles: needs.roles, world }, api.acme);
  });
  beforeEach(async () => {
    for (const table of ['connections', 'connection_keys'] as const) await api.store.db().deleteFrom(table).execute();
    failures = [];
  });
  after(() => api.close());
}
