export { isPublicAddress } from './addresses.ts';
export type { Lookup } from './connections.ts';
export { createGuardedFetch, type GuardedFetchNeeds } from './guarded-fetch.ts';
export { problems as fetchProblems } from './problems.ts';
