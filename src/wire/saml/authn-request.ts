import { deflateRawSync } from 'node:zlib';
import {
  type SigningKey,
  signatureMethodFor,
  signBytes,
  signEnveloped,
  type XmlText,
  xmlElement,
  xmlText,
} from '#wire/xml/index.ts';
import { writeDateTime } from './date-time.ts';
import { HTTP_POST, NAME_ID_TRANSIENT, SAML, SAMLP } from './names.ts';

/** A request is under a kilobyte: the usual window of 32 would be allocated and cleared for each. */
const DEFLATE = { windowBits: 10, memLevel: 4, chunkSize: 1024 };

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

export interface RedirectMessage {
  readonly xml: XmlText;
  readonly relayState: string;
  /** Parameters that go before the binding's own, as a login hint does. They are outside of the signature. */
  readonly before: Readonly<Record<string, string>>;
  readonly signer?: SigningKey;
}

/**
 * The URL of the redirect binding. The signature is over the very octets that are sent, with upper-case escapes and no spaces:
 * identity providers that rebuild the query before they verify come to the same octets.
 *
 * @see SAML Bindings §3.4.4.1
 */
export function redirectUrl(endpoint: string, message: RedirectMessage): URL {
  const parameters: [string, string][] = [
    ['SAMLRequest', deflateRawSync(message.xml, DEFLATE).toString('base64')],
    ['RelayState', message.relayState],
  ];
  const query = message.signer === undefined ? queryOf(parameters) : signedQuery(parameters, message.signer);
  const before = queryOf(Object.entries(message.before));
  const separator = endpoint.includes('?') ? (/[?&]$/.test(endpoint) ? '' : '&') : '?';
  return new URL(`${endpoint}${separator}${before === '' ? '' : `${before}&`}${query}`);
}

function signedQuery(parameters: readonly [string, string][], { key }: SigningKey): string {
  const query = queryOf([...parameters, ['SigAlg', signatureMethodFor(key).uri]]);
  const signature = signBytes(Buffer.from(query), key);
  return `${query}&${queryOf([['Signature', signature.toString('base64')]])}`;
}

function queryOf(parameters: readonly [string, string][]): string {
  return parameters.map(([name, value]) => `${escape(name)}=${escape(value)}`).join('&');
}

/** Percent escapes as `new URL` would leave them alone: everything but the unreserved characters, in upper case. */
function escape(value: string): string {
  return encodeURIComponent(value).replace(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);
}
