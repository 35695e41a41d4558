export {
  type ClientOptions,
  createOperatorClient,
  createTenantClient,
  type OperatorClient,
  type TenantClient,
} from './client.ts';
export type { components as OperatorComponents, paths as OperatorPaths } from './operator-api.d.ts';
export { ApiProblem, readProblem } from './problem.ts';
export type { components as TenantComponents, paths as TenantPaths } from './tenant-api.d.ts';
