import { type MetadataExpiry, NAME_ID_UNSPECIFIED, spMetadataXml } from '#wire/saml/index.ts';
import { nameIdFormatToAsk, type SamlSettings } from './settings.ts';

/** Media type of a metadata document. @see SAML Metadata §4.1.1 */
export const METADATA_MEDIA_TYPE = 'application/samlmetadata+xml';

/** How the document is wanted; without an expiry it says no date. */
export interface MetadataWish {
  form?: 'plain' | 'signed';
  expiry?: MetadataExpiry;
}

/**
 * Our metadata for one connection's identity provider. All keys are in it: the active ones first, then those that wait for their turn, then
 * retired ones. `signed` signs it with the active signing key.
 *
 * @throws Error when it shall be signed and there is no signing key
 */
export function metadata(settings: SamlSettings, { form = 'plain', expiry }: MetadataWish = {}): string {
  const { signing, decryption } = settings.ownKeys;
  const [signer] = signing;
  if (form === 'signed' && signer === undefined) throw new Error('metadata can only be signed with a signing key');
  const described = {
    entityId: settings.spEntityId,
    acsUrl: settings.acsUrl,
    // Without an address to answer to, nothing is asked of us.
    sloUrl: (settings.sloUrl && settings.spSloUrl) || undefined,
    signingCertificates: signing.map(({ certificate }) => certificate),
    encryptionCertificates: decryption.map(({ certificate }) => certificate),
    nameIdFormat: nameIdFormatToAsk(settings) ?? NAME_ID_UNSPECIFIED,
    expiry,
    authnRequestsSigned: settings.signRequests,
    // With `response` the assertion's own signature is not looked for; in every other case it is welcome.
    wantAssertionsSigned: settings.verifySignatureOf !== 'response',
  };
  return form === 'signed' ? spMetadataXml(described, signer) : spMetadataXml(described);
}
