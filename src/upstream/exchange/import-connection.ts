import { isObject } from '#directory/index.ts';
import { newId } from '#kernel/ids.ts';
import { type InputFault, isProblem, Problem } from '#kernel/problem.ts';
import type { StoredConnection } from '../connection-register.ts';
import { type NewConnection, prepareNew, writeNew } from '../create-connection.ts';
import { listAll } from '../find-uses.ts';
import type { Change, ConnectionNeeds } from '../needs.ts';
import { problems } from '../problems.ts';
import { registeredOf } from '../read-document.ts';
import { bytesOf } from './canonical.ts';
import { type CarriedKey, type CarriedSecrets, readCarried } from './carried-secrets.ts';
import { checkDepth } from './depth.ts';
import { type ImportWish, readImport } from './read-import.ts';
import { openSecrets } from './sealed-secrets.ts';

/** Why an imported provider goes live that nobody has verified here. */
export const IMPORTED_ON = 'imported as switched on';

/**
 * Makes a provider out of an exported document, by the way of every provider that is made: grants, groups, roles, the one default. A client
 * secret that does not come along is waited for. Own keys that come along are kept; else new ones are made.
 *
 * @throws Problem `upstream.input_invalid` with every fault, `upstream.passphrase_wrong`, `upstream.beyond_caller`, `upstream.slug_taken`
 */
export async function importConnection(needs: ConnectionNeeds, change: Change, body: unknown): Promise<StoredConnection> {
  checkDepth(body);
  const read = readImport(body);
  const opened = await open(read);
  const keys = await withFreeIds(needs, change, opened.carried.keys);
  const document = { ...(isObject(read.identityProvider) ? read.identityProvider : {}), ...overrides(read.wish) };
  const secrets = { ...opened.carried.secrets, ...read.wish.secrets };
  const whole = withSecrets(needs, document, secrets);
  const creation = { ...change, origin: 'imported', override: IMPORTED_ON, keys } as const;
  const judged = await judgeNew(needs, creation, whole.document);
  const errors = [
    ...read.faults,
    ...opened.faults,
    ...whole.faults.map((fault) => ({ ...fault, pointer: placeOf(read, fault.pointer) })),
    ...judged.faults.map((fault) => ({ ...fault, pointer: placeOf(read, fault.pointer) })),
  ];
  if (errors.length > 0 || !judged.made) throw new Problem(problems.input_invalid, { errors: distinct(errors) });
  await writeNew(needs, creation, judged.made);
  return judged.made.stored;
}

/** Judges a provider that is to be made; nothing is written. */
export async function judgeNew(
  needs: ConnectionNeeds,
  creation: Parameters<typeof prepareNew>[1],
  document: Record<string, unknown>,
): Promise<{ made?: NewConnection; faults: readonly InputFault[] }> {
  try {
    return { made: await prepareNew(needs, creation, document), faults: [] };
  } catch (error) {
    if (!isProblem(error, problems.input_invalid.code)) throw error;
    return { faults: error.errors };
  }
}

const overrides = ({ name, slug, enabled }: ImportWish): Record<string, unknown> =>
  Object.fromEntries(Object.entries({ name, slug, enabled }).filter(([, value]) => value !== undefined));

const distinct = (faults: readonly InputFault[]): InputFault[] => [
  ...new Map(faults.map((fault) => [`${fault.pointer} ${fault.code}`, fault])).values(),
];

/** The document with its secrets in place. It must not hold any itself: documents are kept in files, mailed and shown. */
export function withSecrets(
  { registry }: Pick<ConnectionNeeds, 'registry'>,
  document: Record<string, unknown>,
  secrets: Readonly<Record<string, string>>,
): { document: Record<string, unknown>; faults: InputFault[] } {
  const entry = registeredOf(registry, document);
  const fields = entry && document[entry.member];
  if (!entry || !isObject(fields)) return { document, faults: [] };
  const pointers = entry.secrets.filter((name) => Object.hasOwn(fields, name)).map((name) => `/${entry.member}/${name}`);
  const faults = pointers.map((pointer) => ({ pointer, code: 'secret_in_the_open', detail: 'does not belong into a document' }));
  return { document: { ...document, [entry.member]: { ...fields, ...secrets } }, faults };
}

interface Opened {
  carried: CarriedSecrets;
  faults: InputFault[];
}

/** @throws Problem `upstream.passphrase_wrong` */
async function open({ sealed, wish: { passphrase }, beside, at }: ReturnType<typeof readImport>): Promise<Opened> {
  const nothing = { secrets: {}, keys: [] };
  if (!sealed || passphrase === undefined) return { carried: nothing, faults: [] };
  const read = readCarried(await openSecrets(sealed, { passphrase, beside: bytesOf(beside) }));
  if ('carried' in read) return { carried: read.carried, faults: [] };
  return { carried: nothing, faults: read.faults.map((fault) => ({ ...fault, pointer: `${at}/secrets${fault.pointer}` })) };
}

/** Where a fault of the provider stands in the request: what was said beside the document stands there. */
function placeOf({ wish, at }: ReturnType<typeof readImport>, pointer: string): string {
  const [, first = '', second = ''] = pointer.split('/');
  if (second === 'clientSecret' && wish.secrets?.clientSecret !== undefined) return '/secrets/clientSecret';
  return Object.hasOwn(overrides(wish), first) ? pointer : `${at}/identityProvider${pointer}`;
}

/** A provider knows a key by its id; in a tenant that has it already, the copy needs another one. */
export async function withFreeIds(
  { connections, world }: ConnectionNeeds,
  { tenant }: Change,
  keys: readonly CarriedKey[],
): Promise<CarriedKey[]> {
  if (keys.length === 0) return [];
  const taken = new Set<string>();
  for (const { id } of await listAll(connections, tenant))
    for (const key of await connections.listKeys(tenant, id)) taken.add(key.id);
  return keys.map((key) => (taken.has(key.id) ? { ...key, id: newId('key', world) } : key));
}
