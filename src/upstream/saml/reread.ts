import { Problem } from '#kernel/problem.ts';
import type { World } from '#kernel/world.ts';
import { type IdpMetadata, readIdpMetadata, samlMetadataProblems } from '#wire/saml/index.ts';
import { readVerificationKey, type VerificationKey } from '#wire/xml/index.ts';
import type { Published } from '../protocol.ts';
import { checkFresh, downloadMetadata, readKeys } from './fetch-configuration.ts';
import type { SamlPolicy, SamlSettings } from './settings.ts';

/** Certificates that the settings have room for. */
const MOST_CERTIFICATES = 16;

/**
 * Reads the metadata again and holds it against the settings. Its certificates may be added only when it is still that of the same entity
 * and, where certificates are pinned for it, signed by one of them.
 *
 * @throws Problem `saml_metadata.*`, `xml.*`, `fetch.*`; Error where there is no address: ask `publishedAt` first
 */
export async function reread(settings: SamlSettings, world: World, policy: SamlPolicy): Promise<Published> {
  if (!settings.metadataUrl) throw new Error('there is no metadata address to read from');
  const document = await downloadMetadata(settings.metadataUrl, world);
  const signedBy = settings.metadataCertificates?.map(readVerificationKey);
  const metadata = readIdpMetadata(document, { hosts: policy.allowPrivateNetwork ? 'any' : 'public', signedBy });
  const now = world.now();
  checkFresh(metadata, now);
  if (metadata.entityId !== settings.issuer) {
    const detail = `was ${settings.issuer.slice(0, 256)}, is ${metadata.entityId.slice(0, 256)}`;
    throw new Problem(samlMetadataProblems.entity_changed, { detail });
  }
  const { keys, warnings } = readKeys(metadata, now);
  const compared = compareCertificates(settings, keys, now);
  // On plain http anybody in between could add a certificate: only where the operator lets addresses be of a private network.
  const isVouchedFor = signedBy !== undefined || settings.metadataUrl.startsWith('https:') || policy.allowPrivateNetwork;
  return {
    changes: { ...changedAddresses(settings, metadata), ...compared.changes },
    additions: isVouchedFor ? compared.additions : {},
    notes: [...warnings, ...compared.notes],
    keys: keys.map(({ fingerprint }) => fingerprint),
    document,
    validUntil: metadata.validUntil,
    cacheSeconds: metadata.cacheSeconds,
  };
}

/** The binding that was chosen is kept where the provider still offers it: which one the metadata names first says nothing. */
function changedAddresses(settings: SamlSettings, { sso, slo, wantAuthnRequestsSigned }: IdpMetadata): Record<string, unknown> {
  const binding =
    sso[settings.ssoBinding] === undefined ? (sso.redirect === undefined ? 'post' : 'redirect') : settings.ssoBinding;
  const published: Record<string, unknown> = {
    ssoBinding: binding,
    ssoUrl: sso[binding],
    ...publishedLogout(settings, slo),
    ...(wantAuthnRequestsSigned ? { signRequests: true } : {}),
  };
  const inForce: Record<string, unknown> = { ...settings };
  return Object.fromEntries(Object.entries(published).filter(([name, value]) => inForce[name] !== value));
}

/** Nothing where the provider publishes no such service: what was entered by hand stays. */
function publishedLogout({ sloBinding }: SamlSettings, slo: IdpMetadata['slo']): Record<string, unknown> {
  const binding = slo[sloBinding] === undefined ? (slo.redirect === undefined ? 'post' : 'redirect') : sloBinding;
  return slo[binding] === undefined ? {} : { sloBinding: binding, sloUrl: slo[binding] };
}

type Compared = Pick<Published, 'changes' | 'additions' | 'notes'>;

/** New ones are added; those that are gone stay until a person drops them; where there is no room, expired ones make it. */
function compareCertificates({ verificationKeys }: SamlSettings, published: readonly VerificationKey[], now: Date): Compared {
  const holds = (keys: readonly VerificationKey[], { fingerprint }: VerificationKey): boolean =>
    keys.some((key) => key.fingerprint === fingerprint);
  const added = published.filter((key) => !holds(verificationKeys, key));
  const gone = verificationKeys.filter((key) => !holds(published, key));
  const notes = gone.map((key) => ({ code: 'certificate_no_longer_published', detail: nameOf(key) }));
  if (added.length === 0 && gone.length === 0) return { changes: {}, additions: {}, notes };
  const changes = { verificationCertificates: published.map(({ pem }) => pem) };
  if (added.length === 0) return { changes, additions: {}, notes };
  const room = makeRoom(verificationKeys, added, now);
  const told = room.left.map((key) => ({ code: 'expired_certificate_made_room', detail: nameOf(key) }));
  const full = room.unplaced.map((key) => ({ code: 'no_room_for_certificate', detail: nameOf(key) }));
  const placed = room.unplaced.length < added.length;
  const additions = placed ? { verificationCertificates: room.kept.map(({ pem }) => pem) } : {};
  return { changes, additions, notes: [...notes, ...(placed ? told : []), ...full] };
}

function makeRoom(present: readonly VerificationKey[], added: readonly VerificationKey[], now: Date) {
  const wanted = added.filter(({ notAfter }) => notAfter > now || present.length + added.length <= MOST_CERTIFICATES);
  const surplus = Math.max(0, present.length + wanted.length - MOST_CERTIFICATES);
  const expired = present.filter(({ notAfter }) => notAfter <= now).sort((one, other) => +one.notAfter - +other.notAfter);
  const left = expired.slice(0, surplus);
  const stays = present.filter((key) => !left.includes(key));
  const kept = [...stays, ...wanted].slice(0, Math.max(MOST_CERTIFICATES, stays.length));
  return { left, kept, unplaced: added.filter((key) => !kept.includes(key)) };
}

const nameOf = ({ subject, fingerprint, notAfter }: VerificationKey): string =>
  `${subject.replaceAll('\n', ', ')}, SHA-256 ${fingerprint}, until ${notAfter.toISOString()}`;
