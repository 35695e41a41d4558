export { type Attempt, type AttemptStore, type SpentStore } from './attempts.ts';
export { choose, type SignInRequest, start, type StartNeeds } from './start.ts';
export { chooseConnection } from './choose-connection.ts';
export { finish, type FinishNeeds } from './finish.ts';
export { problems, admissionProblems } from './problems.ts';
export { checkReturnTo } from './return-to.ts';
export type { SignIn, SignInLog } from './sign-ins.ts';
