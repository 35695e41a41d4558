import { factOf } from '../facts.ts';
import { problems } from '../problems.ts';
import type { AnswerCheck } from './rules.ts';

/**
 * The answer says who sends it: always believed when it names another, and demanded of a provider that promises to say so. This and
 * the redirect URI of its own keep the code of one provider from being sent to another (mix-up). @see RFC 9207 §2.4, RFC 9700 §4.4
 */
export const checkIssuerParameter: AnswerCheck = ({ answer, settings, trace }) => {
  const { iss } = answer.fields;
  const required = settings.authorizationResponseIssParameterSupported;
  trace.check({
    step: 'oidc.answer_issuer_present',
    expected: required ? 'present' : 'not required',
    received: iss === undefined ? 'absent' : 'present',
    holds: iss !== undefined || !required,
    otherwise: problems.answer_issuer_missing,
  });
  if (iss === undefined) return;
  trace.check({
    step: 'oidc.answer_issuer',
    expected: settings.issuer,
    received: factOf(iss),
    holds: iss === settings.issuer,
    otherwise: problems.answer_issuer_mismatch,
  });
};
