import type { Person } from '../people.ts';

/** A relying party that may sign people in here with OpenID Connect. */
export interface OidcClient {
  readonly clientId: string;
  /** Absent: a public client, which proves itself by PKCE alone. */
  readonly clientSecret?: string;
  /** Compared as whole strings. */
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  /** Default RS256. */
  readonly idTokenAlgorithm?: 'RS256' | 'ES256';
}

/** A service provider that may sign people in here with SAML. */
export interface ServiceProvider {
  readonly entityId: string;
  /** The only address that answers are posted to, whatever a request asks for. */
  readonly acsUrl: string;
  /** What is signed; the query `?sign=` of the SSO address goes before it. Default: the assertion. */
  readonly sign?: Signed;
  /** Whom assertions are addressed to, where that is registered wrongly, to try what comes of it. Default: the entity id. */
  readonly audience?: string;
  /** PEM certificate; when given, assertions are encrypted to it. */
  readonly encryptionCertificate?: string;
}

export type Signed = 'assertion' | 'response' | 'both';

export interface IdpConfig {
  /** Public base URL without trailing slash; it is the OIDC issuer. Default: `http://localhost:<port>`. */
  readonly url?: string;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Where the keys are kept, so that relying parties stay connected over restarts. */
  readonly dataFolder: string;
  readonly oidcClients: readonly OidcClient[];
  readonly serviceProviders: readonly ServiceProvider[];
  /**
   * Origin of a gateway all of whose providers may come here: as service providers, and with the first OIDC client. Connecting one more in
   * the console then works without registering it.
   */
  readonly gateway?: string;
  /** Default: the people of `people.ts`. */
  readonly people?: readonly Person[];
}

/** Clock and randomness, given so that tests can set them. */
export interface IdpWorld {
  now(): Date;
  randomBytes(length: number): Uint8Array;
}

/** Whether an address is a provider's own at that gateway: `/sso/{slug}/callback`, `/signed-out`, `/acs` or `/metadata`. */
export function isAtGateway(
  address: string,
  gateway: string | undefined,
  end: 'callback' | 'signed-out' | 'acs' | 'metadata',
): boolean {
  const url = URL.parse(address);
  return gateway !== undefined && url?.origin === gateway && new RegExp(`/sso/[a-z0-9-]+/${end}$`).test(url.pathname);
}

export function newHandle(world: IdpWorld): string {
  return Buffer.from(world.randomBytes(32)).toString('base64url');
}
