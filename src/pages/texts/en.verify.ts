import type { Explanation } from './explanation.ts';
/** The report of a test sign-in. What to do stands in the remedies, in the language of administrators. */
export const verify = {
  title: (provider: string) => `Test of ${provider}`,
  headings: {
    passed: 'Passed: it may be switched on',
    failed: 'This has to be changed first',
    waiting: 'Not finished yet',
    expired: 'No answer came',
  },
  unchanged: 'This was a test: nothing was changed, and nobody was signed in.',
  places: {
    here: 'To be changed here, in the settings of the identity provider',
    provider: 'To be changed at the identity provider',
    network: 'To be changed in the network between the two servers',
    person: 'For the person who signs in',
  },
  provider: 'Provider',
  revision: 'revision',
  sections: {
    warnings: 'Worth knowing',
    person: 'Person',
    groups: 'Groups',
    roles: 'Roles',
    mappings: 'What the mappings make of the claims',
    claims: 'Claims as they came',
    tokens: 'What an application would get',
    steps: 'Every step',
  },
  outcomes: {
    known: 'Known',
    linked: 'Found, and would be linked',
    created: 'Would be created',
    refused: 'Would not be let in',
  },
  before: (value: string) => `was: ${value}`,
  memberships: { added: 'added', removed: 'removed', kept: 'kept', unmapped: 'not mapped' },
  mapped: {
    value: 'came',
    default: 'default',
    missing: 'did not come',
    empty: 'came empty',
    overage: 'cut short',
  },
  verdicts: { passed: 'passed', refused: 'refused', noted: 'noted' },
  expected: 'expected:',
  received: 'received:',
};

/** Refusals that an administrator at the browser can see, those of a test sign-in above all. */
export const verifyProblems = {
  'http.console_missing': {
    title: 'The console is not there',
    body: 'Everything else works, but the console has not been built on this machine.',
    remedy: 'Whoever runs the service starts it with npm start, which builds the console and says what kept it from that.',
  },
  'verify.ticket_invalid': {
    title: 'This link does not work any more',
    body: 'It starts a test sign-in once, within 15 minutes. It was used before, or is too old.',
    remedy: 'Start the test again in the settings of the identity provider.',
  },
  'verify.unknown': {
    title: 'There is no such test here',
    body: 'The report of a test is shown only in the browser in which the test was made.',
    remedy: 'Open it in that browser, or read it in the settings of the identity provider.',
  },
  'verify.revision_gone': {
    title: 'These settings are not kept any more',
    body: 'They were changed since the test was started.',
    remedy: 'Start the test again in the settings of the identity provider.',
  },
} satisfies Record<string, Explanation>;
