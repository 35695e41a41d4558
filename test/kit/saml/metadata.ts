import type { CertifiedKey } from './certificate.ts';
import { attribute, NS, text } from './templates.ts';

export interface IdpMetadataOptions {
  /** Further signing certificates, as during a rollover. */
  moreCertificates?: readonly string[];
  /** `none` leaves the signing keys out, `unspecified` writes KeyDescriptors without `use`. */
  keyUse?: 'signing' | 'unspecified' | 'encryption' | 'none';
  wantAuthnRequestsSigned?: boolean;
  postUrl?: string;
  sloUrl?: string;
  nameIdFormats?: readonly string[];
  ssoBindings?: readonly ('HTTP-Redirect' | 'HTTP-POST' | 'SOAP')[];
  /** XML in front of the root and inside of it, for documents as vendors really send them. */
  prolog?: string;
  inside?: string;
}

/** An EntityDescriptor of an identity provider, as text. */
export function idpMetadataXml(
  idp: { entityId: string; ssoUrl: string; keys: CertifiedKey },
  options: IdpMetadataOptions = {},
): string {
  const bindings = options.ssoBindings ?? ['HTTP-Redirect', 'HTTP-POST'];
  const locations = bindings.map((binding) => {
    const url = binding === 'HTTP-POST' ? (options.postUrl ?? idp.ssoUrl) : idp.ssoUrl;
    return `<md:SingleSignOnService${endpoint(binding, url)}/>`;
  });
  const slo = options.sloUrl === undefined ? '' : `<md:SingleLogoutService${endpoint('HTTP-Redirect', options.sloUrl)}/>`;
  const formats = (options.nameIdFormats ?? []).map((format) => `<md:NameIDFormat>${text(format)}</md:NameIDFormat>`);
  const wants =
    options.wantAuthnRequestsSigned === undefined
      ? ''
      : attribute('WantAuthnRequestsSigned', String(options.wantAuthnRequestsSigned));
  return (
    `${options.prolog ?? '<?xml version="1.0" encoding="UTF-8"?>\n'}<md:EntityDescriptor xmlns:md="${NS.md}" xmlns:ds="${NS.ds}"` +
    `${attribute('entityID', idp.entityId)}>\n  ${options.inside ?? ''}<md:IDPSSODescriptor${wants}` +
    `${attribute('protocolSupportEnumeration', NS.samlp)}>\n${keyDescriptors(idp.keys, options)}${slo}${formats.join('')}${locations.join('\n')}` +
    `</md:IDPSSODescriptor>\n</md:EntityDescriptor>`
  );
}

function endpoint(binding: string, url: string): string {
  return `${attribute('Binding', `urn:oasis:names:tc:SAML:2.0:bindings:${binding}`)}${attribute('Location', url)}`;
}

function keyDescriptors(keys: CertifiedKey, options: IdpMetadataOptions): string {
  if (options.keyUse === 'none') return '';
  const use = options.keyUse === 'unspecified' ? null : (options.keyUse ?? 'signing');
  return [keys.certificateBase64, ...(options.moreCertificates ?? [])]
    .map((certificate) => {
      const wrapped = certificate.replace(/.{76}(?=.)/g, '$&\n');
      return (
        `<md:KeyDescriptor${attribute('use', use)}><ds:KeyInfo><ds:X509Data><ds:X509Certificate>\n${wrapped}\n` +
        `</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>\n`
      );
    })
    .join('');
}
