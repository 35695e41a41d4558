export { type Attempt, type AttemptStore, type SpentStore } from './attempts.ts';
export { chooseConnection } from './choose-connection.ts';
export { type FinishNeeds, finish } from './finish.ts';
export { admissionProblems, problems } from './problems.ts';
export { checkReturnTo } from './return-to.ts';
export type { SignIn, SignInLog } from './sign-ins.ts';
export { choose, type SignInRequest, type StartNeeds, start } from './start.ts';
export type { PreviewedPerson } from './verify/conclude.ts';
