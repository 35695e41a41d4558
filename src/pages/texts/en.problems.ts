import { passwordProblems } from './en.password.ts';
import { laterThenAdministrator, startAgain, tellAdministrator } from './en.remedies.ts';
import { untrustedAnswer, upstreamProblems } from './en.upstream.ts';
import { verifyProblems } from './en.verify.ts';
import type { Explanation } from './explanation.ts';

const notFromHere: Explanation = {
  title: 'This form was not sent from our page',
  body: 'The request came from somewhere else, or your browser hides where it comes from. We stopped, to be safe.',
  remedy: 'Open the page again and try once more. If it keeps happening, try a browser without privacy extensions.',
};
const unregisteredAddress: Explanation = {
  title: 'This application is not set up correctly',
  body: 'It wants you to return to an address that is not registered. We stopped, to be safe.',
  remedy: tellAdministrator,
};
const ourFault: Explanation = {
  title: 'Something went wrong on our side',
  body: 'It is not your fault, and you have not been signed in.',
  remedy: laterThenAdministrator,
};

/** Refusals that a person can do something about, or should understand. The table is open: whatever is not here has a fallback. */
const table = {
  ...upstreamProblems,
  ...verifyProblems,
  ...passwordProblems,
  'sign_in.attempt_unknown': {
    title: 'This sign-in cannot be continued',
    body: 'It was never started here, or too long ago. This happens with bookmarks of sign-in pages, too.',
    remedy: startAgain,
  },
  'sign_in.attempt_expired': {
    title: 'This sign-in took too long',
    body: 'For your safety, a sign-in must be finished within a few minutes.',
    remedy: startAgain,
  },
  'sign_in.attempt_taken': {
    title: 'This sign-in is already finished',
    body: 'The page was loaded again, or reached with the Back button. Each sign-in works only once.',
    remedy: 'If you are not signed in yet, go back to the application and start again.',
  },
  'sign_in.answer_replayed': {
    title: 'This answer was used before',
    body: 'Each answer of an identity provider is accepted only once, and this one has already served.',
    remedy: startAgain,
  },
  'sign_in.other_browser': {
    title: 'This sign-in began in another browser',
    body: 'We could not recognize your browser: the sign-in was started elsewhere, in a private window, or cookies are blocked.',
    remedy: 'Start again and stay in one browser window. If cookies are blocked, allow them for this site.',
  },
  'sign_in.other_connection': {
    title: 'The answer came from the wrong place',
    body: 'Another identity provider answered than the one we sent you to. We stopped, to be safe.',
    remedy: startAgain,
  },
  'sign_in.connection_changed': {
    title: 'The settings have just changed',
    body: 'Your administrator changed the settings of this sign-in while you were signing in.',
    remedy: startAgain,
  },
  'sign_in.connection_disabled': {
    title: 'This way of signing in is switched off',
    body: ({ tenant }) => `Your administrator has switched it off for ${tenant}.`,
    remedy: 'Choose another way to sign in, or ask your administrator.',
  },
  'sign_in.connection_unknown': {
    title: 'This way of signing in does not exist',
    body: ({ tenant }) => `${tenant} has no identity provider at this address. It may have been removed, or the link is wrong.`,
    remedy: 'Check the link, or ask your administrator.',
  },
  'sign_in.binding_unsupported': {
    title: 'The answer arrived the wrong way',
    body: 'Your identity provider used a way of answering that has not been agreed on.',
    remedy: tellAdministrator,
  },
  'sign_in.no_connection': {
    title: 'Nobody can sign in here yet',
    body: ({ tenant }) => `No identity provider has been connected to ${tenant}.`,
    remedy: 'Please ask your administrator to connect one.',
  },
  'sign_in.return_invalid': {
    title: 'This link leads to a place we do not know',
    body: ({ tenant }) => `The address to go on to after signing in does not belong to ${tenant}.`,
    remedy: 'Start again from the application, not from a link that was sent to you.',
  },
  'admission.no_account': {
    title: 'You have no account here',
    body: ({ email, tenant }) =>
      email ? `${email} has no active account in ${tenant}.` : `You have no active account in ${tenant}.`,
    remedy: 'Ask your administrator. If you have several accounts, check that you signed in with the right one.',
  },
  'admission.account_disabled': {
    title: 'Your account is disabled',
    body: ({ email, tenant }) =>
      email ? `The account of ${email} in ${tenant} has been disabled.` : `Your account in ${tenant} has been disabled.`,
    remedy: 'If you think that this is a mistake, ask your administrator.',
  },
  'admission.account_pending': {
    title: 'Your account is not active yet',
    body: ({ tenant }) => `You signed in correctly, but your account in ${tenant} still has to be activated.`,
    remedy: 'Ask your administrator to activate it, then sign in again.',
  },
  'admission.account_exists': {
    title: 'Your account belongs to another sign-in',
    body: ({ tenant }) => `${tenant} already has an account with your details, and it is not linked to this identity provider.`,
    remedy: 'Sign in the way you did before, or ask your administrator.',
  },
  'admission.account_unproven': {
    title: 'Somebody else uses your email address here',
    body: ({ tenant }) =>
      `An account at ${tenant} was made with your email address by somebody who has not shown that the address is theirs. For your safety you are not signed in to it.`,
    remedy: 'Ask your administrator to check that account: whose it is, or that it goes.',
  },
  'admission.email_not_trusted': {
    title: 'Your email address is not confirmed',
    body: 'Your identity provider does not vouch for your email address, or it lies in a domain that your organization has not proven. So we cannot match it to an account.',
    remedy: tellAdministrator,
  },
  'admission.attribute_mismatch': {
    title: 'Your details do not match',
    body: ({ tenant }) => `What your identity provider says about you differs from your account in ${tenant}.`,
    remedy: tellAdministrator,
  },
  'admission.not_allowed': {
    title: 'You are not assigned to this organization here',
    body: ({ tenant }) => `You signed in correctly, but ${tenant} lets only certain people in, and you are not one of them yet.`,
    remedy: 'Ask your administrator for access.',
  },
  'admission.access_unknown': {
    title: 'It could not be decided whether you may come in',
    body: ({ tenant }) => `${tenant} decides it by your groups, and your identity provider did not send all of them.`,
    remedy: tellAdministrator,
  },
  'admission.claim_missing': {
    title: 'A detail about you is missing',
    body: 'Your identity provider did not send everything that is needed to find your account.',
    remedy: tellAdministrator,
  },
  'openid_provider.interaction_over': {
    title: 'This page is no longer valid',
    body: 'It was open for too long, or has already been used.',
    remedy: startAgain,
  },
  'openid_provider.application_unknown': {
    title: 'This application is not known',
    body: ({ tenant }) => `The application that sent you here is not registered with ${tenant}.`,
    remedy: tellAdministrator,
  },
  'openid_provider.redirect_uri_unregistered': unregisteredAddress,
  'openid_provider.sign_out_uri_unregistered': unregisteredAddress,
  'openid_provider.consent_not_here': notFromHere,
  'openid_provider.sign_out_not_here': notFromHere,
  'consent.not_here': {
    title: 'There is nothing to consent to here',
    body: 'This identity provider has no page on which an administrator consents, or it is not set up for that.',
    remedy: 'Check the link, or ask whoever gave it to you.',
  },
  'consent.answer_unknown': {
    title: 'This consent was not asked for here',
    body: 'It was asked for in another browser, too long ago, or its page was loaded again.',
    remedy: 'Open the link for consent again and stay in one browser window.',
  },
  'consent.other_directory': {
    title: 'This is another directory',
    body: ({ tenant }) =>
      `You gave your consent for another organization’s directory than the one that ${tenant} is connected to.`,
    remedy: 'Open the link for consent again and sign in with an account of the right organization.',
  },
  'sign_in.form_elsewhere': notFromHere,
  'openid_provider.failed': ourFault,
  'http.failed': ourFault,
  'tenants.unknown': {
    title: 'There is nothing here',
    body: 'No organization signs in at this address.',
    remedy: 'Check the address for typing mistakes, or ask whoever gave it to you.',
  },
  'tenants.suspended': {
    title: 'Signing in is suspended',
    body: ({ tenant }) => `Nobody can sign in to ${tenant} at the moment.`,
    remedy: 'Please ask your administrator.',
  },
  'http.not_found': {
    title: 'This page does not exist',
    body: 'The link is wrong, or the page has been moved.',
    remedy: 'Check the address, or start again from the application that you wanted to open.',
  },
  'logout.return_unknown': {
    title: 'This sign-out is finished already',
    body: 'The page was loaded again, came too late, or belongs to another browser. If you signed out here, that was done.',
    remedy: 'You can close this window. On a shared device, close all windows of the browser.',
  },
  'http.unavailable': {
    title: 'We are not available right now',
    body: 'The service is being maintained or is overloaded.',
    remedy: laterThenAdministrator,
  },
} satisfies Record<string, Explanation>;

