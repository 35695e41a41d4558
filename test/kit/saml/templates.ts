/** XML of a SAML identity provider as text. Every piece is written in its canonical form but for the two declarations below. */

export const NS = {
  samlp: 'urn:oasis:names:tc:SAML:2.0:protocol',
  saml: 'urn:oasis:names:tc:SAML:2.0:assertion',
  md: 'urn:oasis:names:tc:SAML:2.0:metadata',
  ds: 'http://www.w3.org/2000/09/xmldsig#',
  xenc: 'http://www.w3.org/2001/04/xmlenc#',
  xenc11: 'http://www.w3.org/2009/xmlenc11#',
  ec: 'http://www.w3.org/2001/10/xml-exc-c14n#',
} as const;

const XS_DECLARATION = ' xmlns:xs="http://www.w3.org/2001/XMLSchema"';
const XSI_DECLARATION = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

export const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
export const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
export const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';
export const EMAIL = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
export const PASSWORD_CONTEXT = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport';

export function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#xD;');
}

export function attribute(name: string, value: string | null): string {
  if (value === null) return '';
  const escaped = value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#x9;')
    .replaceAll('\n', '&#xA;')
    .replaceAll('\r', '&#xD;');
  return ` ${name}="${escaped}"`;
}

/**
 * The exclusive canonical form of what these templates write, of a whole Response or of an Assertion alone: declarations that only
 * values use go (unless listed in an InclusiveNamespaces), those of attributes move to where they are used.
 */
export function canonicalOf(xml: string, inclusive: 'xs' | 'none'): string {
  const withoutUnused = inclusive === 'xs' ? xml : xml.replaceAll(XS_DECLARATION, '');
  return withoutUnused
    .replaceAll(XSI_DECLARATION, '')
    .replaceAll('<saml:AttributeValue xsi:', `<saml:AttributeValue${XSI_DECLARATION} xsi:`);
}

export interface NameId {
  value: string;
  format?: string | null;
  nameQualifier?: string | null;
  spNameQualifier?: string | null;
}

export function nameIdXml({ value, format = PERSISTENT, nameQualifier = null, spNameQualifier = null }: NameId): string {
  const attributes =
    attribute('Format', format) + attribute('NameQualifier', nameQualifier) + attribute('SPNameQualifier', spNameQualifier);
  return `<saml:NameID${attributes}>${text(value)}</saml:NameID>`;
}

export interface Confirmation {
  method?: string;
  inResponseTo?: string | null;
  notBefore?: string | null;
  notOnOrAfter?: string | null;
  recipient?: string | null;
}

export function confirmationXml({ method = BEARER, ...data }: Confirmation): string {
  const attributes =
    attribute('InResponseTo', data.inResponseTo ?? null) +
    attribute('NotBefore', data.notBefore ?? null) +
    attribute('NotOnOrAfter', data.notOnOrAfter ?? null) +
    attribute('Recipient', data.recipient ?? null);
  return (
    `<saml:SubjectConfirmation${attribute('Method', method)}>` +
    `<saml:SubjectConfirmationData${attributes}></saml:SubjectConfirmationData></saml:SubjectConfirmation>`
  );
}

export function audienceRestrictionXml(...audiences: string[]): string {
  const each = audiences.map((audience) => `<saml:Audience>${text(audience)}</saml:Audience>`).join('');
  return `<saml:AudienceRestriction>${each}</saml:AudienceRestriction>`;
}

export function conditionsXml(given: { notBefore: string | null; notOnOrAfter: string | null; content: string }): string {
  const attributes = attribute('NotBefore', given.notBefore) + attribute('NotOnOrAfter', given.notOnOrAfter);
  return `<saml:Conditions${attributes}>${given.content}</saml:Conditions>`;
}

export interface AuthnStatement {
  authnInstant: string | null;
  contextClass: string;
  sessionIndex?: string | null;
  sessionNotOnOrAfter?: string | null;
}

export function authnStatementXml(given: AuthnStatement): string {
  const attributes =
    attribute('AuthnInstant', given.authnInstant) +
    attribute('SessionIndex', given.sessionIndex ?? null) +
    attribute('SessionNotOnOrAfter', given.sessionNotOnOrAfter ?? null);
  return (
    `<saml:AuthnStatement${attributes}><saml:AuthnContext>` +
    `<saml:AuthnContextClassRef>${text(given.contextClass)}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`
  );
}

/** Values as an identity provider sends them: `null` is a nil value, an empty list an attribute without any value. */
export type AttributeValues = string | readonly (string | null)[];

export function attributeStatementXml(attributes: Readonly<Record<string, AttributeValues>>): string {
  const each = Object.entries(attributes).map(([name, given]) => {
    const values = (typeof given === 'string' ? [given] : given).map((value) =>
      value === null
        ? '<saml:AttributeValue xsi:nil="true"></saml:AttributeValue>'
        : `<saml:AttributeValue xsi:type="xs:string">${text(value)}</saml:AttributeValue>`,
    );
    const opened = `<saml:Attribute${attribute('Name', name)}${attribute('NameFormat', 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic')}>`;
    return `${opened}${values.join('')}</saml:Attribute>`;
  });
  return each.length === 0 ? '' : `<saml:AttributeStatement>${each.join('')}</saml:AttributeStatement>`;
}

export interface AssertionParts {
  id: string;
  version: string;
  issueInstant: string;
  issuer: string | null;
  /** Everything after the Issuer. */
  content: string;
}

export function assertionXml({ id, version, issueInstant, issuer, content }: AssertionParts): string {
  const attributes = attribute('ID', id) + attribute('IssueInstant', issueInstant) + attribute('Version', version);
  const issued = issuer === null ? '' : `<saml:Issuer>${text(issuer)}</saml:Issuer>`;
  return `<saml:Assertion xmlns:saml="${NS.saml}"${XS_DECLARATION}${XSI_DECLARATION}${attributes}>${issued}${content}</saml:Assertion>`;
}

export interface ResponseParts {
  id: string;
  version: string;
  issueInstant: string;
  destination: string | null;
  inResponseTo: string | null;
  issuer: string | null;
  /** Everything after the Issuer: extensions, status, assertions. */
  content: string;
}

export function responseXml(given: ResponseParts): string {
  const attributes =
    attribute('Destination', given.destination) +
    attribute('ID', given.id) +
    attribute('InResponseTo', given.inResponseTo) +
    attribute('IssueInstant', given.issueInstant) +
    attribute('Version', given.version);
  const issued = given.issuer === null ? '' : `<saml:Issuer xmlns:saml="${NS.saml}">${text(given.issuer)}</saml:Issuer>`;
  return `<samlp:Response xmlns:samlp="${NS.samlp}"${attributes}>${issued}${given.content}</samlp:Response>`;
}

export function statusXml(code: string, nested?: string, message?: string): string {
  const inner = nested === undefined ? '' : `<samlp:StatusCode${attribute('Value', nested)}></samlp:StatusCode>`;
  const told = message === undefined ? '' : `<samlp:StatusMessage>${text(message)}</samlp:StatusMessage>`;
  return `<samlp:Status><samlp:StatusCode${attribute('Value', code)}>${inner}</samlp:StatusCode>${told}</samlp:Status>`;
}

export const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';
