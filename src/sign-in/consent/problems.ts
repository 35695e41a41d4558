import { defineProblems } from '#kernel/problem.ts';

/** Refusals on the way to and from a provider's page of admin consent. */
export const problems = defineProblems('consent', {
  not_here: {
    status: 404,
    title: 'There is nothing to consent to at this identity provider.',
    remedy: 'Only Microsoft Entra has admin consent, and for reading groups only where groupOverage is on.',
  },
  answer_unknown: {
    status: 400,
    title: 'This answer belongs to no consent that was asked for in this browser.',
    remedy: 'Open the consent link again.',
    source: 'RFC 6749 §10.12',
  },
  other_directory: {
    status: 403,
    title: 'The consent was given for another directory than the one that is set.',
    remedy: 'Sign in as an administrator of the directory that is connected, or correct the directory id.',
  },
});
