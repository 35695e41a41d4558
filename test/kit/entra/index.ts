export type { Behaviour, Shown } from './authorize.ts';
export { type App, createDirectory, type Directory, groupIds, makeSecret, type Person } from './directory.ts';
export { type EntraDriver, RETURN_URL, refusalOf, START, startEntraDriver } from './driver.ts';
export { type Entra, type EntraOptions, startEntra } from './entra.ts';
export { type GraphAnswer, refusal, throttled } from './graph.ts';
export { createRoutes, type Routes } from './hosts.ts';
export { entraAssertion, entraSamlIdp } from './saml.ts';
export { implicitGroupClaims } from './tokens.ts';
