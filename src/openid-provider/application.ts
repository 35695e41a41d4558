import type { ApplicationId, TenantId } from '#kernel/ids.ts';

/** An OpenID Connect client of the SaaS, registered with one tenant. Names follow OpenID Connect Dynamic Registration, camelCase. */
export interface Application {
  readonly id: ApplicationId;
  readonly name: string;
  readonly kind: 'confidential' | 'public';
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  readonly grantTypes: readonly ('authorization_code' | 'refresh_token')[];
  readonly tokenEndpointAuthMethod: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none';
  /** Public keys for `private_key_jwt` and signed request objects, RFC 7517; private members are refused. */
  readonly jwks: { keys: Record<string, unknown>[] } | null;
  /** First-party applications are not asked for consent. */
  readonly firstParty: boolean;
  readonly scopes: readonly string[];
  /** Where OpenID Connect Core 1.0 §4 has others begin a sign-in of this application; null where it takes none. */
  readonly initiateLoginUri: string | null;
  /** Addresses that a portal may name as where people want to go, compared character by character. */
  readonly launchUrls: readonly string[];
  readonly enabled: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a caller of the API decides. */
export type ApplicationSettings = Omit<Application, 'id' | 'createdAt' | 'updatedAt'>;

export interface ApplicationStore {
  /** @returns with its secret unsealed; null for public clients and `private_key_jwt` */
  find(tenant: TenantId, id: ApplicationId): Promise<{ application: Application; secret: string | null } | undefined>;
  /** By id; `after` is the last id of the page before. */
  list(tenant: TenantId, page: { limit: number; after?: string }): Promise<Application[]>;
  insert(tenant: TenantId, application: Application, secret: string | null): Promise<void>;
  /** `secret` undefined leaves it; null removes it. */
  update(tenant: TenantId, application: Application, secret?: string | null): Promise<void>;
  remove(tenant: TenantId, id: ApplicationId): Promise<boolean>;
}

/** Whether applications of this kind prove themselves with a secret. */
export function usesSecret({ tokenEndpointAuthMethod }: Pick<Application, 'tokenEndpointAuthMethod'>): boolean {
  return tokenEndpointAuthMethod === 'client_secret_basic' || tokenEndpointAuthMethod === 'client_secret_post';
}
