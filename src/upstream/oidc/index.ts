export { answerChecks, idTokenChecks } from './order.ts';
export { problems as oidcProblems } from './problems.ts';
export { createOidcProtocols, type OidcNeeds, type OidcProtocol } from './protocol.ts';
export { type OidcKind, type OidcSettings, settingsSchema } from './settings.ts';
