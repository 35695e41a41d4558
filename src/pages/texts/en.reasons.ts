import { laterThenAdministrator, startAgain, tellAdministrator } from './en.remedies.ts';
import type { Explanation } from './explanation.ts';

const table = {
  not_assigned: {
    title: 'You are not assigned to this application',
    body: ({ provider }) => `${provider ?? 'Your identity provider'} knows you, but does not let you use this application.`,
    remedy: ({ provider }) =>
      `Ask your administrator to assign you to it${provider ? ` in ${provider}` : ''}, and give them the reference below.`,
  },
  consent_missing: {
    title: 'Your organization has not approved this application yet',
    body: ({ provider }) =>
      `An administrator has to allow it${provider ? ` in ${provider}` : ''} once, before anybody can sign in with it.`,
    remedy: 'Ask your administrator to approve the application, and give them the reference below.',
  },
  consent_declined: {
    title: 'You did not give your consent',
    body: 'You were asked whether this application may know who you are, and declined.',
    remedy: 'Start again and accept, or ask your administrator.',
  },
  credentials_expired: {
    title: 'The connection to your identity provider has expired',
    body: 'The secret that the two services know each other by is no longer valid. It is not your fault.',
    remedy: 'Your administrator has to renew it: please tell them, with the reference below.',
  },
  other_directory: {
    title: 'This account belongs to another organization',
    body: ({ provider }) =>
      `${provider ?? 'Your identity provider'} does not find the account that you chose among those of this organization.`,
    remedy: 'Sign out there, then start again with your work account.',
  },
  rules_block: {
    title: 'A rule of your organization stopped this sign-in',
    body: ({ provider }) =>
      `${provider ?? 'Your identity provider'} allows it only under certain conditions: from certain devices or places, for example.`,
    remedy: 'Ask your administrator which conditions apply, and give them the reference below.',
  },
  second_factor: {
    title: 'A second step is needed to sign in',
    body: 'Your identity provider asks for a further proof, such as a code or a key, and did not get it.',
    remedy: 'Start again and complete every step. If you cannot, ask your administrator.',
  },
  account_blocked: {
    title: 'Your account is blocked at your identity provider',
    body: 'It is disabled or locked there, or its password has expired.',
    remedy: tellAdministrator,
  },
  password: {
    title: 'Your identity provider did not accept your sign-in',
    body: 'The user name, the password or another step was not right.',
    remedy: 'Try again. If you have forgotten your password, reset it at your identity provider.',
  },
  sign_in_first: {
    title: 'You are not signed in at your identity provider',
    body: 'The application asked whether you are, without letting you sign in.',
    remedy: startAgain,
  },
  provider_busy: {
    title: 'Your identity provider could not answer',
    body: 'It has a fault, or too much to do at the moment.',
    remedy: laterThenAdministrator,
  },
  misconfigured: {
    title: 'The connection is not set up correctly',
    body: ({ provider }) =>
      `${provider ?? 'Your identity provider'} does not accept how we asked it. It is not your fault, and you have not been signed in.`,
    remedy: tellAdministrator,
  },
} satisfies Record<string, Explanation>;

export type Reason = keyof typeof table;
/** Why the identity provider itself refused, where its answer says so: goes before the words of the problem code. */
export const reasons: Record<Reason, Explanation> = table;
