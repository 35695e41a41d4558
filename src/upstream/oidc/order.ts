import { checkAnswerConsistent } from './checks/answer-consistent.ts';
import { checkAnswerForm } from './checks/answer-form.ts';
import { checkAudience } from './checks/audience.ts';
import { checkAuthenticationTime } from './checks/authentication-time.ts';
import { checkCode } from './checks/code.ts';
import { checkContext } from './checks/context.ts';
import { checkIssuer } from './checks/issuer.ts';
import { checkIssuerParameter } from './checks/issuer-parameter.ts';
import { checkMethods } from './checks/methods.ts';
import { checkMicrosoftIdentity } from './checks/microsoft-identity.ts';
import { checkNonce } from './checks/nonce.ts';
import { checkProviderError } from './checks/provider-error.ts';
import type { AnswerCheck, IdTokenCheck } from './checks/rules.ts';
import { checkState } from './checks/state.ts';
import { checkSubject } from './checks/subject.ts';
import { checkTimes } from './checks/times.ts';

/** Rules about the browser's answer. Who it belongs to and comes from is settled before its words are believed. */
export const answerChecks: readonly AnswerCheck[] = [
  checkAnswerForm,
  checkState,
  checkIssuerParameter,
  checkAnswerConsistent,
  checkProviderError,
  checkCode,
];

/** Rules about the claims of the ID token, after its form (`token.ts`), header (`checks/header.ts`) and signature (`signature.ts`). */
export const idTokenChecks: readonly IdTokenCheck[] = [
  checkIssuer,
  checkAudience,
  checkSubject,
  checkTimes,
  checkNonce,
  checkAuthenticationTime,
  checkContext,
  checkMethods,
  checkMicrosoftIdentity,
];
