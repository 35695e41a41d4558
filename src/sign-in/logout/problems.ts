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
  token_unreadable: {
    status: 500,
    title: 'A refresh token that is to be given back to its provider cannot be unsealed.',
    remedy: 'Put the master key that the log names back into SALLYPORT_MASTER_KEY, or revoke the token at the provider.',
  },
  token_replaced: {
    status: 409,
    title:
      'A refresh token was not given back, because the person has signed in again: the provider might end the newer one with it.',
    remedy:
      'It ends by itself at the provider. To end it at once, sign the person out and revoke what the provider lists for them.',
    source: 'RFC 7009 §2.1',
  },
  token_not_told: {
    status: 500,
    title: 'The provider could not be told that a refresh token is given back.',
    remedy: 'The log says what was in the way. Revoke the token at the provider.',
    source: 'RFC 7009 §2.1',
  },
});
