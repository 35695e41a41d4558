import type { Actor, AuditLog } from '#audit/index.ts';
import { type ApplicationId, newId, type TenantId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import { newSecret, type Transact, type World } from '#kernel/world.ts';
import { type Application, type ApplicationSettings, type ApplicationStore, usesSecret } from './application.ts';
import { endsTokens, findApplicationFaults } from './application-faults.ts';
import type { ArtifactStore } from './artifacts.ts';
import { problems } from './problems.ts';

export interface ApplicationNeeds {
  applications: ApplicationStore;
  artifacts: ArtifactStore;
  audit: AuditLog;
  transact: Transact;
  world: World;
}

/** Whose application, and who changes it. */
export interface ChangeOf {
  tenant: TenantId;
  by: Actor;
  id: ApplicationId;
}

/**
 * Registers an application. The secret is told here, and never again.
 * @throws Problem `openid_provider.application_invalid` with all faults
 */
export async function createApplication(
  needs: ApplicationNeeds,
  { tenant, by }: Omit<ChangeOf, 'id'>,
  settings: ApplicationSettings,
): Promise<{ application: Application; secret: string | null }> {
  checkApplication(settings);
  const now = needs.world.now();
  const application: Application = { ...settings, id: newId<ApplicationId>('app', needs.world), createdAt: now, updatedAt: now };
  const secret = usesSecret(settings) ? newSecret(needs.world) : null;
  await needs.transact(async () => {
    await needs.applications.insert(tenant, application, secret);
    await record(needs, { tenant, by, id: application.id }, { action: 'application.created', after: settings });
  });
  return { application, secret };
}

/**
 * Changes an application. What it holds ends when it is switched off, loses scopes or grant types, or is no longer of the house.
 * @throws Problem `openid_provider.application_not_found`, `openid_provider.application_invalid`
 */
export async function changeApplication(
  needs: ApplicationNeeds,
  of: ChangeOf,
  change: Partial<ApplicationSettings>,
): Promise<{ application: Application; secret: string | null }> {
  return needs.transact(async () => {
    const { application: before } = await getApplication(needs, of);
    const after: Application = { ...before, ...change, updatedAt: needs.world.now() };
    checkApplication(after);
    // A secret comes and goes with the way to use it.
    const secret = usesSecret(after) === usesSecret(before) ? undefined : usesSecret(after) ? newSecret(needs.world) : null;
    await needs.applications.update(of.tenant, after, secret);
    if (endsTokens(before, after)) await needs.artifacts.endOfApplication(of.tenant, of.id);
    const changed = Object.keys(change) as (keyof ApplicationSettings)[];
    await record(needs, of, {
      action: 'application.changed',
      before: Object.fromEntries(changed.map((name) => [name, before[name]])),
      after: Object.fromEntries(changed.map((name) => [name, after[name]])),
    });
    return { application: after, secret: secret ?? null };
  });
}

/** @throws Problem `openid_provider.application_not_found` */
export async function removeApplication(needs: ApplicationNeeds, of: ChangeOf): Promise<void> {
  await needs.transact(async () => {
    const { application } = await getApplication(needs, of);
    await needs.artifacts.endOfApplication(of.tenant, of.id);
    await needs.applications.remove(of.tenant, of.id);
    await record(needs, of, {
      action: 'application.removed',
      before: { name: application.name, redirectUris: application.redirectUris },
    });
  });
}

/**
 * Gives an application a new secret; the old one is worth nothing from now on. What the application holds stays.
 * @throws Problem `openid_provider.application_not_found`, `openid_provider.secret_not_used`
 */
export async function renewSecret(needs: ApplicationNeeds, of: ChangeOf): Promise<{ application: Application; secret: string }> {
  return needs.transact(async () => {
    const { application } = await getApplication(needs, of);
    if (!usesSecret(application)) throw new Problem(problems.secret_not_used);
    const secret = newSecret(needs.world);
    const renewed = { ...application, updatedAt: needs.world.now() };
    await needs.applications.update(of.tenant, renewed, secret);
    await record(needs, of, { action: 'application.secret-renewed' });
    return { application: renewed, secret };
  });
}

/** @throws Problem `openid_provider.application_not_found` */
export async function getApplication(
  { applications }: Pick<ApplicationNeeds, 'applications'>,
  { tenant, id }: Pick<ChangeOf, 'tenant' | 'id'>,
): Promise<{ application: Application; secret: string | null }> {
  const found = await applications.find(tenant, id);
  if (!found) throw new Problem(problems.application_not_found);
  return found;
}

function checkApplication(settings: ApplicationSettings): void {
  const errors = findApplicationFaults(settings);
  if (errors.length > 0) throw new Problem(problems.application_invalid, { errors });
}

/** Last in its transaction: the entry holds the tenant's chain until it ends. */
function record(
  { audit }: ApplicationNeeds,
  { tenant, by, id }: ChangeOf,
  { action, before, after }: { action: string; before?: unknown; after?: unknown },
): Promise<void> {
  return audit.append(tenant, { action, actor: by, target: `application:${id}`, before, after });
}
