import { type SigningKey, signEnveloped, type XmlText, xmlElement, xmlText } from '#wire/xml/index.ts';
import { writeDateTime } from './date-time.ts';
import { LOGOUT_BY_USER, SAML, SAMLP } from './names.ts';

/** Whom a logout names: the NameID to the letter as the assertion had it. */
export interface LoggedOutName {
  readonly value: string;
  readonly format?: string | undefined;
  readonly nameQualifier?: string | undefined;
  readonly spNameQualifier?: string | undefined;
}

interface Head {
  readonly id: string;
  readonly issueInstant: Date;
  readonly issuer: string;
  readonly destination: string;
}

export interface LogoutRequest extends Head {
  /** Nobody needs to act on it later than this. */
  readonly notOnOrAfter: Date;
  readonly name: LoggedOutName;
  readonly sessionIndex: string | undefined;
}

export interface LogoutResponse extends Head {
  readonly inResponseTo: string;
  readonly status: string;
  /** Says more of a status that is no success. */
  readonly nested?: string | undefined;
}

/** The request as XML in canonical form, signed inside when a key is given. @see SAML Core §3.7.1 */
export function logoutRequestXml(request: LogoutRequest, signer?: SigningKey): XmlText {
  const { name, sessionIndex } = request;
  const nameId = xmlElement(
    'saml:NameID',
    {
      'xmlns:saml': SAML,
      Format: name.format,
      NameQualifier: name.nameQualifier,
      SPNameQualifier: name.spNameQualifier,
    },
    [xmlText(name.value)],
  );
  const attributes = { NotOnOrAfter: writeDateTime(request.notOnOrAfter), Reason: LOGOUT_BY_USER };
  const index = sessionIndex === undefined ? [] : [xmlElement('samlp:SessionIndex', {}, [xmlText(sessionIndex)])];
  return messageXml('samlp:LogoutRequest', { head: request, attributes, content: [nameId, ...index] }, signer);
}

/** The answer to a request. @see SAML Core §3.7.2 */
export function logoutResponseXml(response: LogoutResponse, signer?: SigningKey): XmlText {
  const { status, nested, inResponseTo } = response;
  const inner = nested === undefined ? [] : [xmlElement('samlp:StatusCode', { Value: nested })];
  const content = [xmlElement('samlp:Status', {}, [xmlElement('samlp:StatusCode', { Value: status }, inner)])];
  return messageXml('samlp:LogoutResponse', { head: response, attributes: { InResponseTo: inResponseTo }, content }, signer);
}

interface Parts {
  head: Head;
  attributes: Readonly<Record<string, string>>;
  content: readonly XmlText[];
}

function messageXml(element: string, { head, attributes, content }: Parts, signer: SigningKey | undefined): XmlText {
  const { id, issueInstant, issuer, destination } = head;
  const own = { ID: id, IssueInstant: writeDateTime(issueInstant), Destination: destination, Version: '2.0' };
  const build = (signature: readonly XmlText[]): XmlText =>
    xmlElement(element, { 'xmlns:samlp': SAMLP, ...own, ...attributes }, [
      xmlElement('saml:Issuer', { 'xmlns:saml': SAML }, [xmlText(issuer)]),
      ...signature,
      ...content,
    ]);
  return signer === undefined ? build([]) : signEnveloped(id, build, signer);
}
