import type { ConnectionKind } from '../connection.ts';
import { activeKey, type OwnKey } from '../keys/own-keys.ts';
import type { CopySource, GuideLanguage, OurValue, Preset, StepSource } from './preset.ts';

/** One step with the tenant's own values, in one language. */
export interface Step {
  title: string;
  text: string;
  /** To copy into the vendor's console; left out while the value is not known yet. */
  copy?: { label: string; value: string }[];
  /** To bring back, and the field that it goes into: a JSON pointer into the identity provider's document. */
  paste?: { label: string; pointer: string }[];
  note?: string;
}

export interface Guide {
  preset: string;
  title: string;
  kind: ConnectionKind;
  language: GuideLanguage;
  know: string[];
  groups: { holds: 'ids' | 'names' | 'nothing'; most: number | null; detail: string };
  steps: Step[];
}

export type GuideValues = Readonly<Partial<Record<OurValue, string>>>;

/**
 * What a vendor's administrator copies from us.
 *
 * @param connectionUrl `{tenant URL}/sso/{slug}`, made or only wished
 * @param made keys and entity id, once the provider is made
 */
export function guideValues(connectionUrl: string, made: { keys?: readonly OwnKey[]; spEntityId?: string } = {}): GuideValues {
  const { keys = [], spEntityId } = made;
  const certificates = {
    signingCertificate: activeKey(keys, 'signing')?.certificatePem,
    encryptionCertificate: activeKey(keys, 'decryption')?.certificatePem,
    clientCertificate: activeKey(keys, 'client-assertion')?.certificatePem,
  };
  return {
    redirectUri: `${connectionUrl}/callback`,
    postLogoutRedirectUri: `${connectionUrl}/signed-out`,
    acsUrl: `${connectionUrl}/acs`,
    sloUrl: `${connectionUrl}/slo`,
    spEntityId: spEntityId ?? `${connectionUrl}/metadata`,
    metadataUrl: `${connectionUrl}/metadata`,
    jwksUrl: `${connectionUrl}/jwks`,
    startUrl: `${connectionUrl}/start`,
    adminConsentUrl: `${connectionUrl}/admin-consent`,
    ...Object.fromEntries(Object.entries(certificates).filter(([, pem]) => pem !== undefined)),
  };
}

/** Undefined when the preset is not for this kind. */
export function fillGuide(
  preset: Preset,
  kind: ConnectionKind,
  { language, values }: { language: GuideLanguage; values: GuideValues },
): Guide | undefined {
  const entry = preset.kinds[kind];
  if (!entry) return undefined;
  const { know, groups, guide } = entry;
  return {
    preset: preset.id,
    title: preset.title,
    kind,
    language,
    know: know.map((text) => text[language]),
    groups: { holds: groups.holds, most: groups.most ?? null, detail: groups.detail[language] },
    steps: guide.map((step) => fillStep(step, language, values)),
  };
}

function fillStep({ title, text, copy, paste, note }: StepSource, language: GuideLanguage, values: GuideValues): Step {
  const copied = (copy ?? []).flatMap((source) => fillCopy(source, values));
  return {
    title: title[language],
    text: text[language],
    ...(copied.length === 0 ? {} : { copy: copied }),
    ...(paste === undefined ? {} : { paste: [...paste] }),
    ...(note === undefined ? {} : { note: note[language] }),
  };
}

function fillCopy(source: CopySource, values: GuideValues): { label: string; value: string }[] {
  const value = 'value' in source ? source.value : values[source.ours];
  return value === undefined ? [] : [{ label: source.label, value }];
}
