import { isProblem, Problem } from '#kernel/problem.ts';
import type { World } from '#kernel/world.ts';
import {
  type IdpMetadata,
  NAME_ID_EMAIL,
  NAME_ID_PERSISTENT,
  NAME_ID_TRANSIENT,
  NAME_ID_UNSPECIFIED,
  readIdpMetadata,
  samlMetadataProblems,
} from '#wire/saml/index.ts';
import { METADATA_LIMITS, readVerificationKey, type VerificationKey } from '#wire/xml/index.ts';
import type { ConfigurationSource, FetchedConfiguration } from '../protocol.ts';
import type { SamlPolicy } from './settings.ts';

type Warning = FetchedConfiguration['warnings'][number];

/** Formats to ask for, best first: stable and opaque, then readable. A transient one names nobody twice: only where nothing else is offered. */
const PREFERRED_FORMATS: readonly string[] = [NAME_ID_PERSISTENT, NAME_ID_EMAIL, NAME_ID_UNSPECIFIED, NAME_ID_TRANSIENT];
/** When administrators are first warned of an expiry. */
const WARNING_DAYS = 60;
const DAY_MILLISECONDS = 86_400_000;

/**
 * Reads an identity provider's metadata into settings. An `issuer` is tried as an address: SAML's well-known location is the entity id.
 *
 * @throws Problem `saml_metadata.*`, `xml.*`, `fetch.*`
 */
export async function fetchConfiguration(
  source: ConfigurationSource,
  world: World,
  policy: SamlPolicy = { allowPrivateNetwork: true },
): Promise<FetchedConfiguration> {
  const hosts = policy.allowPrivateNetwork ? 'any' : 'public';
  if (source.kind === 'document') {
    const metadata = readIdpMetadata(source.document, { hosts });
    const { settings, warnings } = configurationOf(metadata, undefined, world);
    return { kind: 'saml', settings, warnings: [...warnings, ...expiryWarnings(metadata, world.now())] };
  }
  const url = source.kind === 'url' ? source.url : source.issuer;
  if (source.kind === 'issuer' && !/^https?:\/\//i.test(url))
    throw new Problem(samlMetadataProblems.not_metadata, { detail: 'the issuer is not an address to fetch from' });
  const signedBy = source.kind === 'url' ? source.signedBy?.map(readVerificationKey) : undefined;
  const metadata = readIdpMetadata(await downloadMetadata(url, world), { hosts, signedBy });
  checkFresh(metadata, world.now());
  return configurationOf(metadata, url, world);
}

/** @throws Problem `saml_metadata.expired`: somebody may be holding an old document up to us */
export function checkFresh({ validUntil }: IdpMetadata, now: Date): void {
  if (validUntil !== null && validUntil <= now)
    throw new Problem(samlMetadataProblems.expired, { detail: `valid until ${validUntil.toISOString()}` });
}

/** A pasted document may be an old one that somebody kept; the person who pastes it decides. */
function expiryWarnings({ validUntil }: IdpMetadata, now: Date): Warning[] {
  if (validUntil === null || validUntil > now) return [];
  return [{ code: 'metadata_expired', detail: `The document says that it is valid until ${validUntil.toISOString()}.` }];
}

/** @throws Problem `saml_metadata.not_metadata`, `fetch.*` */
export async function downloadMetadata(url: string, world: World): Promise<string> {
  const response = await world.fetch(url, {
    headers: { accept: 'application/samlmetadata+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1' },
    redirect: 'follow',
    maxBytes: METADATA_LIMITS.maxBytes,
  });
  if (!response.ok)
    throw new Problem(samlMetadataProblems.not_metadata, { detail: `the address answered with status ${response.status}` });
  return response.text();
}

function configurationOf(metadata: IdpMetadata, metadataUrl: string | undefined, world: World): FetchedConfiguration {
  const { keys, warnings } = readKeys(metadata, world.now());
  const ssoBinding = metadata.sso.redirect === undefined ? 'post' : 'redirect';
  const nameIdFormat = PREFERRED_FORMATS.find((format) => metadata.nameIdFormats.includes(format));
  return {
    kind: 'saml',
    settings: {
      issuer: metadata.entityId,
      ssoUrl: metadata.sso.redirect ?? metadata.sso.post,
      ssoBinding,
      verificationCertificates: keys.map((key) => key.pem),
      ...sloOf(metadata),
      ...(metadataUrl === undefined ? {} : { metadataUrl }),
      ...formatOf(nameIdFormat),
      ...(metadata.wantAuthnRequestsSigned ? { signRequests: true } : {}),
    },
    warnings: [...warnings, ...formatWarnings(metadata, nameIdFormat)],
  };
}

/**
 * What is offered is not always what comes: products list every format and send the one that they are set to. So it is asked for, and
 * demanded only where it is the transient one, which is taken from nobody who was not asked for it.
 */
function formatOf(format: string | undefined): { nameIdFormat?: string; preferredNameIdFormat?: string } {
  if (format === undefined || format === NAME_ID_UNSPECIFIED) return {};
  return format === NAME_ID_TRANSIENT ? { nameIdFormat: format } : { preferredNameIdFormat: format };
}

/** Where logout messages go, by redirect where it can be. */
function sloOf({ slo }: IdpMetadata): { sloUrl?: string; sloBinding?: 'redirect' | 'post' } {
  if (slo.redirect !== undefined) return { sloUrl: slo.redirect, sloBinding: 'redirect' };
  return slo.post === undefined ? {} : { sloUrl: slo.post, sloBinding: 'post' };
}

/** The usable certificates; a weak or unreadable one among others is left out with a warning. */
export function readKeys(
  metadata: Pick<IdpMetadata, 'certificates'>,
  now: Date,
): { keys: VerificationKey[]; warnings: Warning[] } {
  const keys: VerificationKey[] = [];
  const warnings: Warning[] = [];
  for (const certificate of metadata.certificates) {
    try {
      const key = readVerificationKey(certificate);
      keys.push(key);
      warnings.push(...dateWarnings(key, now));
    } catch (error) {
      if (!isProblem(error)) throw error;
      if (metadata.certificates.length === 1) throw error;
      warnings.push({
        code: 'certificate_left_out',
        detail: `${error.type.title}${error.detail === undefined ? '' : ` (${error.detail})`}`,
      });
    }
  }
  if (keys.length === 0) throw new Problem(samlMetadataProblems.no_signing_certificate);
  return { keys, warnings };
}

/** Keys are pinned and go on verifying; the administrator should know all the same. */
function dateWarnings({ subject, notBefore, notAfter }: VerificationKey, now: Date): Warning[] {
  const detail = `${subject.replaceAll('\n', ', ')}: ${notBefore.toISOString()} to ${notAfter.toISOString()}`;
  if (notAfter <= now) return [{ code: 'certificate_expired', detail }];
  if (notBefore > now) return [{ code: 'certificate_not_yet_valid', detail }];
  return notAfter.getTime() - now.getTime() < WARNING_DAYS * DAY_MILLISECONDS
    ? [{ code: 'certificate_expires_soon', detail }]
    : [];
}

function formatWarnings({ nameIdFormats }: IdpMetadata, chosen: string | undefined): Warning[] {
  if (chosen === NAME_ID_TRANSIENT) {
    return [
      {
        code: 'name_id_transient',
        detail: 'people are known by an attribute alone: the identity provider names them anew each time',
      },
    ];
  }
  if (chosen !== undefined || nameIdFormats.length === 0) return [];
  return [{ code: 'name_id_format_not_chosen', detail: `offered: ${nameIdFormats.join(', ')}` }];
}
