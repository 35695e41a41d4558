import { randomBytes } from 'node:crypto';
import { type CertifiedKey, certify, makeCertifiedKey } from './certificate.ts';
import { type EncryptionOptions, encryptedAssertionXml } from './encryption.ts';
import { type IdpMetadataOptions, idpMetadataXml } from './metadata.ts';
import { type ReceivedRequest, type RequestSource, readRequest } from './requests.ts';
import { type SigningOptions, signatureXml } from './signing.ts';
import {
  type AssertionParts,
  type AttributeValues,
  type AuthnStatement,
  assertionXml,
  attributeStatementXml,
  audienceRestrictionXml,
  authnStatementXml,
  type Confirmation,
  canonicalOf,
  conditionsXml,
  confirmationXml,
  type NameId,
  nameIdXml,
  PASSWORD_CONTEXT,
  type ResponseParts,
  responseXml,
  SUCCESS,
  statusXml,
} from './templates.ts';

export interface SamlIdpOptions {
  entityId: string;
  ssoUrl: string;
  keys?: CertifiedKey;
}

export type SignWhat = 'assertion' | 'response' | 'both' | 'none';
type Edit = (xml: string) => string;

export interface RespondOptions {
  to: { acsUrl: string; spEntityId: string; inResponseTo?: string | null };
  nameId?: string | NameId | null;
  attributes?: Readonly<Record<string, AttributeValues>>;
  sign?: SignWhat;
  /** Signs with other keys or algorithms than the usual ones. */
  signing?: Partial<SigningOptions>;
  encryptTo?: EncryptionOptions;
  now?: Date;
  response?: Partial<ResponseParts>;
  assertion?: Partial<AssertionParts>;
  /** Status XML, made by `statusXml`. */
  status?: string;
  confirmations?: readonly Confirmation[];
  /** Conditions XML, `''` for none. */
  conditions?: string;
  authn?: Partial<AuthnStatement> | null;
  /** Canonical XML in, canonical XML out, before a signature is made. */
  beforeSigning?: { assertion?: Edit; response?: Edit };
  /** Any text in, any text out, once the signatures stand. */
  afterSigning?: { assertion?: Edit; response?: Edit };
}

export interface SamlIdp {
  readonly entityId: string;
  readonly ssoUrl: string;
  readonly keys: CertifiedKey;
  metadata(options?: IdpMetadataOptions): string;
  /** The whole Response as base64, ready for the form field `SAMLResponse`. */
  respond(options: RespondOptions): string;
  respondXml(options: RespondOptions): string;
  assertionXml(options: RespondOptions): string;
  /** Reads an AuthnRequest and verifies its signature when a certificate is given. @throws when anything is wrong */
  readRequest(source: RequestSource, spCertificatePem?: string): ReceivedRequest;
}

/**
 * A SAML identity provider for tests and benches. It shares no code with the validator: XML is written by templates whose canonical
 * form is known by construction, signatures and encryption come from node:crypto.
 */
export function createSamlIdp(options: SamlIdpOptions): SamlIdp {
  const keys = options.keys ?? makeCertifiedKey();
  const issuer = { ...options, keys };
  return {
    ...issuer,
    metadata: (wanted) => idpMetadataXml(issuer, wanted),
    respond: (given) => Buffer.from(buildResponse(issuer, given)).toString('base64'),
    respondXml: (given) => buildResponse(issuer, given),
    assertionXml: (given) => buildAssertion(issuer, given),
    readRequest,
  };
}

type Issuer = SamlIdpOptions & { keys: CertifiedKey };

const keep: Edit = (xml) => xml;

