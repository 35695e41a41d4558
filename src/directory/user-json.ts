import { z } from 'zod';
import type { TenantId, UserId } from '#kernel/ids.ts';
import type { DirectoryNeeds } from './needs.ts';
import type { Link, MembershipOf, User } from './user.ts';

const membership = z.object({
  id: z.string(),
  name: z.string(),
  sources: z
    .array(z.string())
    .describe('manual, default, or idp:<id of the identity provider>; only its source takes a membership away'),
});
const text = z.string().nullable();
const time = z.iso.datetime();

/** A user as the API shows one. */
export const userJson = z
  .object({
    id: z.string(),
    email: text,
    emailVerified: z.boolean(),
    userId: text,
    userPrincipalName: text,
    phone: text,
    mobile: text,
    firstName: text,
    lastName: text,
    locale: text,
    securityId: text,
    custom: z.record(z.string(), z.unknown()),
    status: z.enum(['invited', 'pending', 'active', 'disabled']),
    groups: z.array(membership),
    roles: z.array(membership),
    links: z.array(
      z.object({
        id: z.string(),
        connectionId: z.string(),
        issuer: z.string(),
        subject: z.string(),
        createdAt: time,
        lastUsedAt: time,
      }),
    ),
    signInMethod: z
      .object({ identityProviderId: z.string() })
      .nullable()
      .describe('the provider of their own; null: whatever their domain says'),
    createdAt: time,
    updatedAt: time,
    lastSignInAt: time.nullable(),
  })
  .meta({ id: 'User' });

export type UserJson = z.output<typeof userJson>;

/** Users with memberships and links, in four further queries however many they are. */
export async function describeUsers(
  needs: Pick<DirectoryNeeds, 'users' | 'groups' | 'roles' | 'signInMethods'>,
  tenant: TenantId,
  users: readonly User[],
): Promise<UserJson[]> {
  const ids = users.map(({ id }) => id);
  const groups = Map.groupBy(await needs.groups.listMembershipsOf(tenant, ids), ({ userId }) => userId);
  const roles = Map.groupBy(await needs.roles.listMembershipsOf(tenant, ids), ({ userId }) => userId);
  const links = Map.groupBy(await needs.users.listLinksOf(tenant, ids), ({ userId }) => userId);
  const methods = await needs.signInMethods.listOf(tenant, ids);
  return users.map((user) =>
    describe(user, {
      groups: gather(groups.get(user.id)),
      roles: gather(roles.get(user.id)),
      links: links.get(user.id)?.map(describeLink) ?? [],
      signInMethod: describeMethod(methods.get(user.id)),
    }),
  );
}

function describe(user: User, joined: Pick<UserJson, 'groups' | 'roles' | 'links' | 'signInMethod'>): UserJson {
  const {
    phone = null,
    mobile = null,
    firstName = null,
    lastName = null,
    locale = null,
    securityId = null,
    custom,
  } = user.profile;
  return {
    id: user.id,
    email: user.email,
    emailVerified: user.emailVerified,
    userId: user.userId,
    userPrincipalName: user.userPrincipalName,
    phone,
    mobile,
    firstName,
    lastName,
    locale,
    securityId,
    custom,
    status: user.status,
    ...joined,
    createdAt: user.createdAt.toISOString(),
    updatedAt: user.updatedAt.toISOString(),
    lastSignInAt: user.lastSignInAt?.toISOString() ?? null,
  };
}

const describeMethod = (id: string | undefined): UserJson['signInMethod'] =>
  id === undefined ? null : { identityProviderId: id };

/** One entry a group or role, with all its sources. */
function gather(
  memberships: readonly (MembershipOf<{ id: string; name: string }> & { userId: UserId })[] = [],
): UserJson['groups'] {
  const byId = Map.groupBy(memberships, ({ of }) => of.id);
  return [...byId].map(([id, same]) => ({ id, name: same[0]?.of.name ?? '', sources: same.map(({ source }) => source) }));
}

function describeLink({ id, connectionId, issuer, subject, createdAt, lastUsedAt }: Link): UserJson['links'][number] {
  return { id, connectionId, issuer, subject, createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt.toISOString() };
}
