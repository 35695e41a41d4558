import type { Problem } from '#kernel/problem.ts';
import type { Trace } from '#kernel/trace.ts';
import type { World } from '#kernel/world.ts';

/** How the browser is sent to the identity provider. */
export type Send = { kind: 'redirect'; url: URL } | { kind: 'post'; url: URL; fields: Record<string, string> };

/** What the browser brought back: data, never an HTTP request. A repeated field is refused before it becomes an answer. */
export interface Answer {
  via: 'query' | 'form';
  fields: Record<string, string>;
  /** The query to the octet, where a signature may cover it in that form. */
  query?: string;
}

/** The world of one sign-in: its checks write to the trace. */
export type SignInWorld = World & { readonly trace: Trace };

/** What this sign-in asks of the identity provider. */
export interface SignInWish {
  /** Opaque handle of the attempt, 43 characters of base64url: OIDC `state`, SAML `RelayState`, and `_`+handle the request ID. */
  handle: string;
  /** Where the answer must arrive: redirect URI or assertion consumer service of this very connection. */
  returnUrl: URL;
  loginHint?: string;
  domainHint?: string;
  /** The person must authenticate again now. */
  forceAuthn: boolean;
  maxAgeSeconds?: number;
  acrValues: readonly string[];
}

/** Claims as the provider sent them: OIDC JSON values; SAML attributes by `Name`, each a string or a list of strings. */
export type UpstreamClaims = Readonly<Record<string, unknown>>;

/** A list that the provider did not send whole, and that could not be completed. */
export interface Overage {
  /** The claim that would have had the list, named as in `claims`. */
  readonly claim: string;
  /** Problem code of what kept it from being completed; null where nothing was tried. */
  readonly code: string | null;
}

/** Somebody, vouched for by one identity provider and verified by its protocol. */
export interface UpstreamIdentity {
  /** OIDC issuer or SAML entity id, as verified. */
  issuer: string;
  /** Stable within the issuer: `sub`, `tid`+`oid`, or the NameID with its format and qualifiers. */
  subject: string;
  /** `passing`: another one next time (a transient NameID): nobody is linked to it. */
  subjectKind: 'lasting' | 'passing';
  claims: UpstreamClaims;
  /** Claims whose lists are known to be incomplete; such a list, or its absence, is never read as "no groups". */
  overage: readonly Overage[];
  /** `verified` only for a literal `email_verified: true` or a proof of equal weight; SAML says nothing: `unstated`. */
  emailVerification: 'verified' | 'unverified' | 'unstated';
  authenticatedAt: Date | null;
  /** When the provider made the answer, by its own clock: `iat` of the ID token, IssueInstant of the assertion. */
  issuedAt: Date | null;
  acr: string | null;
  amr: readonly string[];
  /** Spent once ever under this tenant and connection: assertion ids, and what else may not come twice. Never raw bytes. */
  spend: readonly { id: string; until: Date }[];
  /** What a later logout or re-check needs; sealed at rest. */
  session: {
    index?: string;
    nameId?: string;
    notOnOrAfter?: Date;
    idToken?: string;
    refreshToken?: string;
    /** By which the provider names the session when it ends it; absent where it never does. */
    key?: string;
  };
}

/**
 * The contract of a protocol. Pure of HTTP and storage: an answer is data, what must be remembered is returned. Every check writes
 * a line of the trace. See `conformance.ts` for what each implementation must pass.
 */
export interface UpstreamProtocol<Settings> {
  readonly name: string;
  /** Reads stored settings of a connection. @throws Problem `<protocol>.settings_invalid` with pointers */
  readSettings(raw: unknown): Settings;
  begin(settings: Settings, wish: SignInWish, world: SignInWorld): Promise<{ send: Send; remember: unknown }>;
  /** Finds the attempt's handle in an answer that nobody has verified yet; only good for looking the attempt up. */
  findHandle(answer: Answer): string | undefined;
  finish(settings: Settings, answer: Answer, remembered: unknown, world: SignInWorld): Promise<UpstreamIdentity>;
}

/**
 * Optional capability: the person starts at the provider's own portal. What it sends then is never a sign-in, however well it is signed:
 * another page may have posted somebody else's into this browser (login CSRF). It is a wish to sign in and names nobody: there is no
 * identity in its type.
 */
export interface StartsAtPortal<Settings> {
  /** Whether this connection lets people start there. */
  allowsPortal(settings: Settings): boolean;
  /** Whether an answer answers nothing that we asked; a look at what nobody has verified, only good for choosing how to judge it. */
  isUnasked(answer: Answer): boolean;
  /** Judges it as strictly as an answer, but that it must answer nothing. */
  readPortalStart(settings: Settings, answer: Answer, world: SignInWorld): Promise<PortalStart>;
}
export interface PortalStart {
  /** Whom to ask the provider for, as the provider said; nobody believes it. */
  loginHint?: string | undefined;
  /** Where the person wants to go, as anybody may have said. */
  target?: string | undefined;
  /** As in `UpstreamIdentity`. */
  spend: readonly { id: string; until: Date }[];
}

