import { defineProblems } from '#kernel/problem.ts';

export const problems = defineProblems('password', {
  refused: {
    status: 403,
    title: 'This name and password do not belong together here.',
    remedy:
      'Check both and try again; whoever forgot the password needs a new set-up link from an operator or another administrator.',
    source: 'OWASP ASVS 5.0 §V6.3.8',
  },
  too_many_tries: {
    status: 429,
    title: 'There were too many tries.',
    remedy: 'Wait as long as the answer says, or ask an operator for a new set-up link.',
    source: 'OWASP ASVS 5.0 §V6.3.1',
  },
  busy: {
    status: 503,
    title: 'Too many passwords are being checked at the moment.',
    remedy: 'Try again in a few seconds.',
  },
  not_here: { status: 404, title: 'Nobody signs in with a password here.', remedy: 'Sign in through your identity provider.' },
  link_unusable: {
    status: 404,
    title: 'This set-up link does not work, or not any more.',
    remedy: 'Ask whoever gave it to you for a new one: it works once, and for 72 hours.',
  },
  input_invalid: { status: 422, title: 'The request has faults.', source: 'RFC 9457 §3' },
  address_unusable: {
    status: 422,
    title: 'This address cannot be used for the account.',
    remedy: 'Use another one that mail can be sent to.',
  },
  not_yours: {
    status: 403,
    title: 'Everybody changes their own password only.',
    remedy: 'Make a set-up link for the other person.',
  },
  not_administrator: {
    status: 403,
    title: 'Only Full Administrators make set-up links.',
    remedy: 'Ask a Full Administrator or an operator.',
  },
  not_for_this_person: {
    status: 409,
    title: 'Only an active Full Administrator may have a password.',
    remedy: 'Give the role Full Administrator to the person first, by hand.',
  },
});
