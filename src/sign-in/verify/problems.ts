import { defineProblems } from '#kernel/problem.ts';

/** Refusals of test sign-ins; what a test finds wrong has the code that a sign-in would have. */
export const problems = defineProblems('verify', {
  ticket_invalid: {
    status: 404,
    title: 'This link starts no test sign-in, or not any more.',
    remedy: 'Start Verify again: each link is good once, for 15 minutes.',
  },
  unknown: { status: 404, title: 'There is no such test sign-in.' },
  revision_unknown: { status: 404, title: 'There is no such revision of this identity provider.' },
  application_unknown: { status: 422, title: 'There is no such application.' },
  revision_gone: {
    status: 409,
    title: 'The revision that is tested is not kept any more.',
    remedy: 'Start Verify again.',
  },
  input_invalid: { status: 422, title: 'What was pasted cannot be looked at.', source: 'RFC 9457 §3' },
  never_answered: {
    status: 504,
    title: 'The identity provider never sent the browser back.',
    remedy: 'Compare the redirect URI or ACS URL that is registered there with ours.',
  },
  never_opened: { status: 404, title: 'Nobody opened the link of this test sign-in in time.', remedy: 'Start Verify again.' },
  not_waiting: { status: 409, title: 'This test sign-in is over already.', remedy: 'Start Verify again.' },
});
