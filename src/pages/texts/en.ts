import { password, setup } from './en.password.ts';
import { fallbacks, problems } from './en.problems.ts';
import { reasons } from './en.reasons.ts';
import { verify } from './en.verify.ts';

/** The English catalogue, which is also the shape of every other. */
export const en = {
  signIn: {
    title: 'Sign in',
    identifierLead: 'Use your work email address or user ID.',
    providersLead: 'Choose how you want to sign in.',
    applicationLead: (application: string) => `Continue to ${application}.`,
    nothingLead: 'No way to sign in has been set up here yet. Please ask your administrator.',
    label: 'Email or user ID',
    submit: 'Continue',
    or: 'or',
    providerButton: (provider: string) => `Continue with ${provider}`,
    errorTitle: (title: string) => `Error: ${title}`,
    errors: {
      identifier_missing: 'Enter your email address or user ID.',
      identifier_malformed: 'This does not look like an email address or user ID. Check the spelling.',
      no_provider: 'There is no sign-in for this address here. Check the spelling, or ask your administrator.',
    },
  },
  choice: {
    title: 'Choose how to sign in',
    lead: 'More than one sign-in is available for your address.',
    change: 'Change',
  },
  error: {
    tryAgain: 'Try again',
    facts: 'For your administrator',
    reference: 'Reference',
    code: 'Code',
    detail: 'Detail',
    time: 'Time',
  },
  signedIn: {
    title: 'You are signed in',
    body: (tenant: string) => `You are signed in to ${tenant} in this browser. You can open your applications now.`,
    signOut: 'Sign out',
  },
  signedOut: {
    title: 'You are signed out',
    body: (tenant: string) => `You have left ${tenant} in this browser.`,
    caution: (provider: string) =>
      `You may still be signed in at ${provider}. On a shared device, sign out there too and close all windows.`,
    signIn: 'Sign in again',
  },
  signOutConfirm: {
    title: 'Sign out?',
    body: (tenant: string) => `You will be signed out of ${tenant} and of the applications that you opened with it.`,
    bodyFromApplication: (application: string, tenant: string) =>
      `${application} asks to sign you out of ${tenant} and of the applications that you opened with it.`,
    yes: 'Sign out',
    no: 'Stay signed in',
  },
  consent: {
    title: (application: string) => `Allow ${application}?`,
    lead: (application: string, tenant: string) => `${application} wants to use your ${tenant} account.`,
    scopesHeading: 'It asks to',
    returnNotice: (host: string) => `Afterwards you go on to ${host}.`,
    allow: 'Allow',
    deny: 'Deny',
    unknownScope: (scope: string) => `use the permission “${scope}”`,
    scopes: {
      openid: 'know who you are',
      profile: 'see your name and language',
      email: 'see your email address',
      phone: 'see your phone number',
      address: 'see your postal address',
      groups: 'see the groups that you belong to',
      roles: 'see your roles',
      offline_access: 'keep its access when you are not using it',
      sallyport_api: 'administer this service in your name',
    },
  },
  consentResult: {
    granted: {
      title: 'Consent was given',
      body: (provider: string, tenant: string) =>
        `The directory behind ${provider} reports that ${tenant} may use what was asked for.`,
      remedy: 'You can close this page. It can take a few minutes until the consent has effect everywhere.',
    },
    refused: {
      title: 'Consent was not given',
      body: (provider: string, tenant: string) =>
        `The directory behind ${provider} reports that ${tenant} may not use what was asked for.`,
      remedy:
        'Try again as an administrator who may consent for the whole organization, and accept. If that does not help, the code below says why.',
    },
    again: 'Ask again',
    application: 'Application ID',
  },
  postForm: {
    title: 'One moment',
    heading: (provider: string) => `Taking you to ${provider}…`,
    unnamedProvider: 'your identity provider',
    body: 'If nothing happens, continue with the button.',
    submit: 'Continue',
  },
  bounce: {
    heading: 'Signing you in…',
  },
  mailbox: {
    title: 'Mailbox',
    lead: 'Nobody has got these mails: there is no mail server. They are shown here in development only.',
    empty: 'No mail has been written yet. Without a mail server, mails are shown here in development only.',
    from: 'From',
    to: 'To',
    at: 'Time',
    back: 'All mails',
  },
  password,
  setup,
  verify,
  problems,
  fallbacks,
  reasons,
};
