export { type Attempt, type AttemptStore, type SpentStore } from './attempts.ts';
export { chooseConnection } from './choose-connection.ts';
export { type CountProviderSignIn, countSignInsOf } from './count-sign-ins.ts';
export { type FinishNeeds, finish } from './finish.ts';
export { createLogout } from './logout/over.ts';
export { type RevokeDueNeeds, revokeDue } from './logout/revoke-due.ts';
export {
  type Argon2id,
  argon2id,
  type BreakGlassEvent,
  createHashing,
  type Hashing,
  isSetupNeeded,
  type LinkNeeds,
  makeSetupLink,
  passwordProblems,
  type StandingNeeds,
} from './password/index.ts';
export { admissionProblems, problems } from './problems.ts';
export { type Background, createBackground } from './recheck/background.ts';
export { type RecheckNeeds, recheckPerson } from './recheck/recheck.ts';
export { checkReturnTo } from './return-to.ts';
export type { SignIn, SignInLog } from './sign-ins.ts';
export { choose, type SignInRequest, type StartNeeds, start } from './start.ts';
export type { PreviewedPerson } from './verify/conclude.ts';
