import { FULL_ADMINISTRATOR, type User } from '#directory/index.ts';
import { newId, type UserId } from '#kernel/ids.ts';
import { type InputFault, Problem } from '#kernel/problem.ts';
import { createTrace } from '#kernel/trace.ts';
import type { SessionId } from '#sessions/index.ts';
import type { Tenant } from '#tenants/index.ts';
import type { Progress, SignedIn } from '../progress.ts';
import { newReference } from '../reference.ts';
import { enterByPassword } from './enter-by-password.ts';
import { SALT_BYTES } from './hash.ts';
import { judgePassword } from './judge-password.ts';
import type { PasswordNeeds } from './needs.ts';
import { problems } from './problems.ts';
import type { SetupLink } from './setup-links.ts';

/** What the page behind a set-up link asks for; the address and name of somebody who exists already are not asked. */
export interface SetupForm {
  email: string;
  name: string;
  password: string;
  repeated: string;
}

export interface SettingUp {
  tenant: Tenant;
  token: string;
  network: string;
  previousSession: SessionId | undefined;
}

/** Where a local administrator goes first. */
const CONSOLE = '/console/';

/** A link that can be used, and whose password it sets. @throws Problem `password.link_unusable` */
export async function findSetupLink(
  { setupLinks, users, world }: PasswordNeeds,
  { tenant, token }: Pick<SettingUp, 'tenant' | 'token'>,
): Promise<{ link: SetupLink; user: User | undefined }> {
  const link = /^[\w-]{43}$/.test(token) ? await setupLinks.find(tenant.id, token, world.now()) : undefined;
  const user = link?.userId ? await users.find(tenant.id, link.userId) : undefined;
  if (!link || (link.userId !== null && user?.status !== 'active')) throw new Problem(problems.link_unusable);
  return { link, user };
}

/**
 * Makes the local administrator, or sets the password of the one that the link is for, and signs them in. The link is taken in the same
 * transaction: of two at once one gets in, and one that made no account can be used again.
 *
 * @throws Problem `password.link_unusable`, `password.input_invalid`, `password.address_unusable`, `password.busy`
 */
export async function useSetupLink(needs: PasswordNeeds, settingUp: SettingUp, form: SetupForm): Promise<SignedIn> {
  const { tenant } = settingUp;
  const { user: known } = await findSetupLink(needs, settingUp);
  const errors = findFaults(form, { tenant, known });
  if (errors.length > 0) throw new Problem(problems.input_invalid, { errors });
  // Only behind a link that works: nobody else can have passwords hashed here.
  const hash = await needs.hashing.hash(form.password, needs.world.randomBytes(SALT_BYTES));
  return needs.transact(() => setUp(needs, settingUp, { form, hash }));
}

async function setUp(
  needs: PasswordNeeds,
  { tenant, token, network, previousSession }: SettingUp,
  { form, hash }: { form: SetupForm; hash: string },
): Promise<SignedIn> {
  const now = needs.world.now();
  const link = await needs.setupLinks.take(tenant.id, token, now);
  if (!link) throw new Problem(problems.link_unusable);
  const reference = newReference(needs.world);
  const trace = createTrace(needs.world);
  trace.note('password.setup_link', { received: { madeBy: link.madeBy, for: link.userId ?? 'a new administrator', network } });
  const user =
    link.userId === null ? await makeAdministrator(needs, tenant, form) : await resetAdministrator(needs, tenant, link.userId);
  await needs.passwords.set(tenant.id, user.id, { hash, changedAt: now });
  const progress: Progress = { tenant, startedAt: now, reference, trace, earlierLines: [] };
  return enterByPassword(needs, progress, {
    user,
    event: link.userId === null ? 'made' : 'reset',
    network,
    returnTo: CONSOLE,
    applicationId: null,
    askedAcr: [],
    previousSession,
  });
}

/**
 * The address was typed, not proven: no provider's claim of it is ever taken for this account (ATTACKS T122, T124), and no mail goes there
 * before somebody confirms it.
 */
async function makeAdministrator(needs: PasswordNeeds, tenant: Tenant, form: SetupForm): Promise<User> {
  const now = needs.world.now();
  const user: User = {
    id: newId<UserId>('usr', needs.world),
    email: form.email,
    emailVerified: false,
    userId: null,
    userPrincipalName: null,
    profile: { ...splitName(form.name), custom: {} },
    status: 'active',
    createdAt: now,
    updatedAt: now,
    lastSignInAt: now,
  };
  if ((await needs.users.insert(tenant.id, user)) === 'taken') throw new Problem(problems.address_unusable);
  const [role] = await needs.roles.findByNames(tenant.id, [FULL_ADMINISTRATOR]);
  if (!role) throw new Error('a tenant without its built-in roles');
  await needs.roles.setMemberships(tenant.id, user.id, 'manual', [role.id], 'add');
  await needs.audit.append(tenant.id, {
    action: 'user.created',
    actor: { kind: 'nobody' },
    target: `user:${user.id}`,
    after: { email: user.email, ...user.profile, status: user.status, roles: [FULL_ADMINISTRATOR], localAdministrator: true },
  });
  return user;
}

/** Whoever had the old password, or a session by it, is out. */
async function resetAdministrator(needs: PasswordNeeds, tenant: Tenant, id: UserId): Promise<User> {
  const user = await needs.users.hold(tenant.id, id);
  if (user?.status !== 'active') throw new Problem(problems.link_unusable);
  await needs.sessions.endOfUser(tenant.id, id);
  await needs.users.noteSignIn(tenant.id, id, needs.world.now());
  await needs.audit.append(tenant.id, {
    action: 'user.password-set',
    actor: { kind: 'nobody' },
    target: `user:${id}`,
    after: { by: 'set-up link' },
  });
  return user;
}

/** The last word is the family's; good enough for a greeting, and the person can correct it. */
function splitName(name: string): { firstName: string; lastName?: string } {
  const words = name.split(/\s+/);
  const last = words.pop() ?? '';
  return words.length === 0 ? { firstName: last } : { firstName: words.join(' '), lastName: last };
}

/** One `@`, a host name with a dot or one label, no quoting: as strict as mail needs it. */
const ADDRESS = /^[^\s\p{C}()<>[\]\\,;:"@]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u;

function findFaults(
  { email, name, password, repeated }: SetupForm,
  { tenant, known }: { tenant: Tenant; known: User | undefined },
): InputFault[] {
  const faults: InputFault[] = [];
  const add = (pointer: string, code: string, detail: string): void => void faults.push({ pointer, code, detail });
  if (!known && (email.length > 254 || !ADDRESS.test(email))) add('/email', 'malformed', 'is one e-mail address');
  if (!known && (name === '' || name.length > 200 || /\p{C}/u.test(name))) add('/name', 'malformed', 'is one line of text');
  const { firstName = '', lastName = '' } = known?.profile ?? {};
  const names = [known?.email ?? email, name, firstName, lastName, tenant.name, tenant.displayName];
  const fault = judgePassword(password, names);
  if (fault) add('/password', fault, 'is not a password that can be used');
  else if (repeated !== password) add('/repeated', 'different', 'is the same password again');
  return faults;
}
