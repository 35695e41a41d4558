import { type InputFault, isProblem, Problem } from '#kernel/problem.ts';
import { checkDepth, listAllConnections } from '#upstream/index.ts';
import type { ConfigurationChange, ConfigurationNeeds } from './needs.ts';
import { type MadeApplication, type PlanItem, type Planned, type Planning, permissionOf, refusing } from './plan.ts';
import { planApplications } from './plan-applications.ts';
import { planDomains } from './plan-domains.ts';
import { namesInUse, planGroups, planRoles } from './plan-named.ts';
import { planProviders } from './plan-providers.ts';
import { planTenant } from './plan-tenant.ts';
import { problems } from './problems.ts';
import { AT, type ReadApply, readApply } from './read-apply.ts';
import { placed } from './tenant-document.ts';

export interface Applied {
  applied: boolean;
  items: readonly PlanItem[];
  /** Told once; none when nothing was applied. */
  applications: readonly MadeApplication[];
}

/**
 * Makes a tenant what the document says, or says what that would come to. Everything is done by the ordinary steps in one transaction: all of
 * it or nothing. A second time it changes nothing. Sensitive changes of a provider that is on are staged, unless a reason is given.
 *
 * A plan takes the same steps and undoes them: what only the store can refuse, a domain that another tenant owns, it refuses as well.
 *
 * @throws Problem `configuration.document_invalid` with every fault, `upstream.passphrase_wrong`; a plan throws only for what cannot be read
 */
export async function applyTenant(needs: ConfigurationNeeds, change: ConfigurationChange, body: unknown): Promise<Applied> {
  checkDepth(body);
  const read = await readApply(body);
  const { dryRun, prune, override } = read.wish;
  const planning: Planning = {
    needs: mayConnect(change) ? (dryRun ? withOneKey(needs) : needs) : withoutNetwork(withOneKey(needs)),
    change: { ...change, override },
    rest: prune ? 'remove' : 'keep',
  };
  const plans = (await planAll(planning, read)).map((one) => permitted(planning, one));
  const { done, made } = await take(needs, planning, { plans, keep: !dryRun && read.faults.length === 0 });
  const faults = [...read.faults, ...done.flatMap(({ item }) => item.faults)];
  if (read.faults.length > 0 || (!dryRun && faults.length > 0)) throw new Problem(problems.document_invalid, { errors: faults });
  return { applied: !dryRun, items: done.map(({ item }) => item), applications: dryRun ? [] : made };
}

/** What is removed of a kind that others name goes last. */
async function planAll(planning: Planning, { document, carried }: ReadApply): Promise<Planned[]> {
  const { needs, change } = planning;
  const { domains, roles, groups, identityProviders, applications } = document.lists;
  const providers =
    identityProviders?.map(({ value }): Record<string, unknown> => value) ??
    (await listAllConnections(needs.connections, change.tenant)).map((stored) => stored.document);
  const used = namesInUse(providers);
  const plans = [
    ...planTenant(planning, document, AT),
    ...(roles ? await planRoles(planning, roles, used.roles) : []),
    ...(groups ? await planGroups(planning, groups, used.groups) : []),
    ...(domains ? await planDomains(planning, domains) : []),
    ...(identityProviders ? await planProviders(planning, identityProviders, carried) : []),
    ...(applications ? await planApplications(planning, applications) : []),
  ];
  const isLast = ({ item: { action, kind } }: Planned): boolean => action === 'remove' && kind !== 'identity-provider';
  return [...plans.filter((one) => !isLast(one)), ...plans.filter(isLast)];
}

/** Whoever plans may read everything; each step takes what its own route takes. */
function permitted({ change: { permissions } }: Planning, one: Planned): Planned {
  const permission = permissionOf[one.item.kind];
  if (!one.write || permissions === 'all' || permissions.has(permission)) return one;
  return refusing(one, [{ pointer: one.at, code: 'forbidden', detail: `needs ${permission}` }]);
}

interface Taken {
  done: readonly Planned[];
  made: MadeApplication[];
}

/** Undoes a transaction that went well. */
class Undone extends Error {
  readonly taken: Taken;
  constructor(taken: Taken) {
    super('undone');
    this.taken = taken;
  }
}

async function take(
  needs: ConfigurationNeeds,
  { change }: Planning,
  { plans, keep }: { plans: readonly Planned[]; keep: boolean },
): Promise<Taken> {
  try {
    return await needs.transact(async () => {
      const taken = await takeAll(needs, plans);
      if (!keep || taken.done.some(({ item }) => item.action === 'refuse')) throw new Undone(taken);
      await tell(needs, change, taken);
      return taken;
    });
  } catch (error) {
    if (error instanceof Undone) return error.taken;
    throw error;
  }
}

async function takeAll(needs: ConfigurationNeeds, plans: readonly Planned[]): Promise<Taken> {
  const done: Planned[] = [];
  const made: MadeApplication[] = [];
  for (const one of plans) {
    try {
      const told = await one.write?.(needs);
      if (told) made.push(told);
      done.push(one);
    } catch (error) {
      // One refusal undoes all; the others are tried all the same, so that every fault is told at once.
      if (!isProblem(error)) throw error;
      done.push(refusing(one, faultsOf(error, one.at)));
    }
  }
  return { done, made };
}

function faultsOf(problem: Problem, at: string): InputFault[] {
  if (problem.errors.length > 0) return placed(at, problem.errors);
  return [{ pointer: at, code: problem.code, detail: problem.detail ?? problem.type.title }];
}

/** After the entries of the steps themselves. */
async function tell(
  { audit }: ConfigurationNeeds,
  { tenant, by, of, override }: ConfigurationChange,
  { done }: Taken,
): Promise<void> {
  const changed = done.filter(({ write }) => write !== undefined);
  if (changed.length === 0) return;
  const counted = (action: PlanItem['action']): number => changed.filter(({ item }) => item.action === action).length;
  const after = { created: counted('create'), changed: counted('change'), removed: counted('remove') };
  const told = { ...after, ...(override === undefined ? {} : { override }) };
  await audit.append(tenant, { action: 'tenant.applied', actor: by, target: `tenant:${of.name}`, after: told });
}

/** A key of ours takes a tenth of a second to make; a plan makes one, and keeps none. */
function withOneKey(needs: ConfigurationNeeds): ConfigurationNeeds {
  let made: ReturnType<ConfigurationNeeds['makeRsaKey']> | undefined;
  return { ...needs, makeRsaKey: () => (made ??= needs.makeRsaKey()) };
}

const mayConnect = ({ permissions }: ConfigurationChange): boolean =>
  permissions === 'all' || permissions.has(permissionOf['identity-provider']);

/** Whoever may not set a provider up sends the gateway nowhere: a plan of theirs would have fetched whatever it names. */
function withoutNetwork(needs: ConfigurationNeeds): ConfigurationNeeds {
  const refusal = new Problem(problems.not_fetched);
  return { ...needs, world: { ...needs.world, fetch: () => Promise.reject(refusal) } };
}