export type ExplainedCode = keyof typeof table;
export const problems: Record<ExplainedCode, Explanation> = table;

export type ExplainedFolder =
  | 'sign_in'
  | 'admission'
  | 'saml'
  | 'xml'
  | 'oidc'
  | 'openid_provider'
  | 'http'
  | 'fetch'
  | 'logout'
  | 'other';

/** What is said about a refusal that the table does not name, by its folder. */
export const fallbacks: Record<ExplainedFolder, Explanation> = {
  sign_in: { title: 'The sign-in could not be finished', body: 'Something about it was not as expected.', remedy: startAgain },
  admission: {
    title: 'You cannot be let in',
    body: ({ tenant }) => `You signed in at your identity provider, but ${tenant} does not admit you.`,
    remedy: tellAdministrator,
  },
  saml: untrustedAnswer,
  xml: untrustedAnswer,
  oidc: untrustedAnswer,
  openid_provider: {
    title: 'The application’s request cannot be served',
    body: 'The application that sent you here asked in a way that we do not accept.',
    remedy: tellAdministrator,
  },
  http: {
    title: 'This request cannot be served',
    body: 'Your browser sent something that we could not use.',
    remedy: startAgain,
  },
  fetch: {
    title: 'Your identity provider cannot be reached',
    body: 'We could not finish the sign-in, because it does not answer as it should.',
    remedy: laterThenAdministrator,
  },
  logout: {
    title: 'The sign-out could not be verified',
    body: 'What your identity provider sent did not pass our checks. Nobody was signed out by it.',
    remedy: 'To be safe, close all windows of your browser. If it keeps happening, give your administrator the reference below.',
  },
  other: { title: 'Something went wrong', body: 'You have not been signed in.', remedy: laterThenAdministrator },
};
