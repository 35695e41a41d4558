import type { Explanation } from './explanation.ts';

/** Signing in with a password: accounts for emergencies only. */
export const password = {
  link: 'Sign in with a password',
  title: 'Sign in with a password',
  lead: (tenant: string) =>
    `For accounts that are kept for emergencies. Everybody else of ${tenant} signs in through their identity provider.`,
  email: 'Email',
  password: 'Password',
  submit: 'Sign in',
  back: 'Other ways to sign in',
  errors: {
    refused: 'This email address and password do not belong together here. Check both and try again.',
    busy: 'Too many people are signing in at this moment. Try again in a few seconds.',
  },
  waitSeconds: (seconds: number) => `There were too many tries. Wait ${seconds} seconds, then try again.`,
  waitMinutes: (minutes: number) =>
    `There were too many tries. Wait ${minutes} minutes, then try again. In a hurry, ask an operator for a new set-up link.`,
};

export const setup = {
  title: (tenant: string) => `Set up ${tenant}`,
  lead: (tenant: string) => `Make the account that administers ${tenant}.`,
  resetTitle: 'Choose a new password',
  resetLead: (tenant: string) => `For your account that administers ${tenant}. You are signed out everywhere else.`,
  notes: [
    'It stays when everybody signs in through an identity provider: keep it for emergencies, when no provider works. Every use is told to the other administrators.',
  ],
  email: 'Email',
  name: 'Name',
  password: 'Password',
  repeated: 'Password, once more',
  submit: 'Make the account',
  resetSubmit: 'Set the password',
  hint: 'At least 12 characters. A few words that do not belong together are better than signs and digits.',
  errors: {
    email_malformed: 'Enter one email address.',
    email_unusable: 'This address cannot be used here. Enter another one.',
    name_malformed: 'Enter your name.',
    too_short: 'Use at least 12 characters.',
    too_long: 'Use at most 256 characters.',
    unprintable: 'Leave out characters that cannot be typed.',
    too_common: 'This is one of the first that somebody would try. Leave out names, common words and rows of keys.',
    busy: 'Too many passwords are being set at this moment. Try again in a few seconds.',
    different: 'This is not the same password.',
  },
};

export const passwordProblems = {
  'password.link_unusable': {
    title: 'This link does not work',
    body: 'A set-up link works once, and for 72 hours. This one was used, is too old or was replaced, or it is not complete.',
    remedy: 'Check that you opened all of it, or ask whoever gave it to you for a new one.',
  },
  'password.not_here': {
    title: 'Nobody signs in with a password here',
    body: ({ tenant }) => `At ${tenant} everybody signs in through an identity provider.`,
    remedy: 'Go back to the application and start again.',
  },
} satisfies Record<string, Explanation>;