function buildResponse(issuer: Issuer, options: RespondOptions): string {
  const assertion = (options.afterSigning?.assertion ?? keep)(buildAssertion(issuer, options));
  const carried = options.encryptTo ? encryptedAssertionXml(assertion, options.encryptTo) : assertion;
  const unsigned = (options.beforeSigning?.response ?? keep)(
    responseXml({
      id: newId(),
      version: '2.0',
      issueInstant: instant(options.now),
      destination: options.to.acsUrl,
      inResponseTo: options.to.inResponseTo ?? null,
      issuer: issuer.entityId,
      content: `${options.status ?? statusXml(SUCCESS)}${carried}`,
      ...options.response,
    }),
  );
  const signed = options.sign === 'response' || options.sign === 'both' ? signInto(unsigned, issuer, options.signing) : unsigned;
  return (options.afterSigning?.response ?? keep)(signed);
}

function buildAssertion(issuer: Issuer, options: RespondOptions): string {
  const unsigned = (options.beforeSigning?.assertion ?? keep)(
    assertionXml({
      id: newId(),
      version: '2.0',
      issueInstant: instant(options.now),
      issuer: issuer.entityId,
      content: assertionContent(options),
      ...options.assertion,
    }),
  );
  const sign = options.sign ?? 'assertion';
  return sign === 'assertion' || sign === 'both' ? signInto(unsigned, issuer, options.signing) : unsigned;
}

function assertionContent(options: RespondOptions): string {
  const { to, now } = options;
  const usual: Confirmation = { inResponseTo: to.inResponseTo ?? null, notOnOrAfter: instant(now, 300), recipient: to.acsUrl };
  const nameId = options.nameId === undefined ? 'f:9c1-2b7e' : options.nameId;
  const named = nameId === null ? '' : nameIdXml(typeof nameId === 'string' ? { value: nameId } : nameId);
  const confirmations = (options.confirmations ?? [usual]).map((given) => confirmationXml({ ...usual, ...given })).join('');
  const conditions =
    options.conditions ??
    conditionsXml({
      notBefore: instant(now, -60),
      notOnOrAfter: instant(now, 300),
      content: audienceRestrictionXml(to.spEntityId),
    });
  const authn =
    options.authn === null
      ? ''
      : authnStatementXml({
          authnInstant: instant(now, -5),
          contextClass: PASSWORD_CONTEXT,
          sessionIndex: '_session-1',
          ...options.authn,
        });
  return `<saml:Subject>${named}${confirmations}</saml:Subject>${conditions}${authn}${attributeStatementXml(options.attributes ?? {})}`;
}

/** Signs an element that stands as text and puts the signature behind its Issuer, or first where there is none. */
export function signInto(xml: string, issuer: Pick<Issuer, 'keys'>, signing: Partial<SigningOptions> = {}): string {
  const id = /\sID="([^"]*)"/.exec(xml)?.[1] ?? '';
  const inclusive = signing.inclusive ?? 'none';
  const signature = signatureXml([{ uri: `#${id}`, canonical: canonicalOf(xml, inclusive) }], {
    key: issuer.keys.privateKey,
    certificateBase64: issuer.keys.certificateBase64,
    ...signing,
    inclusive,
  });
  return insertSignature(xml, signature);
}

export function insertSignature(xml: string, signature: string): string {
  const afterTag = xml.indexOf('>') + 1;
  const issuerEnd = '</saml:Issuer>';
  const issuerFirst = xml.startsWith('<saml:Issuer', afterTag);
  const at = issuerFirst ? xml.indexOf(issuerEnd) + issuerEnd.length : afterTag;
  return xml.slice(0, at) + signature + xml.slice(at);
}

export function newId(): string {
  return `_${randomBytes(16).toString('hex')}`;
}

/** `xs:dateTime` of now, moved by seconds. */
export function instant(now: Date = new Date(), seconds = 0): string {
  return `${new Date(now.getTime() + seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** The same identity provider with a new certificate for the same key. */
export function recertified(keys: CertifiedKey, options: Parameters<typeof certify>[2]): CertifiedKey {
  return certify(keys.privateKey, keys.publicKey, options);
}
