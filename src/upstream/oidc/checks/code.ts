import { problems } from '../problems.ts';
import type { AnswerCheck } from './rules.ts';

/** There is a code to redeem. @see RFC 6749 §4.1.2 */
export const checkCode: AnswerCheck = ({ answer, trace }) => {
  const { code } = answer.fields;
  trace.check({
    step: 'oidc.code',
    expected: 'present',
    received: code ? 'present' : 'absent',
    holds: Boolean(code),
    otherwise: problems.answer_malformed,
  });
};
