import { here, network, provider, type RemedyTable } from './remedy.ts';

const GROUPS = '/oidc/groupOverage';
const consent =
  'open the link for admin consent on the page of this identity provider here (/sso/{slug}/admin-consent?for=directory)';

/** Remedies for groups that could not be completed through Microsoft Graph. None of these refuses a sign-in by itself. */
export const microsoft: RemedyTable = {
  'microsoft.key_missing': here(
    GROUPS,
    'Save this identity provider once more: the certificate that asks Microsoft Graph is made then.',
  ),
  'microsoft.person_unidentified': provider(
    'At Microsoft Entra, send the claims tenantid and objectidentifier, and compare the directory id under the setting for groups that do not fit here: the person is not known to be of this directory.',
    GROUPS,
  ),
  'microsoft.application_unknown': here(
    GROUPS,
    `Compare client id and directory id of the app registration that asks for groups, here in the settings: the directory does not know this app registration. If both are right, ${consent}.`,
  ),
  'microsoft.certificate_refused': provider(
    'At Microsoft Entra, upload our certificate (here under Keys) to the app registration that asks for groups.',
    GROUPS,
  ),
  'microsoft.token_refused': provider(
    'Look at the code that Microsoft Entra gave in the trace: it gives no token for Microsoft Graph.',
    GROUPS,
  ),
  'microsoft.permission_missing': provider(
    `At Microsoft Entra, give the app registration the application permissions GroupMember.Read.All and User.Read.All, then ${consent}.`,
    GROUPS,
  ),
  'microsoft.person_unknown': provider('Look for the person in the directory: Microsoft Graph does not know them.', GROUPS),
  'microsoft.throttled': network('Wait: Microsoft Graph asked to be left alone for a while, and will be.', GROUPS),
  'microsoft.graph_unreachable': network(
    'Let this server reach login.microsoftonline.com and graph.microsoft.com over https, or the hosts of the national cloud that is set.',
    GROUPS,
  ),
  'microsoft.graph_unreadable': network(
    'Look for a proxy between this server and Microsoft Graph: something else answered.',
    GROUPS,
  ),
  'microsoft.groups_too_many': provider(
    'At Microsoft Entra, send only the groups that are assigned to the application, or application roles: the person is in more than 10,000 groups.',
    GROUPS,
  ),
};
