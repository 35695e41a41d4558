import { startAgain, tellAdministrator } from './en.remedies.ts';
import type { Explanation } from './explanation.ts';

/** The clocks of the two servers differ, or the person waited. */
const clocks: Explanation = {
  title: 'The answer came at the wrong time',
  body: 'The answer of your identity provider is too old, or not valid yet. Usually somebody waited too long, or a clock is wrong.',
  remedy: 'Sign in again. If it keeps happening, give the reference below to your administrator.',
};
const tooWeak: Explanation = {
  title: 'Another kind of sign-in is needed',
  body: 'Your identity provider signed you in in another way than is required here. Perhaps a second factor was left out.',
  remedy:
    'Sign in again and use every step that is offered. If it keeps happening, give the reference below to your administrator.',
};
const tooLongAgo: Explanation = {
  title: 'You have to sign in anew',
  body: 'A fresh sign-in is required here, but your identity provider answered with an earlier one.',
  remedy: 'Sign out at your identity provider, then start again. If that does not help, ask your administrator.',
};
const misconfigured: Explanation = {
  title: 'The connection is not set up correctly',
  body: 'Your identity provider and we do not understand each other. It is not your fault, and you have not been signed in.',
  remedy: tellAdministrator,
};
const refused: Explanation = {
  title: 'Your identity provider refused the sign-in',
  body: 'It answered with an error instead of telling us who you are.',
  remedy: tellAdministrator,
};
const fromPortal: Explanation = {
  title: 'This sign-in was not started here',
  body: 'Your identity provider sent an answer that does not belong to a sign-in of ours.',
  remedy: 'Open the application itself instead of its tile in the portal, and sign in from there.',
};

const portalOff: Explanation = {
  title: 'Sign-in from the portal is switched off',
  body: 'The portal of your identity provider sent you here, but signing in from there is not switched on. Nobody has been signed in.',
  remedy:
    'Open the application itself and sign in from there. To use the portal, ask your administrator to switch this on, and give them the reference below.',
};
const portalLoop: Explanation = {
  title: 'The sign-in goes round in circles',
  body: 'Your identity provider keeps answering as if nobody had asked it.',
  remedy: tellAdministrator,
};

/** What an identity provider's answer was refused for. */
export const upstreamProblems = {
  'oidc.access_denied': {
    title: 'The sign-in was not approved',
    body: 'You cancelled it, or your identity provider does not allow you to use this application.',
    remedy: 'Try again. If it still fails, ask your administrator to give you access.',
  },
  'oidc.code_refused': {
    title: 'This sign-in is no longer valid',
    body: 'Your identity provider does not accept it any more. It took too long, or was used before.',
    remedy: startAgain,
  },
  'saml.expired': clocks,
  'saml.not_yet_valid': clocks,
  'saml.issued_out_of_time': clocks,
  'saml.confirmation_expired': clocks,
  'saml.confirmation_not_yet_valid': clocks,
  'oidc.token_expired': clocks,
  'oidc.token_not_yet_valid': clocks,
  'oidc.token_too_old': clocks,
  'saml.authn_context_mismatch': tooWeak,
  'oidc.context_mismatch': tooWeak,
  'oidc.methods_mismatch': tooWeak,
  'saml.authentication_too_old': tooLongAgo,
  'saml.session_expired': tooLongAgo,
  'oidc.authentication_too_old': tooLongAgo,
  'sign_in.not_fresh': tooLongAgo,
  'saml.settings_invalid': misconfigured,
  'saml.decryption_key_missing': misconfigured,
  'saml.certificate_expired': misconfigured,
  'saml.certificate_not_yet_valid': misconfigured,
  'oidc.settings_invalid': misconfigured,
  'upstream.secret_missing': misconfigured,
  'oidc.client_key_missing': misconfigured,
  'oidc.client_refused': misconfigured,
  'oidc.client_secret_expired': misconfigured,
  'oidc.token_version_mismatch': misconfigured,
  'oidc.token_refused': misconfigured,
  'oidc.token_answer_unreadable': misconfigured,
  'oidc.id_token_missing': misconfigured,
  'oidc.keys_unavailable': misconfigured,
  'oidc.userinfo_unreadable': misconfigured,
  'saml.status_not_success': refused,
  'oidc.provider_refused': refused,
  'saml.unsolicited': fromPortal,
  'sign_in.answer_without_handle': fromPortal,
  'sign_in.portal_off': portalOff,
  'sign_in.portal_loop': portalLoop,
  'oidc.initiation_issuer_mismatch': misconfigured,
} satisfies Record<string, Explanation>;

/** Every check of an answer that a person can do nothing about. */
export const untrustedAnswer: Explanation = {
  title: 'The sign-in could not be verified',
  body: 'The answer of your identity provider did not pass our checks. Nobody has been signed in.',
  remedy: tellAdministrator,
};
