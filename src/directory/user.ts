import type { ConnectionId, GroupId, RoleId, TenantId, UserId } from '#kernel/ids.ts';

export interface Profile {
  phone?: string;
  mobile?: string;
  firstName?: string;
  lastName?: string;
  locale?: string;
  securityId?: string;
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

export interface Group {
  readonly id: GroupId;
  readonly name: string;
  readonly description: string;
}
export interface Role {
  readonly id: RoleId;
  readonly name: string;
  readonly description: string;
  readonly builtIn: boolean;
  readonly permissions: readonly string[];
}

/** An account at an identity provider that is this user: issuer and subject, within the connection that vouched. */
export interface Link {
  readonly id: string;
  readonly userId: UserId;
  readonly connectionId: ConnectionId;
  readonly issuer: string;
  readonly subject: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
}

/** What applications are told of a person: names of groups and roles, each once, sorted. */
export interface Person {
  readonly user: User;
  readonly groups: readonly string[];
  readonly roles: readonly string[];
}

export interface UserStore {
  find(tenant: TenantId, id: UserId): Promise<User | undefined>;
  findByLink(tenant: TenantId, link: { connectionId: ConnectionId; issuer: string; subject: string }): Promise<User | undefined>;
  /**
   * Exact for ids; without regard to case for e-mail. Attributes kept in the profile are compared exactly.
   * @throws Problem `directory.attribute_ambiguous` when several users have that value: taking the first would let one in as another
   */
  findByAttribute(tenant: TenantId, attribute: string, value: string): Promise<User | undefined>;
  findPerson(tenant: TenantId, id: UserId): Promise<Person | undefined>;
  /** `taken`: id, e-mail, user id or user principal name is somebody's; nothing was written and the transaction goes on. */
  insert(tenant: TenantId, user: User): Promise<'inserted' | 'taken'>;
  /**
   * `gone` also when the user was disabled since they were read: whoever writes a user that they hold as active must not bring one
   * back whom an administrator has just shut out.
   */
  update(tenant: TenantId, user: User): Promise<'updated' | 'taken' | 'gone'>;
  /** Like an `update` in which nothing but the time of the last sign-in is another one: no index of people is touched. */
  noteSignIn(tenant: TenantId, id: UserId, at: Date): Promise<'updated' | 'gone'>;
  /** With memberships and links. */
  remove(tenant: TenantId, id: UserId): Promise<boolean>;
  /** By id; `after` is the last id of the page before, `email` one address without regard to case. */
  list(tenant: TenantId, page: { limit: number; after?: string; email?: string }): Promise<User[]>;
  /**
   * Ties an account at a provider to the user, or marks the tie as used; a refresh token replaces the one kept, none leaves it.
   * @throws Problem `directory.link_taken` when another user holds it: the transaction must fall, and the sign-in look again
   */
  link(tenant: TenantId, link: Link & { refreshToken?: string }): Promise<void>;
  listLinks(tenant: TenantId, id: UserId): Promise<Link[]>;
}

export type LinkKey = Pick<Link, 'connectionId' | 'issuer' | 'subject'>;

/** What administration needs beyond sign-in. */
export interface UserDirectory extends UserStore {
  /** Like `find`, and inside a transaction nobody else changes the user until it ends. */
  hold(tenant: TenantId, id: UserId): Promise<User | undefined>;
  /** The only way back from `disabled`. */
  setStatus(tenant: TenantId, id: UserId, change: { status: User['status']; updatedAt: Date }): Promise<void>;
  listLinksOf(tenant: TenantId, ids: readonly UserId[]): Promise<Link[]>;
  findRefreshToken(tenant: TenantId, link: LinkKey): Promise<string | undefined>;
  /**
   * Keeps the next refresh token in the place of the one that was used; null keeps none.
   * @returns false when another one is kept by now: it stays
   */
  replaceRefreshToken(tenant: TenantId, link: LinkKey, tokens: { was: string; becomes: string | null }): Promise<boolean>;
  /** Forgets everybody's refresh tokens of a connection: whoever would be asked with them now is not who gave them. */
  forgetRefreshTokens(tenant: TenantId, id: ConnectionId): Promise<void>;
  /** Removes everybody's links to a connection, and the memberships that it gave: nobody else could take them away any more. */
  forgetConnection(tenant: TenantId, id: ConnectionId): Promise<void>;
}

export interface Membership<Of> {
  readonly of: Of;
  readonly source: MembershipSource;
}
/** A membership and whose it is. */
export interface MembershipOf<Of> extends Membership<Of> {
  readonly userId: UserId;
}

export interface GroupStore {
  /** By name; `after` is the last name of the page before. */
  list(tenant: TenantId, page: { limit: number; after?: string }): Promise<Group[]>;
  find(tenant: TenantId, id: GroupId): Promise<Group | undefined>;
  /** Without regard to case; names that nothing has are left out. */
  findByNames(tenant: TenantId, names: readonly string[]): Promise<Group[]>;
  insert(tenant: TenantId, group: Group): Promise<'inserted' | 'taken'>;
  update(tenant: TenantId, group: Group): Promise<'updated' | 'taken' | 'gone'>;
  remove(tenant: TenantId, id: GroupId): Promise<boolean>;
  listMemberships(tenant: TenantId, userId: UserId): Promise<Membership<Group>[]>;
  /** Makes the memberships of this source exactly these (`replace`), or adds them (`add`). Other sources are left alone. */
  setMemberships(
    tenant: TenantId,
    userId: UserId,
    source: MembershipSource,
    groups: readonly GroupId[],
    how: 'replace' | 'add',
  ): Promise<void>;
}

/** What administration needs beyond sign-in. */
export interface GroupDirectory extends GroupStore {
  findByIds(tenant: TenantId, ids: readonly string[]): Promise<Group[]>;
  listMembershipsOf(tenant: TenantId, userIds: readonly UserId[]): Promise<MembershipOf<Group>[]>;
}

export interface RoleStore {
  /** By name; `after` is the last name of the page before. */
  list(tenant: TenantId, page: { limit: number; after?: string }): Promise<Role[]>;
  find(tenant: TenantId, id: RoleId): Promise<Role | undefined>;
  /** Without regard to case; names that nothing has are left out. */
  findByNames(tenant: TenantId, names: readonly string[]): Promise<Role[]>;
  insert(tenant: TenantId, role: Role): Promise<'inserted' | 'taken'>;
  update(tenant: TenantId, role: Role): Promise<'updated' | 'taken' | 'gone'>;
  remove(tenant: TenantId, id: RoleId): Promise<boolean>;
  listMemberships(tenant: TenantId, userId: UserId): Promise<Membership<Role>[]>;
  setMemberships(
    tenant: TenantId,
    userId: UserId,
    source: MembershipSource,
    roles: readonly RoleId[],
    how: 'replace' | 'add',
  ): Promise<void>;
}

/** What administration needs beyond sign-in. */
export interface RoleDirectory extends RoleStore {
  findByIds(tenant: TenantId, ids: readonly string[]): Promise<Role[]>;
  listMembershipsOf(tenant: TenantId, userIds: readonly UserId[]): Promise<MembershipOf<Role>[]>;
  /** What a user may do through the API: undefined unless the user exists and is active. */
  findPermissions(tenant: TenantId, userId: UserId): Promise<ReadonlySet<string> | undefined>;
  /**
   * How many users with this role can sign in now (`active`), or after a first sign-in as well (`invited`). Inside a transaction no
   * other writer who asks the same gets an answer before this one has ended.
   */
  countHolders(tenant: TenantId, roleName: string): Promise<{ active: number; invited: number }>;
}
