import { type Actor, writeActor } from '#audit/index.ts';
import { directoryProblems, FULL_ADMINISTRATOR } from '#directory/index.ts';
import type { TenantId, UserId } from '#kernel/ids.ts';
import { permissions } from '#kernel/permission.ts';
import { Problem } from '#kernel/problem.ts';
import { newSecret } from '#kernel/world.ts';
import type { Tenant } from '#tenants/index.ts';
import type { ConnectionDirectory } from '#upstream/index.ts';
import type { PasswordNeeds } from './needs.ts';
import { problems } from './problems.ts';

/** Long enough for a weekend, and for whoever has to find a colleague. */
export const SETUP_LINK_HOURS = 72;

export interface WantedLink {
  tenant: Pick<Tenant, 'id' | 'name'>;
  by: Actor;
  /** `all` is the operator. */
  permissions: ReadonlySet<string> | 'all';
  /** Whose password it is to set; without, it makes a new administrator. */
  userId: UserId | undefined;
}

export type LinkNeeds = Pick<PasswordNeeds, 'setupLinks' | 'users' | 'roles' | 'audit' | 'transact' | 'world'>;

/**
 * Makes a link behind which a password is set, once, within 72 hours; an earlier one for the same purpose is worth nothing any more. Whoever
 * has the link can become a Full Administrator: only these make one, and operators.
 *
 * @returns the secret of the link; nothing else shows it again
 * @throws Problem `password.not_administrator`, `password.not_for_this_person`, `directory.user_unknown`
 */
export async function makeSetupLink(needs: LinkNeeds, wanted: WantedLink): Promise<{ token: string; expiresAt: Date }> {
  const { tenant, by, userId } = wanted;
  if (wanted.permissions !== 'all' && !permissions.every((one) => (wanted.permissions as ReadonlySet<string>).has(one)))
    throw new Problem(problems.not_administrator);
  const token = newSecret(needs.world);
  const createdAt = needs.world.now();
  const expiresAt = new Date(createdAt.getTime() + SETUP_LINK_HOURS * 3_600_000);
  await needs.transact(async () => {
    // Links before people, as where one is used: two at once wait for each other, and not each for the other.
    await needs.setupLinks.save(tenant.id, token, { userId: userId ?? null, madeBy: writeActor(by), createdAt, expiresAt });
    if (userId !== undefined) await checkPerson(needs, tenant.id, userId);
    await needs.audit.append(tenant.id, {
      action: 'setup-link.made',
      actor: by,
      target: userId === undefined ? `tenant:${tenant.name}` : `user:${userId}`,
      after: { expiresAt: expiresAt.toISOString(), for: userId === undefined ? 'a new administrator' : 'a new password' },
    });
  });
  return { token, expiresAt };
}

async function checkPerson({ users, roles }: LinkNeeds, tenant: TenantId, id: UserId): Promise<void> {
  const user = await users.hold(tenant, id);
  if (!user) throw new Problem(directoryProblems.user_unknown);
  const held = await roles.listMemberships(tenant, id);
  const isAdministrator = held.some(({ of }) => of.builtIn && of.name === FULL_ADMINISTRATOR);
  if (user.status !== 'active' || !isAdministrator) throw new Problem(problems.not_for_this_person);
}

export type StandingNeeds = Pick<PasswordNeeds, 'setupLinks' | 'passwords' | 'roles' | 'world'> & {
  connections: Pick<ConnectionDirectory, 'listUsable'>;
};

/** Whether anybody can administer the tenant: by a password, or as a Full Administrator through a provider that is switched on. */
export async function isSetupNeeded({ passwords, roles, connections }: StandingNeeds, tenant: TenantId): Promise<boolean> {
  if ((await passwords.list(tenant)).some(({ mayUse }) => mayUse)) return false;
  const { active } = await roles.countHolders(tenant, FULL_ADMINISTRATOR);
  return active === 0 || (await connections.listUsable(tenant)).length === 0;
}
