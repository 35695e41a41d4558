import { createSamlIdp, type SamlIdp } from '../saml/idp.ts';
import { type AttributeValues, PERSISTENT } from '../saml/templates.ts';
import type { Directory, Person } from './directory.ts';
import { groupsLink, MOST_GROUPS } from './tokens.ts';

const MS = 'http://schemas.microsoft.com';
const WS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';

/** The SAML side of a directory: entity id `https://sts.windows.net/{tid}/`. @see Learn, "Single sign-on SAML protocol" */
export function entraSamlIdp({ tid }: Directory): SamlIdp {
  return createSamlIdp({ entityId: `https://sts.windows.net/${tid}/`, ssoUrl: `https://login.microsoftonline.com/${tid}/saml2` });
}

/** What an Entra assertion says of a person: signed assertion, persistent NameID, claims by URI. @see Learn, "SAML token claims reference" */
export function entraAssertion(
  { tid }: Directory,
  person: Person,
): { nameId: { value: string; format: string }; attributes: Record<string, AttributeValues>; sign: 'assertion' } {
  const { oid, groups } = person;
  return {
    nameId: { value: Buffer.from(`${tid}${oid}`).toString('base64url').slice(0, 43), format: PERSISTENT },
    sign: 'assertion',
    attributes: {
      [`${MS}/identity/claims/tenantid`]: tid,
      [`${MS}/identity/claims/objectidentifier`]: oid,
      [`${MS}/identity/claims/displayname`]: `${person.givenName} ${person.surname}`,
      [`${MS}/identity/claims/identityprovider`]: `https://sts.windows.net/${tid}/`,
      [`${MS}/claims/authnmethodsreferences`]: ['http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password'],
      [`${WS}/givenname`]: person.givenName,
      [`${WS}/surname`]: person.surname,
      ...(person.mail ? { [`${WS}/emailaddress`]: person.mail } : {}),
      [`${WS}/name`]: person.upn,
      ...(groups.length > MOST_GROUPS.saml
        ? { [`${MS}/claims/groups.link`]: groupsLink(tid, oid) }
        : groups.length > 0
          ? { [`${MS}/ws/2008/06/identity/claims/groups`]: groups }
          : {}),
    },
  };
}
