import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import { type ConnectionId } from '#kernel/ids.ts';
import { type TestAnswer, type TestApi } from '#test/tenant/api.ts';
import { createTestWorld } from '#test/tenant/index.ts';
import { addUser, type ConnectionStage, emptyStage, openConnectionStage, type StageNeeds } from '../stage.fixture.ts';

export let api: TestApi;
export let needs: StageNeeds;
let stage: ConnectionStage;
export let ended: string[] = [];
export const world = createTestWorld();

export const oidc = {
  issuer: 'https://idp.acme.example',
  clientId: 'sallyport',
  clientSecret: 'the-client-secret',
  authorizationEndpoint: 'https://idp.acme.example/authorize',
  tokenEndpoint: 'https://idp.acme.example/token',
  jwksUri: 'https://idp.acme.example/jwks',
};

export const path = (id: string, rest = '') => `/identity-providers/${id}${rest}`;
export const get = async (id: string) => (await api.call('GET', path(id))).body as unknown as Current;
export const patch = (id: string, body: unknown, { headers = {}, as }: { headers?: Record<string, string>; as?: string } = {}) =>
  api.call('PATCH', path(id), { body, headers, as });
export const override = (id: string, body: unknown) => api.call('PATCH', path(id, '?override=agreed+with+Acme'), { body });
export const step = (
  id: string,
  rest: string,
  { body, as, headers }: { body?: unknown; as?: string; headers?: Record<string, string> } = {},
) => api.call('POST', path(id, `/revisions/${rest}`), { body, as, headers });
export const discard = (id: string, number: number, as?: string) => api.call('DELETE', path(id, `/revisions/${number}`), { as });
export const verify = (id: string, number: number, passed = true) =>
  needs.revisions.noteVerification(api.acme, id as ConnectionId, number, { verification: 'ver_1', passed, at: world.now() });
export const last = async (count = 1) => api.audit.list(api.acme, { limit: count });

interface Staged {
  revision: number;
  verified: boolean;
  differences: { pointer: string; before: unknown; after: unknown; secret: boolean; sensitive: boolean }[];
}
export interface Current {
  name: string;
  enabled: boolean;
  revision: number;
  verified: boolean;
  staged: Staged | null;
  oidc: Record<string, unknown>;
  branding: Record<string, unknown>;
}

export async function connected(body: Record<string, unknown> = {}): Promise<string> {
  const answer = await api.call('POST', '/identity-providers', {
    body: { kind: 'oidc', name: 'Acme', enabled: true, oidc, ...body },
  });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body.id;
}

export function refused(answer: TestAnswer, status: number, code: string): void {
  assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body));
}
export const accepted = (answer: TestAnswer, status = 200): Current => {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body as unknown as Current;
};
export const states = async (id: string): Promise<string[]> =>
  (await api.call('GET', path(id, '/revisions'))).body.items.map(
    (item) => `${item['revision']} ${item['state']} ${item['origin']}`,
  );
export const pointers = (current: Current): string[] | undefined => current.staged?.differences.map(({ pointer }) => pointer);
export const settingsOf = async (id: string): Promise<Record<string, unknown>> =>
  Object((await needs.connections.find(api.acme, id as ConnectionId))?.settings);
export const trustOf = async (id: string) => (await needs.connections.find(api.acme, id as ConnectionId))?.trustRevision;

export const userWith = (role: string): Promise<string> => addUser(stage, role);

/** Called first in each file of these tests. */
export function setUp(): void {
  before(async () => {
    stage = await openConnectionStage({ world, onEnded: (id) => void ended.push(id) });
    ({ api, needs } = stage);
  });
  beforeEach(async () => {
    await emptyStage(stage);
    ended = [];
  });
  after(() => api.close());
}
