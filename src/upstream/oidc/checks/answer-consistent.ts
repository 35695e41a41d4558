import { problems } from '../problems.ts';
import type { AnswerCheck } from './rules.ts';

/** Answers of flows that were not asked for: tokens that came through the browser, a signed answer. */
const NOT_ASKED_FOR = ['id_token', 'access_token', 'token', 'response'];

/** The answer is either a code or an error, and nothing else. @see RFC 6749 §4.1.2, §4.1.2.1 */
export const checkAnswerConsistent: AnswerCheck = ({ answer, trace }) => {
  const { code, error } = answer.fields;
  const stray = NOT_ASKED_FOR.filter((name) => answer.fields[name] !== undefined);
  const received = [...(code === undefined ? [] : ['code']), ...(error === undefined ? [] : ['error']), ...stray];
  trace.check({
    step: 'oidc.answer_consistent',
    expected: 'code or error',
    received,
    holds: stray.length === 0 && (code === undefined || error === undefined),
    otherwise: problems.answer_contradictory,
  });
};
