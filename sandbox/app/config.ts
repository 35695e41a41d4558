export interface AppConfig {
  /** The tenant's URL at the gateway: the OpenID Connect issuer. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Public base URL without trailing slash. Default: `http://localhost:<port>`. */
  readonly url?: string;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** One button each; `idp` is the hint that the gateway gets: the slug of an identity provider. */
  readonly buttons: readonly { readonly text: string; readonly idp: string }[];
}

/** Registered at the gateway. */
export const CALLBACK_PATH = '/callback';
export const SIGNED_OUT_PATH = '/signed-out';
