import type { TenantPaths } from '../../../src/client/index.ts';

/** What a GET of the API answers. */
export type AnswerOf<Path extends keyof TenantPaths> = TenantPaths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;

/** One of a list of the API. */
export type ItemOf<Path extends keyof TenantPaths> = AnswerOf<Path> extends { items: (infer Item)[] } ? Item : never;
