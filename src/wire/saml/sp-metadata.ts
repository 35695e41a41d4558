import {
  CONTENT_CIPHER_URIS,
  DS,
  OAEP_MGF1P,
  type SigningKey,
  signEnveloped,
  type XmlText,
  xmlElement,
  xmlText,
} from '#wire/xml/index.ts';
import { writeDateTime } from './date-time.ts';
import { HTTP_POST, HTTP_REDIRECT, MD, SAMLP } from './names.ts';

/** What a service provider tells identity providers about itself. Certificates are base64 of the DER, newest first. */
export interface SpMetadata {
  readonly entityId: string;
  readonly acsUrl: string;
  /** Where logout messages are taken, by both bindings. */
  readonly sloUrl?: string | undefined;
  readonly signingCertificates: readonly string[];
  readonly encryptionCertificates: readonly string[];
  readonly nameIdFormat?: string;
  readonly authnRequestsSigned: boolean;
  readonly wantAssertionsSigned: boolean;
  readonly expiry?: MetadataExpiry;
}

/** Until when the document may be believed, and how often it is worth reading again. @see SAML Metadata §2.3.2 */
export interface MetadataExpiry {
  readonly validUntil: Date;
  readonly cacheSeconds: number;
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
/** The document's own id, which its signature refers to; there is one such document, so it need not vary. */
const DOCUMENT_ID = '_metadata';

/** The EntityDescriptor as a document, signed when a key is given. @see SAML Metadata §2.4.4 */
export function spMetadataXml(metadata: SpMetadata, signer?: SigningKey): string {
  const build = (signature: readonly XmlText[]): XmlText => descriptorXml(metadata, signature);
  return `${DECLARATION}${signer === undefined ? build([]) : signEnveloped(DOCUMENT_ID, build, signer)}\n`;
}

function descriptorXml(metadata: SpMetadata, signature: readonly XmlText[]): XmlText {
  const service = xmlElement(
    'md:SPSSODescriptor',
    {
      AuthnRequestsSigned: String(metadata.authnRequestsSigned),
      WantAssertionsSigned: String(metadata.wantAssertionsSigned),
      protocolSupportEnumeration: SAMLP,
    },
    [
      ...metadata.signingCertificates.map((certificate) => keyXml('signing', certificate)),
      ...metadata.encryptionCertificates.map((certificate) => keyXml('encryption', certificate)),
      ...(metadata.sloUrl === undefined ? [] : [HTTP_REDIRECT, HTTP_POST]).map((binding) =>
        xmlElement('md:SingleLogoutService', { Binding: binding, Location: metadata.sloUrl }),
      ),
      ...(metadata.nameIdFormat === undefined ? [] : [xmlElement('md:NameIDFormat', {}, [xmlText(metadata.nameIdFormat)])]),
      xmlElement('md:AssertionConsumerService', { Binding: HTTP_POST, Location: metadata.acsUrl, index: '0', isDefault: 'true' }),
    ],
  );
  const { entityId, expiry } = metadata;
  const dates: Record<string, string> = expiry
    ? { validUntil: writeDateTime(expiry.validUntil), cacheDuration: `PT${expiry.cacheSeconds}S` }
    : {};
  return xmlElement('md:EntityDescriptor', { 'xmlns:md': MD, ID: DOCUMENT_ID, ...dates, entityID: entityId }, [
    ...signature,
    service,
  ]);
}

function keyXml(use: 'signing' | 'encryption', certificate: string): XmlText {
  const data = xmlElement('ds:X509Data', {}, [xmlElement('ds:X509Certificate', {}, [xmlText(certificate)])]);
  const methods =
    use === 'signing'
      ? []
      : [...CONTENT_CIPHER_URIS, OAEP_MGF1P].map((uri) => xmlElement('md:EncryptionMethod', { Algorithm: uri }));
  return xmlElement('md:KeyDescriptor', { use }, [xmlElement('ds:KeyInfo', { 'xmlns:ds': DS }, [data]), ...methods]);
}
