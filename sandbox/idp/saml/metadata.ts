import { NAME_ID_FORMATS } from './response.ts';
import { keyInfo } from './sign.ts';
import { element, write } from './xml.ts';

/** The identity provider's metadata. @see SAML Metadata §2.4.3 */
export function writeMetadata(idp: { entityId: string; ssoUrl: string; certificate: string }): string {
  const service = (binding: string) =>
    element('md:SingleSignOnService', { Binding: `urn:oasis:names:tc:SAML:2.0:bindings:${binding}`, Location: idp.ssoUrl });
  return write(
    element(
      'md:EntityDescriptor',
      { entityID: idp.entityId },
      element(
        'md:IDPSSODescriptor',
        { protocolSupportEnumeration: 'urn:oasis:names:tc:SAML:2.0:protocol', WantAuthnRequestsSigned: 'false' },
        element('md:KeyDescriptor', { use: 'signing' }, keyInfo(idp.certificate)),
        ...NAME_ID_FORMATS.map((format) => element('md:NameIDFormat', {}, format)),
        service('HTTP-Redirect'),
        service('HTTP-POST'),
      ),
    ),
  );
}
