import { defineProblems } from '#kernel/problem.ts';

export const problems = defineProblems('logout', {
  return_unknown: {
    status: 400,
    title: 'This browser is not on its way back from signing out at this identity provider.',
    remedy: 'You are signed out here all the same. Close the window, or sign in again.',
    source: 'OpenID Connect RP-Initiated Logout 1.0 §3; SAML Profiles §4.4.3.5',
  },
  unsupported: {
    status: 400,
    title: 'This identity provider does not sign people out in this way.',
    remedy: 'An administrator can set its single logout address.',
  },
  connection_unknown: { status: 404, title: 'There is no such identity provider.' },
  demand_replayed: {
    status: 403,
    title: 'This demand to sign somebody out was used before.',
    source: 'SAML Core §1.3.4, §3.7.1; OpenID Connect Back-Channel Logout 1.0 §2.6',
  },
  session_not_named: {
    status: 403,
    title: 'The person is signed in here, and not in the session that the identity provider names.',
    source: 'SAML Core §3.7.3.1',
  },
});
