import { defineProblems } from '#kernel/problem.ts';

const PERMISSIONS = 'GroupMember.Read.All and User.Read.All';

/** Why the groups of a person could not be completed through Microsoft Graph. None of them refuses a sign-in by itself. */
export const problems = defineProblems('microsoft', {
  key_missing: {
    status: 409,
    title: 'There is no certificate of ours to ask Microsoft Graph with',
    remedy: 'Save the identity provider once more: the certificate is made then, to be uploaded to the app registration.',
  },
  person_unidentified: {
    status: 403,
    title: 'The answer does not say which object of which directory the person is',
    remedy: 'Send the claims of tenant id and object id, as Entra does by itself.',
    source: 'SAML token claims reference',
  },
  application_unknown: {
    status: 502,
    title: 'The directory does not know the app registration that asks for groups',
    remedy: 'Check directory id and client id, and grant admin consent: that makes the application known to the directory.',
    source: 'Microsoft Entra authentication and authorization error codes (700016, 7000229)',
  },
  certificate_refused: {
    status: 502,
    title: 'Microsoft Entra does not accept our certificate',
    remedy: 'Upload the certificate of this identity provider to the app registration that asks for groups.',
    source: 'Microsoft Entra authentication and authorization error codes (700027)',
  },
  token_refused: {
    status: 502,
    title: 'Microsoft Entra gave no token for Microsoft Graph',
    remedy: 'The trace has the code that Microsoft gave.',
  },
  permission_missing: {
    status: 502,
    title: 'The app registration may not read groups from Microsoft Graph',
    remedy: `Give it the application permissions ${PERMISSIONS}, and grant admin consent.`,
    source: 'List a user’s memberships (direct and transitive)',
  },
  person_unknown: { status: 502, title: 'Microsoft Graph does not know this person' },
  throttled: {
    status: 502,
    title: 'Microsoft Graph asks to be left alone for a while',
    source: 'Microsoft Graph throttling guidance',
  },
  graph_unreachable: { status: 502, title: 'Microsoft Graph cannot be reached' },
  graph_unreadable: { status: 502, title: 'Microsoft Graph did not answer as it must' },
  groups_too_many: {
    status: 502,
    title: 'The person is in more groups than can be read at a sign-in',
    remedy: 'Let Entra send only the groups that are assigned to the application, or application roles.',
    source: 'Configure group claims for applications by using Microsoft Entra ID',
  },
});
