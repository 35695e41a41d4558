import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { AccessGate, ClaimMapping, GroupFilter, WhenMissing } from './mapping/index.ts';

export const connectionKinds = ['microsoft-oidc', 'oidc', 'saml'] as const;
export type ConnectionKind = (typeof connectionKinds)[number];

/** How the claims of the provider become attributes: a claim's name, or a rule without code. */
export interface ClaimMappings {
  email?: ClaimMapping;
  userId?: ClaimMapping;
  phone?: ClaimMapping;
  mobile?: ClaimMapping;
  firstName?: ClaimMapping;
  lastName?: ClaimMapping;
  locale?: ClaimMapping;
  userPrincipalName?: ClaimMapping;
  securityId?: ClaimMapping;
  groups?: ClaimMapping;
  roles?: ClaimMapping;
  custom: Record<string, ClaimMapping>;
}

/** Attributes of a person that may identify or must match. */
export const userAttributes = [
  'email',
  'userId',
  'userPrincipalName',
  'firstName',
  'lastName',
  'locale',
  'mobile',
  'phone',
  'securityId',
] as const;
export type UserAttribute = (typeof userAttributes)[number];

/** What every identity provider has, whatever its protocol. The field names are those of `INTERFACE.md`. */
export interface ConnectionPolicy {
  users: { create: boolean; update: boolean; defaultGroups: string[]; defaultRoles: string[]; pendingActivation: boolean };
  claims: ClaimMappings;
  groupMappings: { external: string; label?: string; group: string }[];
  /** Absent in documents of the first release: everyone. */
  access?: AccessGate;
  /** Applied to the values of the groups claim before they are mapped. Absent: all count. */
  groupFilter?: GroupFilter;
  /** Absent: a claim that did not come changes nothing. */
  whenMissing?: WhenMissing;
  groupSync: 'none' | 'append' | 'sync' | 'assign';
  /** Groups of `assign`. */
  assignedGroups: string[];
  roleMappings: { external: string; role: string }[];
  roleSync: 'all' | 'first';
  authentication: {
    enabled: boolean;
    default: boolean;
    domains: string[];
    userAttribute: UserAttribute;
    claim: ClaimMapping;
    matchAttributes: Partial<Record<UserAttribute, ClaimMapping>>;
  };
  branding: { buttonText?: string; buttonImage?: string };
  /** Absent in documents of earlier releases: nobody said where people are led who start at the provider's portal. */
  portal?: { applicationId: string | null };
}

/** One identity provider of a tenant. */
export interface Connection {
  readonly id: ConnectionId;
  readonly kind: ConnectionKind;
  readonly preset: string | null;
  readonly name: string;
  /** URL segment under `/sso/`; unique in the tenant, never changed. */
  readonly slug: string;
  readonly enabled: boolean;
  /** Numbers every change; an attempt holds on to the revision that it began with. */
  readonly revision: number;
  /**
   * The revision at which issuer, client id, an endpoint of sign-in, or an entity id last changed, or at which it was last switched off. An
   * attempt that began before it is refused; every other one is judged by the settings as they are now.
   */
  readonly trustRevision: number;
  readonly policy: ConnectionPolicy;
  /**
   * `oidc` or `saml` of the document with secrets and own keys, as the protocol's `readSettings` read them. The same object for the same
   * revision, as long as it is kept: protocols may hang what they derive from it on it.
   */
  readonly settings: unknown;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What sign-in needs; writing is the business of the API's steps. */
export interface ConnectionDirectory {
  findBySlug(tenant: TenantId, slug: string): Promise<Connection | undefined>;
  find(tenant: TenantId, id: ConnectionId): Promise<Connection | undefined>;
  /**
   * As `find`, and keeps everybody from changing the connection or suspending the tenant until the running transaction is done: whoever does
   * so next finds the session that is opened in it.
   */
  holdForSignIn(tenant: TenantId, id: ConnectionId): Promise<{ connection: Connection; isTenantActive: boolean } | undefined>;
  /** Those that a person may sign in through: enabled, and enabled for user authentication. */
  listUsable(tenant: TenantId): Promise<Connection[]>;
  /**
   * The connection as one of its revisions has it, whatever state that is in; for Verify, never for a sign-in that counts. The live one is
   * that of `find`. Undefined when there is no such revision (any more).
   */
  findRevision(tenant: TenantId, id: ConnectionId, revision: number): Promise<Connection | undefined>;
}
