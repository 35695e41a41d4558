import type { Profile, User, UserStore } from '#directory/index.ts';
import { newId, type TenantId, type UserId } from '#kernel/ids.ts';
import { isProblem, Problem } from '#kernel/problem.ts';
import type { World } from '#kernel/world.ts';
import type { Connection, UpstreamIdentity } from '#upstream/index.ts';
import type { Admission } from './admit.ts';
import type { Attributes } from './map-claims.ts';
import { admissionProblems } from './problems.ts';

/** Somebody else inserted the same person at the same moment; the transaction is run once more and then finds them. */
export class Raced extends Error {}

export interface Admitted {
  user: User;
  created: boolean;
  before: User | null;
}

export interface ApplyNeeds {
  users: UserStore;
  world: World;
}
export interface Applying {
  tenant: TenantId;
  connection: Connection;
  identity: UpstreamIdentity;
  attributes: Attributes;
  emailVerified: boolean;
}

/** Makes or updates the account and its link, as decided. Joins the running transaction. */
export async function applyAdmission(
  needs: ApplyNeeds,
  admission: Exclude<Admission, { kind: 'refused' }>,
  applying: Applying,
): Promise<Admitted> {
  const now = needs.world.now();
  if (admission.kind === 'created') return createAccount(needs, applying, now);
  const { user } = admission;
  const { connection } = applying;
  const updated: User = {
    ...(connection.policy.users.update ? merge(user, applying) : user),
    status: user.status === 'invited' ? 'active' : user.status,
    lastSignInAt: now,
  };
  const isNews = isChanged(user, updated);
  const outcome = isNews
    ? await needs.users.update(applying.tenant, { ...updated, updatedAt: now })
    : await needs.users.noteSignIn(applying.tenant, user.id, now);
  // The provider renamed this person to an address that somebody else holds: that is for an administrator to untangle.
  if (outcome === 'taken') throw new Problem(admissionProblems.account_exists);
  if (outcome === 'gone') throw new Raced();
  await linkAccount(needs, applying, { userId: user.id, now });
  return { user: updated, created: false, before: isNews ? user : null };
}

async function createAccount(needs: ApplyNeeds, applying: Applying, now: Date): Promise<Admitted> {
  const { tenant, connection, attributes, emailVerified } = applying;
  const user: User = {
    id: newId<UserId>('usr', needs.world),
    email: attributes.email ?? null,
    emailVerified: attributes.email !== undefined && emailVerified,
    userId: attributes.userId ?? null,
    userPrincipalName: attributes.userPrincipalName ?? null,
    profile: profileOf(attributes),
    status: connection.policy.users.pendingActivation ? 'pending' : 'active',
    createdAt: now,
    updatedAt: now,
    lastSignInAt: connection.policy.users.pendingActivation ? null : now,
  };
  if ((await needs.users.insert(tenant, user)) === 'taken') throw new Raced();
  await linkAccount(needs, applying, { userId: user.id, now });
  return { user, created: true, before: null };
}

async function linkAccount(
  { users, world }: ApplyNeeds,
  { tenant, connection, identity }: Applying,
  { userId, now }: { userId: UserId; now: Date },
): Promise<void> {
  const { issuer, subject, session, subjectKind } = identity;
  if (subjectKind === 'passing') return;
  const link = {
    id: newId('lnk', world),
    userId,
    connectionId: connection.id,
    issuer,
    subject,
    createdAt: now,
    lastUsedAt: now,
    refreshToken: session.refreshToken,
  };
  await users.link(tenant, link).catch((error: unknown) => {
    throw isProblem(error, 'directory.link_taken') ? new Raced() : error;
  });
}

/** What the provider sent replaces what was held; what it did not send stays. */
function merge(user: User, { attributes, emailVerified }: Applying): User {
  const profile = profileOf(attributes);
  return {
    ...user,
    email: attributes.email ?? user.email,
    emailVerified:
      attributes.email === undefined
        ? user.emailVerified
        : emailVerified || (user.emailVerified && sameText(attributes.email, user.email)),
    userId: attributes.userId ?? user.userId,
    userPrincipalName: attributes.userPrincipalName ?? user.userPrincipalName,
    profile: { ...user.profile, ...profile, custom: { ...user.profile.custom, ...profile.custom } },
  };
}

function profileOf({ phone, mobile, firstName, lastName, locale, securityId, custom }: Attributes): Profile {
  const known = { phone, mobile, firstName, lastName, locale, securityId };
  return { ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)), custom };
}

const sameText = (one: string, other: string | null): boolean => one.toLowerCase() === other?.toLowerCase();

function isChanged(before: User, after: User): boolean {
  const shape = ({ email, emailVerified, userId, userPrincipalName, profile, status }: User): string =>
    JSON.stringify([email, emailVerified, userId, userPrincipalName, profile, status]);
  return shape(before) !== shape(after);
}
