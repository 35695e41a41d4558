import { defineProblems } from '#kernel/problem.ts';

export const problems = defineProblems('openid_provider', {
  application_unknown: {
    status: 400,
    title: 'This application is not known here, or is switched off.',
    remedy: 'Ask the vendor of the application to check its client id.',
    source: 'RFC 6749 §4.1.2.1',
  },
  redirect_uri_unregistered: {
    status: 400,
    title: 'The application asked to send you to an address that it has not registered.',
    remedy: 'Ask the vendor of the application to check its redirect URI, character by character.',
    source: 'RFC 9700 §4.1.3',
  },
  request_invalid: { status: 400, title: 'The application sent a request that cannot be answered.', source: 'RFC 6749 §4.1.2.1' },
  interaction_over: {
    status: 400,
    title: 'This step of the sign-in is over.',
    remedy: 'Go back to the application and start again.',
  },
  consent_not_here: {
    status: 403,
    title: 'The answer did not come from this page.',
    remedy: 'Go back to the application and start again.',
    source: 'OWASP ASVS 5.0 §V3.5',
  },
  code_reused: { status: 400, title: 'A code was used a second time; what it had given was ended.', source: 'RFC 6749 §4.1.2' },
  refresh_token_reused: {
    status: 400,
    title: 'A refresh token was used a second time; its family was ended.',
    source: 'RFC 9700 §4.14.2',
  },
  assertion_reused: { status: 401, title: 'A client assertion was used a second time.', source: 'RFC 7523 §3' },
  sign_out_hint_invalid: {
    status: 400,
    title: 'The application named a session that is not one of ours.',
    source: 'OpenID Connect RP-Initiated Logout 1.0 §4',
  },
  sign_out_uri_unregistered: {
    status: 400,
    title: 'The application asked to send you to an address that it has not registered.',
    source: 'OpenID Connect RP-Initiated Logout 1.0 §3',
  },
  sign_out_not_here: { status: 403, title: 'The answer did not come from this page.', source: 'OWASP ASVS 5.0 §V3.5' },
  failed: { status: 500, title: 'Something went wrong on our side.', remedy: 'Go back to the application and start again.' },
  application_not_found: { status: 404, title: 'This tenant has no such application.' },
  application_invalid: { status: 422, title: 'The application has faults.' },
  secret_not_used: { status: 409, title: 'This application has no secret: it is public, or authenticates with its key.' },
});
