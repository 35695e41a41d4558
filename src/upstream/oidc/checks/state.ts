import { problems } from '../problems.ts';
import type { AnswerCheck } from './rules.ts';

/** The answer belongs to this attempt. Who finds the attempt by its state knows that already; here it does not depend on them. @see RFC 6749 §10.12 */
export const checkState: AnswerCheck = ({ answer, remembered, trace }) => {
  // The value is the attempt's handle: it stays out of the trace.
  trace.check({
    step: 'oidc.state',
    expected: 'that of this sign-in',
    holds: answer.fields.state === remembered.handle,
    otherwise: problems.state_mismatch,
  });
};