/** Optional capability: what an administrator pasted is judged as far as it can be without an attempt, and never lets anybody in. */
export interface Inspects<Settings> {
  /** @throws Problem when nothing can be read in it at all */
  inspect(settings: Settings, pasted: Pasted, world: SignInWorld): Promise<Inspected>;
}
/** An ID token, a userinfo answer or both; or a SAML response, as XML or base64. */
export interface Pasted {
  idToken?: string | undefined;
  userinfo?: Readonly<Record<string, unknown>> | undefined;
  samlResponse?: string | undefined;
}
export interface Inspected {
  /** Whom it names. Believed by nobody: where `refusal` says why it would be refused, least of all. Spends nothing. */
  identity: UpstreamIdentity;
  refusal: Problem | null;
  /** What was not looked at, in words. */
  unchecked: readonly string[];
}

/** Optional capability: what an administrator pasted or pointed at, read into the fields of the connection's settings. */
export interface FetchesConfiguration {
  fetchConfiguration(source: ConfigurationSource, world: World): Promise<FetchedConfiguration>;
}
export type ConfigurationSource =
  | { kind: 'issuer'; issuer: string }
  /** `signedBy`: certificates, one of which must have signed the document. */
  | { kind: 'url'; url: string; signedBy?: readonly string[] }
  | { kind: 'document'; document: string };
export interface FetchedConfiguration {
  kind: 'oidc' | 'microsoft-oidc' | 'saml';
  /** Fields as `INTERFACE.md` names them, ready to be put under `oidc` or `saml`. */
  settings: Record<string, unknown>;
  /** What the administrator should know: a certificate near expiry, several endpoints to choose from. */
  warnings: readonly { code: string; detail: string }[];
}

/** Optional capability: what the provider publishes is read again and held against the settings in force. */
export interface RereadsConfiguration<Settings> {
  /** Where it is published; undefined where nobody has said. */
  publishedAt(settings: Settings): string | undefined;
  /** @throws Problem when it cannot be read, or is no longer that of the same provider */
  reread(settings: Settings, world: World): Promise<Published>;
}

export interface Published {
  /** Fields whose published value is another than the one in force, as they would have to be set. */
  changes: Readonly<Record<string, unknown>>;
  /** Those of them that only add keys of the same provider, as they would have to be set to add and drop nothing; empty when none. */
  additions: Readonly<Record<string, unknown>>;
  /** What somebody should know, beyond the differences: a certificate that is no longer published. */
  notes: readonly { code: string; detail: string }[];
  /** Ids of the keys that are published now: `kid`, or the certificate's SHA-256 in hex. */
  keys: readonly string[];
  /** The document itself, or what stands for it: its hash tells whether it changed. */
  document: string;
  validUntil: Date | null;
  /** How long the provider says that it need not be read again. */
  cacheSeconds: number | null;
}

/** Optional capability: an administrator at the provider consents to what registrations of ours may do there. */
export interface AsksConsent<Settings> {
  /** Undefined where there is nothing to consent to. */
  consentRequest(settings: Settings, wish: ConsentWish): ConsentRequest | undefined;
}
/** `sign-in`: the registration that people sign in through; `directory`: the one that reads groups. */
export type ConsentPurpose = 'sign-in' | 'directory';
export interface ConsentWish {
  purpose: ConsentPurpose;
  /** One-time, opaque. */
  state: string;
  /** Registered at the provider as a redirect URI. */
  returnUrl: string;
}
export interface ConsentRequest {
  url: URL;
  clientId: string;
  /** Where it is asked for; the answer must name the same. */
  directoryId: string;
}

/** Optional capability: asks the provider whether somebody who signed in is still there. */
export interface RechecksPeople<Settings> {
  recheck(settings: Settings, refreshToken: string, world: SignInWorld): Promise<Recheck>;
}
export type Recheck =
  /** With the next refresh token where they rotate: to be kept before anything else. */
  | { kind: 'alive'; refreshToken?: string }
  /** The provider refuses the grant: disabled, deleted, not assigned any more, signed out everywhere. By its own code where it has one. */
  | { kind: 'gone'; code: string }
  /** It said nothing about the person. */
  | { kind: 'unknown'; code: string };

/** Optional capabilities: signing out, in both directions, and giving tokens back. */
export type {
  HearsLogout,
  LoggedOut,
  LogoutDemand,
  LogoutOutcome,
  LogoutWish,
  LogsOut,
  Revocation,
  RevokesTokens,
  UpstreamSession,
} from './logout.ts';
