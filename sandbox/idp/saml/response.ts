import { createHash } from 'node:crypto';
import type { Person } from '../../people.ts';
import { type IdpWorld, newHandle, type Signed } from '../config.ts';
import type { IdpKeys } from '../keys.ts';
import { encryptAssertion } from './encrypt.ts';
import type { AuthnRequest } from './request.ts';
import { signElement } from './sign.ts';
import { element, write, type XmlElement } from './xml.ts';

const FORMATS = {
  email: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  persistent: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  transient: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
  unspecified: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
};
export const NAME_ID_FORMATS: readonly string[] = [FORMATS.persistent, FORMATS.email, FORMATS.transient];

const STATUS = 'urn:oasis:names:tc:SAML:2.0:status:';
const PASSWORD_OVER_TLS = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport';
/** How long an assertion may be presented, and how far the clock of the service provider may lag. */
const PRESENT_WITHIN_SECONDS = 300;
const LAG_SECONDS = 60;
const SESSION_SECONDS = 8 * 3600;

export interface SamlIssuer {
  readonly entityId: string;
  readonly keys: IdpKeys['saml'];
  readonly world: IdpWorld;
}

export type Outcome = { kind: 'person'; person: Person } | { kind: 'refused'; status: 'AuthnFailed' | 'NoPassive' };

/** The XML of the answer to one request, signed and, where the registration has a certificate, encrypted. */
export function writeResponse(issuer: SamlIssuer, request: AuthnRequest, answer: Outcome & { sign?: Signed }): string {
  const sign = answer.sign ?? request.provider.sign ?? 'assertion';
  const canName = request.nameIdFormat === undefined || Object.values(FORMATS).includes(request.nameIdFormat);
  if (answer.kind === 'refused' || !canName) {
    const status = answer.kind === 'refused' ? answer.status : 'InvalidNameIDPolicy';
    return write(signElement(response(issuer, request, failure(status)), issuer.keys));
  }
  let part = assertion(issuer, request, answer.person);
  if (sign !== 'response') part = signElement(part, issuer.keys);
  if (request.provider.encryptionCertificate) part = encryptAssertion(part, request.provider.encryptionCertificate);
  const whole = response(issuer, request, [statusElement(element('samlp:StatusCode', { Value: `${STATUS}Success` })), part]);
  return write(sign === 'assertion' ? whole : signElement(whole, issuer.keys));
}

function response(issuer: SamlIssuer, request: AuthnRequest, children: XmlElement[]): XmlElement {
  const attributes = {
    ID: newId(issuer),
    Version: '2.0',
    IssueInstant: instant(issuer),
    Destination: request.provider.acsUrl,
    InResponseTo: request.id,
  };
  return element('samlp:Response', attributes, element('saml:Issuer', {}, issuer.entityId), ...children);
}

function failure(status: string): XmlElement[] {
  const inner = element('samlp:StatusCode', { Value: `${STATUS}${status}` });
  return [statusElement(element('samlp:StatusCode', { Value: `${STATUS}Responder` }, inner))];
}

function statusElement(code: XmlElement): XmlElement {
  return element('samlp:Status', {}, code);
}

/** @see SAML Profiles §4.1.4.2 */
function assertion(issuer: SamlIssuer, request: AuthnRequest, person: Person): XmlElement {
  const until = instant(issuer, PRESENT_WITHIN_SECONDS);
  const { provider } = request;
  return element(
    'saml:Assertion',
    { ID: newId(issuer), Version: '2.0', IssueInstant: instant(issuer) },
    element('saml:Issuer', {}, issuer.entityId),
    element(
      'saml:Subject',
      {},
      nameId(issuer, request, person),
      element(
        'saml:SubjectConfirmation',
        { Method: 'urn:oasis:names:tc:SAML:2.0:cm:bearer' },
        element('saml:SubjectConfirmationData', { InResponseTo: request.id, NotOnOrAfter: until, Recipient: provider.acsUrl }),
      ),
    ),
    element(
      'saml:Conditions',
      { NotBefore: instant(issuer, -LAG_SECONDS), NotOnOrAfter: until },
      element('saml:AudienceRestriction', {}, element('saml:Audience', {}, provider.audience ?? provider.entityId)),
    ),
    element(
      'saml:AuthnStatement',
      { AuthnInstant: instant(issuer), SessionIndex: newId(issuer), SessionNotOnOrAfter: instant(issuer, SESSION_SECONDS) },
      // The sandbox takes whatever is asked for as done, so that requested contexts can be tried.
      element('saml:AuthnContext', {}, element('saml:AuthnContextClassRef', {}, request.authnContexts[0] ?? PASSWORD_OVER_TLS)),
    ),
    element('saml:AttributeStatement', {}, ...attributes(person)),
  );
}

function nameId(issuer: SamlIssuer, request: AuthnRequest, person: Person): XmlElement {
  const asked = request.nameIdFormat === FORMATS.unspecified ? undefined : request.nameIdFormat;
  const format = asked ?? FORMATS.persistent;
  if (format === FORMATS.email) return element('saml:NameID', { Format: format }, person.email);
  if (format === FORMATS.transient) return element('saml:NameID', { Format: format }, newId(issuer));
  // Pairwise: two service providers cannot compare notes (SAML Core §8.3.7).
  const pairwise = createHash('sha256').update(`${request.provider.entityId}\n${person.id}`).digest('base64url');
  return element('saml:NameID', { Format: format }, pairwise);
}

function attributes(person: Person): XmlElement[] {
  const values: Record<string, readonly string[]> = {
    email: [person.email],
    givenName: [person.givenName],
    sn: [person.familyName],
    telephoneNumber: [person.phone],
    preferredLanguage: [person.locale],
    groups: person.groups,
    roles: person.roles,
  };
  const nameFormat = 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic';
  // An attribute without values is sent as such (SAML Core §2.7.3.1): “no roles” is not “roles unknown”.
  return Object.entries(values).map(([name, list]) =>
    element(
      'saml:Attribute',
      { Name: name, NameFormat: nameFormat },
      ...list.map((value) => element('saml:AttributeValue', {}, value)),
    ),
  );
}

function newId({ world }: SamlIssuer): string {
  return `_${newHandle(world)}`;
}

function instant({ world }: SamlIssuer, offsetSeconds = 0): string {
  return new Date(world.now().getTime() + offsetSeconds * 1000).toISOString();
}
