export type { Application, ApplicationSettings, ApplicationStore } from './application.ts';
export { applicationDocument, withDefaults } from './application-document.ts';
export { findApplicationFaults } from './application-faults.ts';
export type { Artifact, ArtifactKind, ArtifactStore } from './artifacts.ts';
export {
  type ApplicationNeeds,
  changeApplication,
  createApplication,
  getApplication,
  removeApplication,
  renewSecret,
} from './change-application.ts';
export { CONSOLE_CLIENT_ID, withConsole } from './console-client.ts';
export { findTokenUser, type TokenUserNeeds } from './find-token-user.ts';
export { findLanding, type Landing, type LaunchWish } from './launch.ts';
export { type PreviewedTokens, previewClaims } from './preview-claims.ts';
export { problems } from './problems.ts';
export { API_SCOPE, defaultScopes, knownScopes, OFFLINE_ACCESS } from './scopes.ts';
