import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import { createBuiltInRoles } from '#directory/index.ts';
import type { ConnectionId } from '#kernel/ids.ts';
import { type CertifiedKey, makeCertifiedKey } from '#test/saml/certificate.ts';
import { createSamlIdp } from '#test/saml/idp.ts';
import { type TestApi } from '#test/tenant/api.ts';
import { createTestWorld } from '#test/tenant/index.ts';
import { openConnectionStage } from '../stage.fixture.ts';
import { refreshRoutes } from './refresh.routes.ts';
import { createRefreshBook } from './refresh-book.sql.ts';
import { type RefreshDueNeeds } from './refresh-due.ts';

export let api: TestApi;
export let needs: RefreshDueNeeds;
export let failures: unknown[] = [];
/** What the outside world answers, by URL; everything else is unreachable. */
export let outside: Record<string, (() => Response) | string> = {};
export let asked: string[] = [];

export function publish(answers: typeof outside): void {
  outside = answers;
}

export function forgetAsked(): void {
  asked = [];
}

export const METADATA = 'https://idp.acme.example/metadata';
export const [first, second, third] = [makeCertifiedKey(), makeCertifiedKey(), makeCertifiedKey()];
export const idpWith = (keys: CertifiedKey, ssoUrl = 'https://idp.acme.example/sso') =>
  createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl, keys });

export const world = createTestWorld(async (url) => {
  asked.push(String(url));
  const answer = outside[String(url)];
  if (answer === undefined) return new Response('nothing here', { status: 404 });
  return typeof answer === 'string' ? new Response(answer, { headers: { 'content-type': 'application/json' } }) : answer();
});

export async function connect(document: Record<string, unknown> = {}): Promise<string> {
  const body = { kind: 'saml', name: 'Acme', enabled: true, saml: { metadataUrl: METADATA, signRequests: true }, ...document };
  const answer = await api.call('POST', '/identity-providers', { body });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  asked = [];
  return answer.body.id;
}
export const pathOf = (id: string, more = ''): string => `/identity-providers/${id}/refresh${more}`;
export const refresh = (id: string) => api.call('POST', pathOf(id));
export const read = async (id: string) => (await api.call('GET', pathOf(id))).body;
export const find = async (id: string) => {
  const found = await needs.connections.find(api.acme, id as ConnectionId);
  assert.ok(found);
  return found;
};

/** Called first in each file of these tests. */
export function setUp(): void {
  before(async () => {
    ({ api } = await openConnectionStage({
      world,
      beside(scope, stage, parts) {
        needs = { ...stage, refreshes: createRefreshBook(parts), onFailure: (error) => void failures.push(error) };
        refreshRoutes(scope, { ...needs, authorization: parts.authorization });
      },
    }));
    await createBuiltInRoles({ roles: needs.roles, world }, api.acme);
  });
  beforeEach(async () => {
    for (const table of ['connections', 'connection_keys', 'connection_refreshes', 'connection_revisions'] as const)
      await api.store.db().deleteFrom(table).execute();
    [failures, asked] = [[], []];
    outside = { [METADATA]: idpWith(first).metadata() };
  });
  after(() => api.close());
}
