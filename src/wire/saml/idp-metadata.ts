import { Problem } from '#kernel/problem.ts';
import {
  attributeOf,
  childrenOf,
  DS,
  guardXml,
  METADATA_LIMITS,
  openXml,
  optionalChild,
  readTree,
  textOf,
  type XmlTree,
} from '#wire/xml/index.ts';
import { isSafeEndpoint } from './endpoint.ts';
import { HTTP_POST, HTTP_REDIRECT, MD, SAMLP } from './names.ts';
import { problems } from './problems.ts';

export interface IdpMetadata {
  readonly entityId: string;
  /** By binding, the first of each. */
  readonly sso: { readonly redirect?: string; readonly post?: string };
  readonly slo: { readonly redirect?: string; readonly post?: string };
  /** Base64 of each signing certificate, in the document's order, without doubles. */
  readonly certificates: readonly string[];
  readonly nameIdFormats: readonly string[];
  readonly wantAuthnRequestsSigned: boolean;
}

/**
 * Reads the metadata of one identity provider. A signature of the document is not judged: whoever gave us the document, by https or by
 * hand, vouches for it, and its keys are pinned when the settings are saved.
 *
 * @throws Problem `saml_metadata.*`, `xml.*`
 * @see SAML Metadata §2.4.3, SAML V2.0 Metadata Interoperability Profile
 */
export function readIdpMetadata(document: string): IdpMetadata {
  const descriptors = entitiesOf(readDocument(document)).flatMap((entity) => {
    const roles = childrenOf(entity, MD, 'IDPSSODescriptor').filter(supportsSaml2);
    return roles.map((role) => ({ entity, role }));
  });
  const [found, ...more] = descriptors;
  if (found === undefined) throw new Problem(problems.no_identity_provider);
  if (more.length > 0) throw new Problem(problems.several_identity_providers);
  return readDescriptor(found.entity, found.role);
}

/** Byte order marks are what Entra and AD FS put in front of theirs. */
function readDocument(document: string): XmlTree {
  using open = openXml(guardXml(Buffer.from(document.replace(/^\ufeff/, '').trimStart()), METADATA_LIMITS));
  return readTree(open.root);
}

function entitiesOf(root: XmlTree): XmlTree[] {
  if (root.namespace === MD && root.name === 'EntityDescriptor') return [root];
  if (root.namespace !== MD || root.name !== 'EntitiesDescriptor') throw new Problem(problems.not_metadata);
  return [...childrenOf(root, MD, 'EntityDescriptor'), ...childrenOf(root, MD, 'EntitiesDescriptor').flatMap(entitiesOf)];
}

function supportsSaml2(role: XmlTree): boolean {
  return (attributeOf(role, 'protocolSupportEnumeration') ?? '').split(/\s+/).includes(SAMLP);
}

function readDescriptor(entity: XmlTree, role: XmlTree): IdpMetadata {
  const entityId = attributeOf(entity, 'entityID') ?? '';
  if (entityId === '') throw new Problem(problems.not_metadata, { detail: 'the entity has no entityID' });
  const sso = endpointsOf(role, 'SingleSignOnService');
  if (sso.redirect === undefined && sso.post === undefined) throw new Problem(problems.no_endpoint);
  const certificates = signingCertificates(role);
  if (certificates.length === 0) throw new Problem(problems.no_signing_certificate);
  const wants = attributeOf(role, 'WantAuthnRequestsSigned');
  return {
    entityId,
    sso,
    slo: endpointsOf(role, 'SingleLogoutService'),
    certificates,
    nameIdFormats: childrenOf(role, MD, 'NameIDFormat').map((format) => textOf(format).trim()),
    wantAuthnRequestsSigned: wants === 'true' || wants === '1',
  };
}

function endpointsOf(role: XmlTree, name: string): { redirect?: string; post?: string } {
  const locationOf = (binding: string): string | undefined => {
    const found = childrenOf(role, MD, name).find((service) => attributeOf(service, 'Binding') === binding);
    const location = found && attributeOf(found, 'Location')?.trim();
    if (location !== undefined && !isSafeEndpoint(location)) {
      throw new Problem(problems.endpoint_refused, { detail: `${name}: ${location.slice(0, 256)}` });
    }
    return location;
  };
  return { redirect: locationOf(HTTP_REDIRECT), post: locationOf(HTTP_POST) };
}

/** Keys for signing, and keys without a stated use, which serve for everything. Encryption keys verify nothing (ATTACKS T82). */
function signingCertificates(role: XmlTree): string[] {
  const texts = childrenOf(role, MD, 'KeyDescriptor')
    .filter((descriptor) => (attributeOf(descriptor, 'use') ?? 'signing') === 'signing')
    .map((descriptor) => optionalChild(descriptor, DS, 'KeyInfo'))
    .flatMap((keyInfo) => (keyInfo === undefined ? [] : childrenOf(keyInfo, DS, 'X509Data')))
    .flatMap((data) => childrenOf(data, DS, 'X509Certificate'))
    .map((certificate) => textOf(certificate).replace(/\s+/g, ''));
  return [...new Set(texts)];
}
