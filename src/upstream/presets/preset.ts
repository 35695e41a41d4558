import type { ConnectionKind } from '../connection.ts';

/** Languages that guides are written in; the first is what nobody's wish falls back to. */
export const guideLanguages = ['en', 'de'] as const;
export type GuideLanguage = (typeof guideLanguages)[number];
export type Words = Readonly<Record<GuideLanguage, string>>;

/** What is known of a provider before or after it is set up; every member may be missing, none is trusted. */
export interface Traits {
  /** OIDC issuer or SAML entity id. */
  issuer?: string;
  metadataUrl?: string;
  authorizationEndpoint?: string;
  tokenEndpoint?: string;
  jwksUri?: string;
  ssoUrl?: string;
}

/** Values of the tenant that a guide fills in. */
export const ourValues = [
  'redirectUri',
  'postLogoutRedirectUri',
  'acsUrl',
  'sloUrl',
  'spEntityId',
  'metadataUrl',
  'jwksUrl',
  'startUrl',
  'adminConsentUrl',
  'signingCertificate',
  'encryptionCertificate',
  'clientCertificate',
] as const;
export type OurValue = (typeof ourValues)[number];

/** Something to copy from here into the vendor's console: a value of the tenant's, or the same for everybody. */
export type CopySource = { label: string; ours: OurValue } | { label: string; value: string };

/** One step in the vendor's console. Menu names are those of the English console, in both languages. */
export interface StepSource {
  title: Words;
  text: Words;
  copy?: readonly CopySource[];
  /** What is brought back from the console, and the field of the document that it goes into. */
  paste?: readonly { label: string; pointer: string }[];
  note?: Words;
}

/** Part of an identity provider's document, as the API takes it. */
export type DocumentPart = Readonly<Record<string, unknown>>;

/** A vendor with one protocol. */
export interface PresetKind {
  /** Fills in what the document does not say; `null` takes a general default away. May depend on the issuer that is given. */
  defaults: DocumentPart | ((given: Traits) => DocumentPart);
  /** What the groups claim holds, and how many at most. */
  groups: { holds: 'ids' | 'names' | 'nothing'; most?: number; detail: Words };
  /** What an administrator should know beforehand. */
  know: readonly Words[];
  guide: readonly StepSource[];
}

export interface Notice {
  code: string;
  detail: string;
}

/** A vendor: how it is recognised, what it sends and how it is set up. */
export interface Preset {
  id: string;
  title: string;
  /** What the button may say; an administrator chooses. */
  button: Words;
  kinds: Readonly<Partial<Record<ConnectionKind, PresetKind>>>;
  recognises(traits: Traits): boolean;
  /** What is worth knowing of this very provider. */
  notices?(traits: Traits, kind: ConnectionKind): readonly Notice[];
}

export function words(en: string, de: string): Words {
  return { en, de };
}

/** What an OpenID Connect provider sends that keeps to the standard names, with groups beside them. @see OpenID Connect Core 1.0 §5.1 */
export const STANDARD_CLAIMS = {
  email: 'email',
  userId: 'sub',
  firstName: 'given_name',
  lastName: 'family_name',
  groups: 'groups',
  roles: null,
} as const;
