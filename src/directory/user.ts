import type { ConnectionId, GroupId, RoleId, TenantId, UserId } from '#kernel/ids.ts';

export interface Profile {
  phone?: string; mobile?: string; firstName?: string; lastName?: string; locale?: string; securityId?: string;
  custom: Record<string, unknown>;
}

/** A person of a tenant. */
export interface User {
  readonly id: UserId;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly userId: string | null;
  readonly userPrincipalName: string | null;
  readonly profile: Profile;
  readonly status: 'invited' | 'pending' | 'active' | 'disabled';
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly lastSignInAt: Date | null;
}

/** Where a membership came from; only its source takes it away. */
export type MembershipSource = 'manual' | 'default' | `idp:${string}`;

export interface Group { readonly id: GroupId; readonly name: string; readonly description: string }
export interface Role {
  readonly id: RoleId; readonly name: string; readonly description: string; readonly builtIn: boolean;
  readonly permissions: readonly string[];
}

/** An account at an identity provider that is this user: issuer and subject, within the connection that vouched. */
export interface Link {
  readonly id: string; readonly userId: UserId; readonly connectionId: ConnectionId; readonly issuer: string; readonly subject: string;
  readonly createdAt: Date; readonly lastUsedAt: Date;
}

/** What applications are told of a person: names of groups and roles, each once, sorted. */
export interface Person { readonly user: User; readonly groups: readonly string[]; readonly roles: readonly string[] }

export interface UserStore {
  find(tenant: TenantId, id: UserId): Promise<User | undefined>;
  findByLink(tenant: TenantId, link: { connectionId: ConnectionId; issuer: string; subject: string }): Promise<User | undefined>;
  /** Exact for ids; without regard to case for e-mail. Attributes kept in the profile are compared exactly. */
  findByAttribute(tenant: TenantId, attribute: string, value: string): Promise<User | undefined>;
  findPerson(tenant: TenantId, id: UserId): Promise<Person | undefined>;
  insert(tenant: TenantId, user: User): Promise<'inserted' | 'taken'>;
  update(tenant: TenantId, user: User): Promise<'updated' | 'taken' | 'gone'>;
  remove(tenant: TenantId, id: UserId): Promise<boolean>;
  list(tenant: TenantId, page: { limit: number; after?: string; email?: string }): Promise<User[]>;
  link(tenant: TenantId, link: Link & { refreshToken?: string }): Promise<void>;
  listLinks(tenant: TenantId, id: UserId): Promise<Link[]>;
}

export interface Membership<Of> { readonly of: Of; readonly source: MembershipSource }

export interface GroupStore {
  list(tenant: TenantId, page: { limit: number; after?: string }): Promise<Group[]>;
  find(tenant: TenantId, id: GroupId): Promise<Group | undefined>;
  findByNames(tenant: TenantId, names: readonly string[]): Promise<Group[]>;
  insert(tenant: TenantId, group: Group): Promise<'inserted' | 'taken'>;
  update(tenant: TenantId, group: Group): Promise<'updated' | 'taken' | 'gone'>;
  remove(tenant: TenantId, id: GroupId): Promise<boolean>;
  listMemberships(tenant: TenantId, userId: UserId): Promise<Membership<Group>[]>;
  /** Makes the memberships of this source exactly these (`replace`), or adds them (`add`). Other sources are left alone. */
  setMemberships(tenant: TenantId, userId: UserId, source: MembershipSource, groups: readonly GroupId[], how: 'replace' | 'add'): Promise<void>;
}

export interface RoleStore {
  list(tenant: TenantId, page: { limit: number; after?: string }): Promise<Role[]>;
  find(tenant: TenantId, id: RoleId): Promise<Role | undefined>;
  findByNames(tenant: TenantId, names: readonly string[]): Promise<Role[]>;
  insert(tenant: TenantId, role: Role): Promise<'inserted' | 'taken'>;
  update(tenant: TenantId, role: Role): Promise<'updated' | 'taken' | 'gone'>;
  remove(tenant: TenantId, id: RoleId): Promise<boolean>;
  listMemberships(tenant: TenantId, userId: UserId): Promise<Membership<Role>[]>;
  setMemberships(tenant: TenantId, userId: UserId, source: MembershipSource, roles: readonly RoleId[], how: 'replace' | 'add'): Promise<void>;
}
