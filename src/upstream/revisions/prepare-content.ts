import { isObject, mergePatch } from '#directory/index.ts';
import { type InputFault, isProblem, Problem } from '#kernel/problem.ts';
import type { StoredConnection } from '../connection-register.ts';
import { defaultFaults } from '../create-connection.ts';
import type { OwnKey } from '../keys/own-keys.ts';
import { missingSecrets } from '../missing-secrets.ts';
import type { Change, ConnectionNeeds } from '../needs.ts';
import { type Prepared, prepare } from '../prepare.ts';
import { presetFaults, sharedDirectoryFaults } from '../presets/apply-preset.ts';
import { problems } from '../problems.ts';
import { readSettings, registeredOf } from '../read-document.ts';
import type { Registered } from '../registry.ts';
import type { Content } from './revision.ts';

/** How a change makes one content out of another. */
export type Edit =
  | { kind: 'patch'; patch: Record<string, unknown> }
  /** What an earlier revision said, secrets included; on or off stays as it is. */
  | { kind: 'restore'; content: Content };

export interface Editing {
  connection: Pick<StoredConnection, 'id' | 'slug'>;
  keys: readonly OwnKey[];
  base: Content;
  edit: Edit;
}

/**
 * What the edit makes of the base, judged as a whole and ready to be stored; outside any transaction.
 * @throws Problem `upstream.input_invalid` with every fault
 */
export async function prepareContent(needs: ConnectionNeeds, change: Change, editing: Editing): Promise<Prepared> {
  const { connection, keys, base, edit } = editing;
  const { id, slug } = connection;
  const entry = registeredOf(needs.registry, base.document);
  if (!entry) throw new Error(`connection ${id} is of a kind that this release does not know`);
  const document = edited(entry, editing);
  const connectionUrl = `${change.tenantUrl}/sso/${slug}`;
  const faults = [
    ...fixedFaults(editing, document),
    ...vendorFaults(editing, document),
    ...(await defaultFaults(needs, change.tenant, { id: id, document })),
  ];
  const mayMiss = mayStayMissing(entry, base, document);
  const prepared = await prepare(needs, { id, document, keys, connectionUrl, mayMiss }, faults);
  const kept = edit.kind === 'restore' ? edit.content : base;
  const told = secretFaults(entry, {
    kept,
    before: settingsOf(entry, kept, { connectionUrl, keys }),
    after: prepared.settings,
    given: edit.kind === 'patch' ? Object.keys(membersOf(edit.patch[entry.member])) : [],
  });
  if (told.length > 0) throw new Problem(problems.input_invalid, { errors: told });
  return prepared;
}

/** What an import left out may stay so for a while, but nobody switches that on. */
function mayStayMissing(entry: Registered, { document, secrets }: Content, next: Record<string, unknown>): string[] {
  if (next['enabled'] === true && !document.enabled) return [];
  return missingSecrets(entry, { ...document[entry.member], ...secrets });
}

const membersOf = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {});

function edited(entry: Registered, { base, edit }: Editing): Record<string, unknown> {
  if (edit.kind === 'patch') return patched(entry, base, edit.patch);
  const { document, secrets } = edit.content;
  return { ...document, enabled: base.document.enabled, [entry.member]: { ...document[entry.member], ...secrets } };
}

/** The document that results, secrets in place; what a changed field makes stale is dropped, to be given or fetched anew. */
function patched(
  { member, staleWith }: Registered,
  { document, secrets }: Content,
  patch: Record<string, unknown>,
): Record<string, unknown> {
  const stored: Record<string, unknown> = { ...document[member] };
  const changes = membersOf(patch[member]);
  const stale = Object.entries(staleWith).flatMap(([trigger, fields]) =>
    Object.hasOwn(changes, trigger) && changes[trigger] !== stored[trigger] ? fields : [],
  );
  const kept = Object.fromEntries(Object.entries(stored).filter(([name]) => !stale.includes(name)));
  return mergePatch({ ...document, [member]: { ...kept, ...secrets } }, patch) as Record<string, unknown>;
}

/** Redirect URIs and entity ids hold the slug: the provider's side would not know the new one. */
function fixedFaults({ base, connection: { slug } }: Editing, candidate: Record<string, unknown>): InputFault[] {
  const fixed: [string, unknown][] = [
    ['kind', base.document.kind],
    ['slug', slug],
  ];
  return fixed
    .filter(([name, value]) => candidate[name] !== value)
    .map(([name, value]) => ({ pointer: `/${name}`, code: 'read_only', detail: `stays ${value}` }));
}

/** Of what the patch itself says: an earlier release may have stored another preset. */
function vendorFaults({ base, edit }: Editing, candidate: Record<string, unknown>): InputFault[] {
  return edit.kind === 'patch' ? [...presetFaults(candidate, base.document), ...sharedDirectoryFaults(edit.patch)] : [];
}

/** Undefined where this release cannot read them: then it is not known where the secrets went. */
function settingsOf(
  entry: Registered,
  { document, secrets }: Content,
  place: { connectionUrl: string; keys: readonly OwnKey[] },
): unknown {
  try {
    return readSettings(entry, { ...document[entry.member], ...secrets }, place);
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}

/** Who cannot read a secret must not have it sent to a host of their own choice either. */
function secretFaults(
  entry: Registered,
  { kept, before, after, given }: { kept: Content; before: unknown; after: unknown; given: readonly string[] },
): InputFault[] {
  const target = before === undefined ? undefined : entry.secretsGoTo(before);
  if (target === entry.secretsGoTo(after)) return [];
  return Object.keys(kept.secrets)
    .filter((name) => !given.includes(name))
    .map((name) => ({
      pointer: `/${entry.member}/${name}`,
      code: 'required_anew',
      detail: 'is needed again, because it would be sent to another host than before',
    }));
}
