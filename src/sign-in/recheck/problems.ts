import { defineProblems } from '#kernel/problem.ts';

export const problems = defineProblems('recheck', {
  person_gone: {
    status: 403,
    title: 'The identity provider does not vouch for this person any more.',
    remedy: 'Sign in again. If that is refused, the account was disabled or the application taken away at the provider.',
    source: 'RFC 6749 §5.2 (invalid_grant)',
  },
});
