import { z } from 'zod';
import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import { type ConnectionJson, connectionJson, describeConnection } from '../connection-json.ts';
import type { StoredConnection } from '../connection-register.ts';
import { expiryWarnings } from '../health/expiry-warnings.ts';
import type { ConnectionNeeds } from '../needs.ts';
import { isVerified } from './decide-change.ts';
import { type Difference, differencesBetween } from './differences.ts';
import { type Revision, revisionOrigins, revisionStates } from './revision.ts';

const moment = z.iso.datetime();
const actor = z.object({ kind: z.string(), id: z.string().optional() });

export const differenceJson = z.object({
  pointer: z.string(),
  before: z.unknown().describe('null: not set; certificates by fingerprint and expiry; of secrets only that they are set'),
  after: z.unknown(),
  secret: z.boolean(),
  sensitive: z.boolean().describe('goes live only when Verify passed, or by an override'),
  because: z.string(),
});
export type DifferenceJson = z.output<typeof differenceJson>;

/** What waits for somebody to activate it. */
export const stagedJson = z.object({
  revision: z.int(),
  differences: z.array(differenceJson).describe('to the document that is shown'),
  verified: z.boolean(),
  madeAt: moment,
  madeBy: actor,
});

/** An identity provider with what is known of its revisions: the answer of its routes. */
export const currentJson = connectionJson.extend({
  verified: z.boolean().describe('Verify passed on this revision'),
  staged: stagedJson.nullable(),
});
export type CurrentJson = z.input<typeof currentJson>;

export const revisionJson = z.object({
  revision: z.int(),
  state: z.enum(revisionStates),
  origin: z.enum(revisionOrigins),
  source: z.int().nullable().describe('the revision that was rolled back to, or carried on'),
  base: z.int().nullable().describe('the revision that it was made over'),
  madeAt: moment,
  madeBy: actor,
  activatedAt: moment.nullable(),
  activatedBy: actor.nullable(),
  override: z.string().nullable().describe('why it went live unverified'),
  verified: z.boolean(),
  verification: z.object({ id: z.string(), passed: z.boolean(), at: moment }).nullable().describe('the last Verify of it'),
});
export const listedRevision = revisionJson.extend({
  differences: z
    .object({ pointers: z.array(z.string()), sensitive: z.boolean() })
    .nullable()
    .describe('to its base; null where that is not kept any more'),
});
export const wholeRevision = revisionJson.extend({
  document: connectionJson,
  differences: z.object({ toBase: z.array(differenceJson).nullable(), toCurrent: z.array(differenceJson) }),
});

export function describeRevision(revision: Revision): z.input<typeof revisionJson> {
  const { number, state, origin, source, base, madeAt, madeBy, activatedAt, activatedBy, override, verification } = revision;
  return {
    revision: number,
    state,
    origin,
    source,
    base,
    madeAt: madeAt.toISOString(),
    madeBy,
    activatedAt: activatedAt && activatedAt.toISOString(),
    activatedBy,
    override,
    verified: isVerified(verification),
    verification: verification && {
      id: verification.verification,
      passed: verification.passed,
      at: verification.at.toISOString(),
    },
  };
}

/** Without its class, which is the gateway's own business. */
export const describeDifferences = (differences: readonly Difference[]): DifferenceJson[] =>
  differences.map(({ class: _, ...difference }) => difference);

type Needs = Pick<ConnectionNeeds, 'registry' | 'revisions' | 'world'>;
interface Place {
  tenant: TenantId;
  tenantUrl: string;
}

export async function describeCurrent(needs: Needs, place: Place, stored: StoredConnection): Promise<CurrentJson> {
  const [shown] = await describeAll(needs, place, [stored]);
  if (!shown) throw new Error('one connection is described as none');
  return shown;
}

/** However many they are, in one further query. */
export async function describeAll(needs: Needs, place: Place, all: readonly StoredConnection[]): Promise<CurrentJson[]> {
  const ids = all.map(({ id }) => id);
  const open = await needs.revisions.listOpen(place.tenant, ids);
  const now = needs.world.now();
  return all.map((stored) => {
    const { current, staged } = open.get(stored.id) ?? {};
    const shown = describeConnection(needs.registry, stored, place.tenantUrl);
    return {
      ...shown,
      warnings: [...shown.warnings, ...expiryWarnings(stored, now)],
      verified: current?.number === stored.revision && isVerified(current.verification),
      staged: staged ? describeStaged(stored, staged) : null,
    };
  });
}

function describeStaged(stored: StoredConnection, staged: Revision): z.input<typeof stagedJson> {
  const { number, madeAt, madeBy, verification } = staged;
  const differences = describeDifferences(differencesBetween(stored, staged));
  return { revision: number, differences, verified: isVerified(verification), madeAt: madeAt.toISOString(), madeBy };
}

/** A page of revisions, each with what it changed: bases that are not on the page are looked up. */
export async function describeRevisions(
  { revisions }: Needs,
  { tenant, id }: { tenant: TenantId; id: ConnectionId },
  page: readonly Revision[],
): Promise<z.input<typeof listedRevision>[]> {
  const known = new Map<number, Revision | undefined>(page.map((one) => [one.number, one]));
  const described: z.input<typeof listedRevision>[] = [];
  for (const one of page) {
    if (one.base !== null && !known.has(one.base)) known.set(one.base, await revisions.read(tenant, id, one.base));
    described.push({ ...describeRevision(one), differences: summaryOf(one, one.base === null ? one : known.get(one.base)) });
  }
  return described;
}

function summaryOf(revision: Revision, base: Revision | undefined) {
  if (!base) return null;
  const found = differencesBetween(base, revision);
  return { pointers: found.map(({ pointer }) => pointer), sensitive: found.some(({ sensitive }) => sensitive) };
}

/** One revision as the provider would be with it, beside what it changes. */
export async function describeWhole(
  needs: Needs,
  { tenant, tenantUrl, stored }: Place & { stored: StoredConnection },
  revision: Revision,
): Promise<z.input<typeof wholeRevision>> {
  const { document, secrets, number, madeAt } = revision;
  const base = revision.base === null ? revision : await needs.revisions.read(tenant, stored.id, revision.base);
  const as: StoredConnection = { ...stored, revision: number, document, secrets, updatedAt: madeAt };
  const shown: ConnectionJson = describeConnection(needs.registry, as, tenantUrl);
  return {
    ...describeRevision(revision),
    document: shown,
    differences: {
      toBase: base ? describeDifferences(differencesBetween(base, revision)) : null,
      toCurrent: describeDifferences(differencesBetween(stored, revision)),
    },
  };
}
