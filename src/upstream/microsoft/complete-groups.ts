import { Problem } from '#kernel/problem.ts';
import type { Fact } from '#kernel/trace.ts';
import type { Overage, SignInWorld, UpstreamClaims } from '../protocol.ts';
import type { GraphAccess } from './access.ts';
import { GUID } from './clouds.ts';
import { findGroups } from './find-groups.ts';
import { problems } from './problems.ts';

/** Somebody whose groups the provider did not send, verified in all else. */
export interface Incomplete {
  /** The claim that would have had them. */
  claim: string;
  claims: UpstreamClaims;
  /** Directory and object, of the verified answer. */
  person: { directoryId: unknown; objectId: unknown };
}

export interface Completed {
  claims: UpstreamClaims;
  overage: readonly Overage[];
}

/**
 * Completes the groups of a person through Graph. A failure ends no sign-in: the list stays known to be incomplete, and the trace says
 * why and what to do.
 *
 * @param access undefined where it is not set up
 */
export async function completeGroups(
  { claim, claims, person }: Incomplete,
  access: GraphAccess | undefined,
  world: SignInWorld,
): Promise<Completed> {
  const { trace } = world;
  const incomplete = (code: string | null, facts: Record<string, Fact>): Completed => {
    trace.note('microsoft.groups', { expected: 'all groups', received: { incomplete: claim, code, ...facts } });
    return { claims: withList(claims, { claim, list: undefined }), overage: [{ claim, code }] };
  };
  if (!access) return incomplete(null, { whatToDo: 'Switch groupOverage on to read them from Microsoft Graph.' });
  try {
    const groups = await findGroups(access, checkPerson(person, access), world);
    trace.note('microsoft.groups', { expected: 'all groups', received: { groups: groups.length, from: access.cloud.graph } });
    return { claims: withList(claims, { claim, list: groups }), overage: [] };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { remedy, title } = error.type;
    return incomplete(error.code, { why: title, ...(remedy ? { whatToDo: remedy } : {}), ...told(error) });
  }
}

/** @returns the object id. A person of another directory is not looked up in ours. */
function checkPerson({ directoryId, objectId }: Incomplete['person'], access: GraphAccess): string {
  const here = typeof directoryId === 'string' && directoryId.toLowerCase() === access.directoryId.toLowerCase();
  if (!here || typeof objectId !== 'string' || !GUID.test(objectId)) throw new Problem(problems.person_unidentified);
  return objectId;
}

/** The list in the place of what came instead of it (`"groups": "src1"`). Without prototype: `constructor` is no claim. */
function withList(
  claims: UpstreamClaims,
  { claim, list }: { claim: string; list: readonly string[] | undefined },
): UpstreamClaims {
  const all = Object.assign(Object.create(null) as Record<string, unknown>, claims);
  if (list === undefined) delete all[claim];
  else all[claim] = list;
  return all;
}

function told({ facts }: Problem): Record<string, Fact> {
  const shown = Object.entries(facts).filter(
    (entry): entry is [string, Fact] => entry[1] !== null && ['string', 'number'].includes(typeof entry[1]),
  );
  return Object.fromEntries(shown);
}
