import { type SigningKey, signEnveloped, type XmlText, xmlElement, xmlText } from '#wire/xml/index.ts';
import { writeDateTime } from './date-time.ts';
import { HTTP_POST, NAME_ID_TRANSIENT, SAML, SAMLP } from './names.ts';

/** What an AuthnRequest asks. Whatever is `undefined` or empty is not written. */
export interface AuthnRequest {
  readonly id: string;
  readonly issueInstant: Date;
  readonly issuer: string;
  /** The SSO endpoint of the identity provider. */
  readonly destination: string;
  readonly acsUrl: string;
  readonly forceAuthn: boolean;
  readonly nameIdFormat?: string;
  /** Any one of these, exactly. */
  readonly requestedContexts: readonly string[];
}

/** The request as XML in canonical form, signed inside when a key is given. @see SAML Core §3.4.1 */
export function authnRequestXml(request: AuthnRequest, signer?: SigningKey): XmlText {
  const build = (signature: readonly XmlText[]): XmlText => requestXml(request, signature);
  return signer === undefined ? build([]) : signEnveloped(request.id, build, signer);
}

function requestXml(request: AuthnRequest, signature: readonly XmlText[]): XmlText {
  const attributes = {
    'xmlns:samlp': SAMLP,
    AssertionConsumerServiceURL: request.acsUrl,
    Destination: request.destination,
    ForceAuthn: request.forceAuthn ? 'true' : undefined,
    ID: request.id,
    IssueInstant: writeDateTime(request.issueInstant),
    ProtocolBinding: HTTP_POST,
    Version: '2.0',
  };
  return xmlElement('samlp:AuthnRequest', attributes, [
    xmlElement('saml:Issuer', { 'xmlns:saml': SAML }, [xmlText(request.issuer)]),
    ...signature,
    // A transient id is always new: AllowCreate has no meaning there (SAML errata E14).
    xmlElement('samlp:NameIDPolicy', {
      AllowCreate: request.nameIdFormat === NAME_ID_TRANSIENT ? undefined : 'true',
      Format: request.nameIdFormat,
    }),
    ...requestedContextXml(request.requestedContexts),
  ]);
}

function requestedContextXml(contexts: readonly string[]): XmlText[] {
  if (contexts.length === 0) return [];
  const each = contexts.map((context) => xmlElement('saml:AuthnContextClassRef', { 'xmlns:saml': SAML }, [xmlText(context)]));
  return [xmlElement('samlp:RequestedAuthnContext', { Comparison: 'exact' }, each)];
}
