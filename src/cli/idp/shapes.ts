import type { TenantPaths } from '#client/index.ts';
import { argument, type Call, type OptionOf } from '../command.ts';
import { providerId } from '../names.ts';

type Answer<Operation> = Operation extends { responses: { 200: { content: { 'application/json': infer Document } } } }
  ? Document
  : never;

/** What the API answers of an identity provider. */
export type Provider = Answer<TenantPaths['/api/v1/identity-providers/{id}']['get']>;
export type Difference = NonNullable<Provider['staged']>['differences'][number];
export type Report = Answer<TenantPaths['/api/v1/identity-providers/{id}/verify/{verification}']['get']>;
export type Preview = Answer<TenantPaths['/api/v1/identity-providers/{id}/preview']['post']>;
export type Health = Answer<TenantPaths['/api/v1/identity-providers/{id}/health']['get']>;
export type Refresh = Answer<TenantPaths['/api/v1/identity-providers/{id}/refresh']['get']>;
export type Key = Answer<TenantPaths['/api/v1/identity-providers/{id}/keys']['get']>['items'][number];
export type Guide = Answer<TenantPaths['/api/v1/identity-providers/{id}/guide']['get']>;

export const overrideOption: OptionOf = {
  flags: '--override <reason>',
  text: 'do it without a passed Verify; the reason is kept and audited',
};

/** The provider that the first argument names, by id or slug. */
export async function findProvider(call: Call) {
  const client = await call.tenant();
  return { client, path: { id: await providerId(client, argument(call, 0)) } };
}
