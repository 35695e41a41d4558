import { problems } from '../problems.ts';
import type { AnswerCheck } from './rules.ts';

const MOST_FIELDS = 20;
/** Entra's codes reach two thousand characters. */
const LONGEST_FIELD = 8192;

/** The answer comes in the query, as asked for, and is no larger than an answer can be. @see RFC 6749 §4.1.2 */
export const checkAnswerForm: AnswerCheck = ({ answer, trace }) => {
  trace.check({
    step: 'oidc.answer_channel',
    expected: 'query',
    received: answer.via,
    holds: answer.via === 'query',
    otherwise: problems.answer_channel_refused,
  });
  const values = Object.values(answer.fields);
  const longest = values.reduce((most, value) => Math.max(most, value.length), 0);
  trace.check({
    step: 'oidc.answer_form',
    expected: { fields: MOST_FIELDS, longest: LONGEST_FIELD },
    received: { fields: values.length, longest },
    holds: values.length <= MOST_FIELDS && longest <= LONGEST_FIELD,
    otherwise: problems.answer_malformed,
  });
};
