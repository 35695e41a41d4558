import {
  bouncePage,
  choicePage,
  consentPage,
  consentResultPage,
  errorPage,
  type Language,
  mailboxPage,
  mailPage,
  type Page,
  type PageFrame,
  pageHeaders,
  passwordPage,
  postFormPage,
  setupPage,
  signedInPage,
  signedOutPage,
  signInPage,
  signOutConfirmPage,
  type VerifyView,
  verifyPage,
} from './index.ts';

/** Every page with the same foreign text wherever a foreign text can stand. */
export function pagesWith(foreign: string, language: Language = 'en'): Record<string, Page> {
  const frame = { tenantName: foreign, language, branding: { primaryColor: foreign, logoUrl: foreign } };
  const hidden = { [foreign]: foreign };
  const answers = { action: '/t/acme/answer', hidden, person: foreign };
  const field = { name: foreign, value: foreign };
  const providers = [{ name: foreign, text: foreign, image: foreign, href: '/t/acme/sso/okta/start' }];
  const form = { action: '/t/acme/sign-in', hidden, value: foreign };
  const failed = { ...frame, code: foreign, reference: foreign, detail: foreign, email: foreign, at: new Date(0) };
  return {
    'sign-in': signInPage({ ...frame, form, providers, applicationName: foreign }),
    'sign-in with error': signInPage({ ...frame, form: { ...form, error: 'no_provider' }, providers: [] }),
    'sign-in with buttons only': signInPage({ ...frame, providers }),
    'sign-in with nothing': signInPage({ ...frame, providers: [] }),
    ...passwordPagesWith(foreign, frame),
    choice: choicePage({ ...frame, providers, identifier: foreign, changeHref: '/t/acme/sign-in' }),
    error: errorPage({ ...failed, tryAgainHref: '/t/acme/sign-in' }),
    'error of admission': errorPage({ ...failed, code: 'admission.no_account' }),
    'signed in': signedInPage({ ...frame, signOutHref: '/t/acme/sign-out' }),
    'signed out': signedOutPage({ ...frame, stillSignedInAt: foreign, signInHref: '/t/acme/sign-in' }),
    'sign-out confirmation': signOutConfirmPage({ ...frame, ...answers, yes: field, no: field, applicationName: foreign }),
    consent: consentPage({
      ...frame,
      ...answers,
      applicationName: foreign,
      scopes: ['openid', foreign],
      redirectUri: foreign,
      allow: field,
      deny: field,
    }),
    'posted form': postFormPage({ ...frame, url: new URL('https://idp.example/sso'), fields: hidden, providerName: foreign }),
    ...administratorPages(foreign, frame),
    bounce: bouncePage({ ...frame, action: '/t/acme/sso/okta/acs', fields: hidden }),
  };
}

/** What administrators see. */
function administratorPages(foreign: string, frame: PageFrame): Record<string, Page> {
  return {
    'consent result': consentResultPage({
      ...frame,
      providerName: foreign,
      outcome: 'refused',
      error: foreign,
      clientId: foreign,
      reference: foreign,
      at: new Date(0),
      againHref: '/t/acme/sso/entra/admin-consent',
    }),
    mailbox: mailboxPage({
      ...frame,
      mails: [{ href: '/t/acme/dev/mailbox/mail_1', to: foreign, subject: foreign, at: new Date(0) }],
    }),
    mail: mailPage({
      ...frame,
      mail: { from: foreign, to: foreign, subject: foreign, at: new Date(0), text: foreign },
      tenantUrl: 'http://localhost:8080/t/acme',
      backHref: '/t/acme/dev/mailbox',
    }),
    'report of a test': verifyPage({ ...frame, ...reportWith(foreign) }),
  };
}

function passwordPagesWith(foreign: string, frame: PageFrame): Record<string, Page> {
  return {
    'sign-in with a password as well': signInPage({ ...frame, providers: [], passwordHref: '/t/acme/sign-in/password' }),
    password: passwordPage({
      ...frame,
      action: '/t/acme/sign-in/password',
      hidden: { [foreign]: foreign },
      value: foreign,
      error: { kind: 'too_many_tries', waitSeconds: 120 },
      code: foreign,
      reference: foreign,
      backHref: '/t/acme/sign-in',
    }),
    'set-up': setupPage({ ...frame, action: '/t/acme/setup/x', email: foreign, name: foreign, errors: { email: 'malformed' } }),
    'set-up of a new password': setupPage({
      ...frame,
      action: '/t/acme/setup/x',
      person: foreign,
      errors: { password: 'too_short', repeated: 'different' },
    }),
  };
}

function reportWith(foreign: string): VerifyView {
  const reasons = [{ name: foreign, because: foreign }];
  const memberships = { why: foreign, added: reasons, removed: reasons, kept: reasons, unmapped: reasons };
  return {
    provider: foreign,
    revision: 2,
    state: 'failed',
    reference: foreign,
    code: foreign,
    title: foreign,
    whatToDo: foreign,
    where: 'provider',
    field: foreign,
    warnings: [foreign],
    steps: [{ step: foreign, verdict: 'refused', expected: foreign, received: foreign, code: foreign }],
    claims: [{ name: foreign, value: foreign }],
    mappings: [{ attribute: foreign, from: foreign, value: foreign, outcome: 'value' }],
    person: { outcome: 'linked', who: foreign, why: foreign, changes: [{ attribute: foreign, before: foreign, after: foreign }] },
    groups: memberships,
    roles: memberships,
    tokens: { idToken: foreign, userinfo: foreign },
  };
}

/** Value of one directive of the page's Content-Security-Policy. */
export function directiveOf(page: Page, name: string): string | undefined {
  const directives = (pageHeaders(page)['content-security-policy'] ?? '').split('; ');
  return directives.find((directive) => directive.startsWith(`${name} `))?.slice(name.length + 1);
}
