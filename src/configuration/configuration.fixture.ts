import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import type { TestAnswer } from '#test/tenant/api.ts';
import { documents } from '../upstream/exchange/stage.fixture.ts';
import { type ConfigurationStage, openConfigurationStage } from './stage.fixture.ts';

export let stage: ConfigurationStage;

export const GLOBEX = { tenant: 'globex' } as const;
export const passphrase = 'correct horse battery staple';
export const CALLBACK = 'https://orders.acme.example/callback';

export const documentOf = (tenant: object): object => ({ format: 'sallyport.tenant', version: 1, tenant });
const { oidc: oidcFields, ...oidcRest } = documents.oidc;
const { clientSecret: _, ...oidcOpen } = oidcFields;
export const oidc = { ...oidcRest, slug: 'acme', oidc: oidcOpen };
export const saml = { ...documents.saml, slug: 'acme-saml' };

export const whole = documentOf({
  displayName: 'Acme Ltd',
  settings: { sessionIdleSeconds: 3600, language: 'de', noticeRecipients: ['it@acme.example'] },
  domains: [{ name: 'acme.example', includeSubdomains: true }],
  roles: [{ name: 'Buyer', description: 'may buy', permissions: ['users:read'] }],
  groups: [{ name: 'Engineering', description: '' }, { name: 'Sales' }],
  identityProviders: [
    { ...oidc, enabled: true, users: { create: true, defaultGroups: ['Sales'], defaultRoles: ['Buyer'] } },
    { ...saml, groupMappings: [{ external: '8b1c', label: 'Engineers', group: 'Engineering' }] },
  ],
  applications: [
    { name: 'Orders', redirectUris: [CALLBACK] },
    { name: 'Shop', kind: 'public', redirectUris: ['https://shop.acme.example/callback'] },
  ],
});

interface Item {
  action: string;
  kind: string;
  name: string;
  staged: boolean;
  missing: string[];
  differences: { pointer: string; before: unknown; after: unknown }[];
  faults: { pointer: string; code: string }[];
}
export const itemsOf = ({ body }: TestAnswer): Item[] => body.items as unknown as Item[];
export const said = (answer: TestAnswer): string[] =>
  itemsOf(answer).map(({ action, kind, name }) => `${action} ${kind} ${name}`);
export const faultsIn = ({ body }: TestAnswer): string[] =>
  (body.errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`).sort();
export async function applied(document: unknown, wish: object = {}, call: object = {}): Promise<TestAnswer> {
  const answer = await stage.apply(document, wish, call);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer;
}
export const actionsOf = (answer: TestAnswer): string[] => [...new Set(itemsOf(answer).map(({ action }) => action))];

/** Called first in each file of these tests. */
export function setUp(): void {
  before(async () => {
    stage = await openConfigurationStage();
  });
  beforeEach(() => stage.empty());
  after(() => stage.close());
}
