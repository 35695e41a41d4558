export type { GraphAccess } from './access.ts';
export { type Cloud, cloudOf, clouds, type DirectoryIssuer, GUID, graphHosts, readDirectoryIssuer } from './clouds.ts';
export { type Completed, completeGroups, type Incomplete } from './complete-groups.ts';
export { consentRequestOf } from './consent.ts';
export { problems as microsoftProblems } from './problems.ts';
