import { isProblem, Problem } from '#kernel/problem.ts';
import {
  attributeOf,
  childrenOf,
  DS,
  guardXml,
  METADATA_LIMITS,
  type OpenXml,
  openSigned,
  openXml,
  optionalChild,
  readTree,
  textOf,
  type VerificationKey,
  verifySignatureOf,
  type XmlTree,
} from '#wire/xml/index.ts';
import { readDateTime } from './date-time.ts';
import { readDurationSeconds } from './duration.ts';
import { isSafeEndpoint, namesPublicHost } from './endpoint.ts';
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
  /** The earliest that the document says of itself, on any of its levels. */
  readonly validUntil: Date | null;
  /** The shortest that it asks for, in seconds. */
  readonly cacheSeconds: number | null;
}

export interface MetadataTrust {
  /** Where given, the document must be signed by one of them as a whole, and nothing but the signed bytes is read. */
  readonly signedBy?: readonly VerificationKey[];
  /** Where given, endpoints must name public hosts. */
  readonly hosts?: 'public' | 'any';
}

/**
 * Reads the metadata of one identity provider. Without pinned certificates a signature of the document is not judged: whoever gave us the
 * document, by https or by hand, vouches for it, and its keys are pinned when the settings are saved.
 *
 * @throws Problem `saml_metadata.*`, `xml.*`
 * @see SAML Metadata §2.4.3, SAML V2.0 Metadata Interoperability Profile
 */
export function readIdpMetadata(document: string, trust: MetadataTrust = {}): IdpMetadata {
  const descriptors = entitiesOf(readDocument(document, trust)).flatMap((entity) => {
    const roles = childrenOf(entity.tree, MD, 'IDPSSODescriptor').filter(supportsSaml2);
    return roles.map((role) => ({ entity, role }));
  });
  const [found, ...more] = descriptors;
  if (found === undefined) throw new Problem(problems.no_identity_provider);
  if (more.length > 0) throw new Problem(problems.several_identity_providers);
  return readDescriptor(found.entity, found.role, trust);
}

/** Byte order marks are what Entra and AD FS put in front of theirs. */
function readDocument(document: string, { signedBy }: MetadataTrust): XmlTree {
  using open = openXml(guardXml(Buffer.from(document.replace(/^\ufeff/, '').trimStart()), METADATA_LIMITS));
  return signedBy === undefined ? readTree(open.root) : readSigned(open, signedBy);
}

/** The root as its signature covers it, parsed anew: what is wrapped around or beside it is not there any more (XSW). */
function readSigned(open: OpenXml, keys: readonly VerificationKey[]): XmlTree {
  try {
    using signed = openSigned(verifySignatureOf(open, open.root, keys).octets);
    return signed.read(signed.root);
  } catch (error) {
    if (!isProblem(error)) throw error;
    throw new Problem(problems.signature_refused, { detail: error.type.title, cause: error });
  }
}

/** An entity with the elements that it stands in: what these say of time holds for it as well. */
interface Entity {
  tree: XmlTree;
  around: readonly XmlTree[];
}

function entitiesOf(root: XmlTree, around: readonly XmlTree[] = []): Entity[] {
  if (root.namespace === MD && root.name === 'EntityDescriptor') return [{ tree: root, around }];
  if (root.namespace !== MD || root.name !== 'EntitiesDescriptor') throw new Problem(problems.not_metadata);
  const within = [...around, root];
  return ['EntityDescriptor', 'EntitiesDescriptor']
    .flatMap((name) => childrenOf(root, MD, name))
    .flatMap((child) => entitiesOf(child, within));
}

function supportsSaml2(role: XmlTree): boolean {
  return (attributeOf(role, 'protocolSupportEnumeration') ?? '').split(/\s+/).includes(SAMLP);
}

function readDescriptor({ tree, around }: Entity, role: XmlTree, { hosts = 'any' }: MetadataTrust): IdpMetadata {
  const entityId = attributeOf(tree, 'entityID') ?? '';
  if (entityId === '') throw new Problem(problems.not_metadata, { detail: 'the entity has no entityID' });
  const sso = endpointsOf(role, 'SingleSignOnService', hosts);
  if (sso.redirect === undefined && sso.post === undefined) throw new Problem(problems.no_endpoint);
  const certificates = signingCertificates(role);
  if (certificates.length === 0) throw new Problem(problems.no_signing_certificate);
  const wants = attributeOf(role, 'WantAuthnRequestsSigned');
  return {
    entityId,
    sso,
    slo: endpointsOf(role, 'SingleLogoutService', hosts),
    certificates,
    nameIdFormats: childrenOf(role, MD, 'NameIDFormat').map((format) => textOf(format).trim()),
    wantAuthnRequestsSigned: wants === 'true' || wants === '1',
    ...readFreshness([...around, tree, role]),
  };
}

/** @throws Problem `saml_metadata.not_metadata` for a date that is none: it may not be taken for «always» */
function readFreshness(levels: readonly XmlTree[]): Pick<IdpMetadata, 'validUntil' | 'cacheSeconds'> {
  const ends = levels.flatMap((level) => {
    const text = attributeOf(level, 'validUntil');
    if (text === undefined) return [];
    const date = readDateTime(text);
    if (!date) throw new Problem(problems.not_metadata, { detail: `validUntil is no date: ${text.slice(0, 64)}` });
    return [date.getTime()];
  });
  const caches = levels.flatMap((level) => readDurationSeconds(attributeOf(level, 'cacheDuration') ?? '') ?? []);
  return {
    validUntil: ends.length === 0 ? null : new Date(Math.min(...ends)),
    cacheSeconds: caches.length === 0 ? null : Math.min(...caches),
  };
}

function endpointsOf(role: XmlTree, name: string, hosts: 'public' | 'any'): { redirect?: string; post?: string } {
  const locationOf = (binding: string): string | undefined => {
    const found = childrenOf(role, MD, name).find((service) => attributeOf(service, 'Binding') === binding);
    const location = found && attributeOf(found, 'Location')?.trim();
    if (location !== undefined && !(isSafeEndpoint(location) && (hosts === 'any' || namesPublicHost(location)))) {
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
