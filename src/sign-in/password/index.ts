export { type Argon2id, argon2id } from './hash.ts';
export { createHashing, type Hashing } from './hashing.ts';
export { isSetupNeeded, type LinkNeeds, makeSetupLink, type StandingNeeds } from './make-setup-link.ts';
export type { BreakGlassEvent, PasswordNeeds } from './needs.ts';
export type { PasswordStore } from './passwords.ts';
export { problems as passwordProblems } from './problems.ts';
export type { SetupLinkStore } from './setup-links.ts';
