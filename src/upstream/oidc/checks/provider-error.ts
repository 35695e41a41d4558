import { problems } from '../problems.ts';
import { readProviderError, refuseWithProviderError } from '../provider-error.ts';
import type { AnswerCheck } from './rules.ts';

/** The provider did not refuse. Its words are foreign text: cut, without control characters, for the trace and never as HTML. @see RFC 6749 §4.1.2.1 */
export const checkProviderError: AnswerCheck = ({ answer, trace }) => {
  const { error } = answer.fields;
  if (error === undefined) return;
  const told = readProviderError(answer.fields);
  refuseWithProviderError(trace, 'oidc.provider_answer', {
    told,
    otherwise: error === 'access_denied' ? problems.access_denied : problems.provider_refused,
  });
};
