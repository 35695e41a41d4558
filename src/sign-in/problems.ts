import { defineProblems } from '#kernel/problem.ts';

export const problems = defineProblems('sign_in', {
  answer_without_handle: {
    status: 400,
    title: 'This answer belongs to no sign-in that was started here.',
    remedy: 'Start again from the application.',
    source: 'SAML Profiles §4.1.5; RFC 6749 §10.12',
  },
  portal_off: {
    status: 403,
    title: 'Sign-in from the identity provider’s portal is switched off.',
    remedy: 'Start at the application. An administrator can switch it on, or give the portal the start address as a bookmark.',
    source: 'SAML Profiles §4.1.5; OpenID Connect Core §4',
  },
  portal_loop: {
    status: 400,
    title: 'The identity provider keeps answering as if nobody had asked it.',
    remedy: 'Wait a minute and start at the application. The provider must say which request it answers.',
    source: 'SAML Profiles §4.1.4.3',
  },
  attempt_unknown: {
    status: 400,
    title: 'This sign-in is not known, or too long ago.',
    remedy: 'Start again from the application.',
  },
  attempt_taken: {
    status: 400,
    title: 'This sign-in was finished already.',
    remedy: 'Start again from the application.',
    source: 'RFC 9700 §2.1',
  },
  attempt_expired: { status: 400, title: 'This sign-in took too long.', remedy: 'Start again from the application.' },
  other_browser: {
    status: 403,
    title: 'This sign-in was started in another browser.',
    remedy: 'Start again from the application, in this browser.',
    source: 'RFC 9700 §4.7',
  },
  other_connection: {
    status: 403,
    title: 'The answer came from another identity provider than the one asked.',
    source: 'RFC 9700 §4.4',
  },
  connection_changed: {
    status: 409,
    title: 'The identity provider was changed meanwhile.',
    remedy: 'Start again from the application.',
  },
  connection_unknown: { status: 404, title: 'There is no such identity provider.' },
  connection_disabled: { status: 403, title: 'This identity provider is switched off.', remedy: 'Ask your administrator.' },
  binding_unsupported: { status: 400, title: 'The answer arrived in a way that this identity provider does not use.' },
  answer_replayed: {
    status: 400,
    title: 'This answer was used before.',
    remedy: 'Start again from the application.',
    source: 'SAML Profiles §4.1.4.5',
  },
  not_fresh: {
    status: 403,
    title: 'The identity provider did not ask the person again, though the application wants a recent sign-in.',
    remedy: 'Sign out at the identity provider, then try again.',
    source: 'OpenID Connect Core §3.1.2.1 (max_age)',
  },
  no_connection: {
    status: 404,
    title: 'Nobody can sign in here yet.',
    remedy: 'Ask your administrator to connect an identity provider.',
  },
  return_invalid: { status: 400, title: 'The address to return to is not one of this tenant.', source: 'RFC 9700 §4.11' },
  form_elsewhere: {
    status: 403,
    title: 'This form was not sent from our own page.',
    remedy: 'Open the page again and try once more.',
  },
  cursor_invalid: { status: 400, title: 'This cursor was not given out by this list.' },
  reference_unknown: { status: 404, title: 'There is no sign-in with this reference.' },
});

export const admissionProblems = defineProblems('admission', {
  no_account: { status: 403, title: 'There is no active account for this person.', remedy: 'Ask your administrator.' },
  account_disabled: { status: 403, title: 'This account is disabled.', remedy: 'Ask your administrator.' },
  account_pending: {
    status: 403,
    title: 'This account waits for its activation.',
    remedy: 'Ask your administrator to activate it.',
  },
  account_exists: {
    status: 403,
    title: 'An account with these details exists already and is not linked to this identity provider.',
    remedy: 'Ask your administrator.',
  },
  email_not_trusted: {
    status: 403,
    title: 'The e-mail address was not vouched for, so it cannot be matched to an account.',
    remedy:
      'Ask your administrator: the identity provider must send a verified address in a domain that the organization has proven.',
  },
  account_unproven: {
    status: 403,
    title: 'The account with this address was made by somebody who has not proven the address.',
    remedy: 'Ask your administrator to check that account: remove it, or confirm whose it is.',
  },
  attribute_mismatch: {
    status: 403,
    title: 'What the identity provider says differs from the account.',
    remedy: 'Ask your administrator.',
  },
  not_allowed: {
    status: 403,
    title: 'This person is not assigned to this organization here.',
    remedy: 'Ask your administrator for access.',
  },
  access_unknown: {
    status: 403,
    title: 'The identity provider did not send the whole list that decides whether this person may come in.',
    remedy: 'Ask your administrator: the provider must send fewer groups, or let them be read.',
  },
  claim_missing: {
    status: 403,
    title: 'The identity provider did not send a claim that is needed.',
    remedy: 'Ask your administrator to add it there.',
  },
});
