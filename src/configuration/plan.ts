import type { Permission } from '#kernel/permission.ts';
import type { InputFault } from '#kernel/problem.ts';
import { bytesOf } from '#upstream/index.ts';
import type { ConfigurationChange, ConfigurationNeeds } from './needs.ts';

export const kinds = ['tenant', 'settings', 'role', 'group', 'domain', 'identity-provider', 'application'] as const;
export type Kind = (typeof kinds)[number];
export const actions = ['create', 'change', 'keep', 'remove', 'refuse'] as const;

/** What changing one of each takes. */
export const permissionOf: Record<Kind, Permission> = {
  tenant: 'settings:write',
  settings: 'settings:write',
  role: 'roles:write',
  group: 'users:write',
  domain: 'domains:write',
  'identity-provider': 'identity-providers:write',
  application: 'applications:write',
};

export interface PlanDifference {
  pointer: string;
  before: unknown;
  after: unknown;
}

/** What becomes of one thing. */
export interface PlanItem {
  action: (typeof actions)[number];
  kind: Kind;
  name: string;
  /** Empty for what is created or removed. */
  differences: readonly PlanDifference[];
  /** Why it is refused, with pointers into the request. */
  faults: readonly InputFault[];
  /** The change waits, or will wait, for Verify. */
  staged: boolean;
  /** Pointers to secrets that an identity provider will wait for. */
  missing: readonly string[];
}

/** Told once, where something is made or given a secret. */
export interface MadeApplication {
  name: string;
  clientId: string;
  clientSecret: string | null;
}

export interface Planned {
  item: PlanItem;
  /** Where it stands in the request. */
  at: string;
  /** Takes the step, in the running transaction; undefined where nothing is to be done. */
  write?: (needs: ConfigurationNeeds) => Promise<MadeApplication | void>;
}

/** What planning looks at. */
export interface Planning {
  needs: ConfigurationNeeds;
  change: ConfigurationChange;
  /** Whether what the document does not name of a kind that it names is removed. */
  rest: 'keep' | 'remove';
}

const PRUNE = '/prune';

export function planned(kind: Kind, name: string, at: string): Planned & { item: PlanItem } {
  return { item: { action: 'keep', kind, name, differences: [], faults: [], staged: false, missing: [] }, at };
}

export function creating(one: Planned, write: Planned['write']): Planned {
  return { ...one, item: { ...one.item, action: 'create' }, write };
}

/** Kept where nothing differs. */
export function changing(one: Planned, differences: readonly PlanDifference[], write: Planned['write']): Planned {
  return differences.length === 0 ? one : { ...one, item: { ...one.item, action: 'change', differences }, write };
}

export function removing(kind: Kind, name: string, write: Planned['write']): Planned {
  const one = planned(kind, name, PRUNE);
  return { ...one, item: { ...one.item, action: 'remove' }, write };
}

export function refusing(one: Planned, faults: readonly InputFault[]): Planned {
  return { at: one.at, item: { ...one.item, action: 'refuse', faults } };
}

/** Members that differ, of those that are wanted. */
export function differencesOf(before: object, after: object): PlanDifference[] {
  const old = new Map<string, unknown>(Object.entries(before));
  return Object.entries(after)
    .filter(([name, value]) => value !== undefined && !isSame(old.get(name), value))
    .map(([name, value]) => ({ pointer: `/${name}`, before: old.get(name) ?? null, after: value }));
}

/** As JSON, whatever the order of members. */
export const isSame = (one: unknown, other: unknown): boolean => bytesOf(one ?? null).equals(bytesOf(other ?? null));

/** Page by page until there is no more. */
export async function listAll<One>(
  read: (page: { limit: number; after?: string }) => Promise<readonly One[]>,
  keyOf: (one: One) => string,
): Promise<One[]> {
  const found: One[] = [];
  for (;;) {
    const last = found.at(-1);
    const page = await read({ limit: PAGE, after: last && keyOf(last) });
    found.push(...page);
    if (page.length < PAGE) return found;
  }
}

const PAGE = 200;
