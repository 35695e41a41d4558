import { isObject } from '#directory/index.ts';
import type { ConnectionId } from '#kernel/ids.ts';
import { type InputFault, isProblem, Problem } from '#kernel/problem.ts';
import { newKey } from './keys/new-key.ts';
import { activeKey, type OwnKey } from './keys/own-keys.ts';
import type { ConnectionNeeds } from './needs.ts';
import { problems } from './problems.ts';
import { type Candidate, type ReadDocument, readDocument, registeredOf } from './read-document.ts';
import type { Registered } from './registry.ts';

export type Prepared = ReadDocument & { newKeys: OwnKey[] };
type Needs = Pick<ConnectionNeeds, 'registry' | 'world' | 'makeRsaKey'>;

/**
 * Makes a candidate ready to be stored, outside any transaction: fetches what is missing and can be fetched, judges the whole, makes the
 * keys of ours that it needs.
 *
 * @param others faults that the caller has found, told together with these
 * @throws Problem `upstream.input_invalid`
 */
export async function prepare(
  needs: Needs,
  candidate: Candidate & { id: ConnectionId },
  others: readonly InputFault[],
): Promise<Prepared> {
  const filled = await fillIn(needs, candidate);
  const judged = judge(needs, { ...candidate, document: filled.document }, [...others, ...filled.faults]);
  const newKeys = await makeMissingKeys(needs, { ...candidate, document: filled.document });
  if (newKeys.length === 0 && judged) return { ...judged, newKeys };
  const whole = judge(needs, { ...candidate, document: filled.document, keys: [...newKeys, ...candidate.keys] }, []);
  if (!whole) throw new Error('a connection without faults cannot be read');
  return { ...whole, newKeys };
}

/** Undefined when only keys are missing. */
function judge({ registry }: Needs, candidate: Candidate, others: readonly InputFault[]): ReadDocument | undefined {
  const judged = readDocument(registry, candidate);
  const faults = 'faults' in judged ? judged.faults : [];
  // What could not be fetched is missing for that reason: the one fault says so.
  const failed = new Set(others.filter(({ code }) => code !== 'required').map(({ pointer }) => pointer));
  const filled = fillsAfterFailure(registry, candidate, failed);
  const errors = [...others, ...faults.filter(({ pointer, code }) => !(code === 'required' && filled.has(pointer)))];
  if (errors.length > 0) throw new Problem(problems.input_invalid, { errors: distinct(errors) });
  return 'read' in judged ? judged.read : undefined;
}

function distinct(faults: readonly InputFault[]): InputFault[] {
  return [...new Map(faults.map((fault) => [`${fault.pointer} ${fault.code}`, fault])).values()];
}

function fillsAfterFailure(
  registry: Needs['registry'],
  { document }: Candidate,
  failed: ReadonlySet<string>,
): ReadonlySet<string> {
  const entry = registeredOf(registry, document);
  const missing = entry && missingOf(entry, document);
  if (!entry || !missing || !failed.has(`/${entry.member}/${missing.from}`)) return new Set();
  return new Set(missing.fills.map((name) => `/${entry.member}/${name}`));
}

function missingOf(entry: Registered, document: Record<string, unknown>) {
  const fields = document[entry.member];
  return isObject(fields) ? entry.missingConfiguration(fields) : undefined;
}

/** One guarded fetch at most. What was given goes before what was fetched. */
async function fillIn(
  { registry, world }: Needs,
  { document }: Candidate,
): Promise<{ document: Record<string, unknown>; faults: InputFault[] }> {
  const entry = registeredOf(registry, document);
  const missing = entry && missingOf(entry, document);
  if (!entry || !missing) return { document, faults: [] };
  try {
    const { settings } = await entry.protocol.fetchConfiguration(missing.source, world);
    return { document: { ...document, [entry.member]: { ...settings, ...(document[entry.member] as object) } }, faults: [] };
  } catch (error) {
    if (!isProblem(error)) throw error;
    const detail = error.detail ?? error.errors[0]?.detail ?? error.type.title;
    return { document, faults: [{ pointer: `/${entry.member}/${missing.from}`, code: error.code, detail }] };
  }
}

async function makeMissingKeys(needs: Needs, { document, id, keys }: Candidate & { id: ConnectionId }): Promise<OwnKey[]> {
  const entry = registeredOf(needs.registry, document);
  const uses = entry?.neededKeys(document[entry.member] as Record<string, unknown>) ?? [];
  return Promise.all(uses.filter((use) => !activeKey(keys, use)).map((use) => newKey(needs, id, use)));
}
