import { faultsOf, isObject, nameKeyOf } from '#directory/index.ts';
import { type InputFault, isProblem, type Problem } from '#kernel/problem.ts';
import type { ConnectionKind } from './connection.ts';
import { type ConnectionDocument, connectionDocument } from './connections.schema.ts';
import type { OwnKey } from './keys/own-keys.ts';
import { missingSecrets, withPlaceholders } from './missing-secrets.ts';
import type { Fields, Registered, Registry } from './registry.ts';

/** A connection as somebody wants it, secrets among its fields; nothing is checked yet. */
export interface Candidate {
  document: Record<string, unknown>;
  /** `{tenant URL}/sso/{slug}`. */
  connectionUrl: string;
  keys: readonly OwnKey[];
  /** Secrets that may be missing although they are needed: what was imported waits for them. */
  mayMiss?: readonly string[];
}

/** Read and complete: what is stored, and what is sealed apart. */
export interface ReadDocument {
  document: ConnectionDocument;
  secrets: Record<string, string>;
  settings: unknown;
}

/** Judges a whole document and tells every fault at once, with pointers into the whole. */
export function readDocument(registry: Registry, candidate: Candidate): { read: ReadDocument } | { faults: InputFault[] } {
  const { document } = candidate;
  const shape = connectionDocument.safeParse(document, { reportInput: true });
  const faults = [
    ...(shape.success ? [] : faultsOf(shape.error)),
    ...memberFaults(registry, document),
    ...faultsBetween(document),
  ];
  const entry = registeredOf(registry, document);
  const fields = entry && document[entry.member];
  if (!entry || !isObject(fields)) return { faults };
  const missing = missingSecrets(entry, fields).filter((name) => candidate.mayMiss?.includes(name));
  const judged = readFields(entry, withPlaceholders(fields, missing), candidate);
  if ('faults' in judged) return { faults: [...faults, ...judged.faults] };
  if (!shape.success || faults.length > 0) return { faults };
  const { secrets, open } = splitSecrets(entry, withoutSecrets(judged.complete, missing));
  return { read: { document: { ...shape.data, [entry.member]: open }, secrets, settings: judged.settings } };
}

/** What the registry knows of the document's kind; undefined when it has none. */
export function registeredOf(registry: Registry, { kind }: Record<string, unknown>): Registered | undefined {
  return typeof kind === 'string' && Object.hasOwn(registry, kind) ? registry[kind as ConnectionKind] : undefined;
}

/** Reads the protocol's part as it will be read at every sign-in. */
export function readSettings(entry: Registered, fields: Fields, { connectionUrl, keys }: Omit<Candidate, 'document'>): unknown {
  return entry.protocol.readSettings(withFacts(entry, fields, { connectionUrl, keys }));
}

function withFacts(entry: Registered, fields: Fields, { connectionUrl, keys }: Omit<Candidate, 'document'>): Fields {
  return { ...entry.ownFacts(connectionUrl), ...fields, keys: entry.keysOf(keys) };
}

type Judged = { settings: unknown; complete: Fields } | { faults: InputFault[] };

function readFields(entry: Registered, fields: Fields, candidate: Candidate): Judged {
  const own = factFaults(entry, fields, candidate.connectionUrl);
  // Whatever an administrator says of keys is not theirs to say; the rest is judged all the same.
  const { keys: _keys, ...given } = fields;
  try {
    const settings = readSettings(entry, given, candidate);
    if (own.length > 0) return { faults: own };
    return {
      settings,
      complete: withoutFacts(entry, entry.complete(withFacts(entry, given, candidate)), candidate.connectionUrl),
    };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { faults: [...own, ...faultsOfProtocol(entry, error, candidate.keys)] };
  }
}

function faultsOfProtocol(entry: Registered, { errors }: Problem, keys: readonly OwnKey[]): InputFault[] {
  return errors
    .filter(({ code }) => keys.length > 0 || code !== entry.mendedByKeys)
    .map((fault) => ({ ...fault, pointer: `/${entry.member}${fault.pointer}` }));
}

/** Facts may be sent back as they were shown; another value is refused, not ignored. */
function factFaults(entry: Registered, fields: Fields, connectionUrl: string): InputFault[] {
  const faults: InputFault[] = Object.entries(entry.ownFacts(connectionUrl))
    .filter(([name, value]) => Object.hasOwn(fields, name) && fields[name] !== value && !entry.settableFacts.includes(name))
    .map(([name, value]) => ({ pointer: `/${entry.member}/${name}`, code: 'read_only', detail: `is always ${value}` }));
  if (Object.hasOwn(fields, 'keys'))
    faults.push({ pointer: `/${entry.member}/keys`, code: 'unknown_field', detail: 'is not a field' });
  return faults;
}

/** Facts are not stored: the tenant's URL may move. One that was set otherwise is. */
function withoutFacts(entry: Registered, fields: Fields, connectionUrl: string): Fields {
  const facts = entry.ownFacts(connectionUrl);
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([name, value]) => name !== 'keys' && facts[name] !== value && value !== null && value !== undefined,
    ),
  );
}

const withoutSecrets = (fields: Fields, missing: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !missing.includes(name)));

function splitSecrets(entry: Registered, fields: Fields): { secrets: Record<string, string>; open: Fields } {
  const isSecret = ([name, value]: [string, unknown]): boolean => entry.secrets.includes(name) && typeof value === 'string';
  const all = Object.entries(fields);
  return {
    secrets: Object.fromEntries(all.filter(isSecret)) as Record<string, string>,
    open: Object.fromEntries(all.filter(([name]) => !entry.secrets.includes(name))),
  };
}

/** Exactly the part of its own protocol. */
function memberFaults(registry: Registry, document: Record<string, unknown>): InputFault[] {
  const entry = registeredOf(registry, document);
  if (!entry) return [];
  const faults: InputFault[] = [];
  if (document[entry.member] === undefined) faults.push({ pointer: `/${entry.member}`, code: 'required', detail: 'is required' });
  for (const member of ['oidc', 'saml']) {
    if (member !== entry.member && document[member] !== undefined) {
      faults.push({
        pointer: `/${member}`,
        code: 'not_of_this_kind',
        detail: `does not belong to an identity provider of kind ${document['kind']}`,
      });
    }
  }
  return faults;
}

/** Rules between fields, judged as far as the fields go. */
function faultsBetween({
  groupSync,
  assignedGroups,
  groupMappings,
  roleMappings,
  authentication,
}: Record<string, unknown>): InputFault[] {
  const faults: InputFault[] = [];
  if (groupSync === 'assign' && (!Array.isArray(assignedGroups) || assignedGroups.length === 0)) {
    faults.push({ pointer: '/assignedGroups', code: 'required', detail: 'the groups to assign are missing' });
  }
  const mapped = (member: 'group' | 'role') => (one: unknown) =>
    isObject(one) && typeof one[member] === 'string' ? `${JSON.stringify(one['external'])} ${nameKeyOf(one[member])}` : undefined;
  faults.push(
    ...duplicates('/groupMappings', groupMappings, mapped('group')),
    ...duplicates('/roleMappings', roleMappings, mapped('role')),
  );
  if (isObject(authentication))
    faults.push(...duplicates('/authentication/domains', authentication['domains'], (one) => one as string));
  return faults;
}

function duplicates(pointer: string, list: unknown, keyOf: (one: unknown) => string | undefined): InputFault[] {
  const seen = new Set<string>();
  const repeats = (Array.isArray(list) ? list : []).flatMap((one: unknown, index) => {
    const key = keyOf(one);
    const known = key !== undefined && seen.has(key);
    if (key !== undefined) seen.add(key);
    return known ? [index] : [];
  });
  return repeats.map((index) => ({ pointer: `${pointer}/${index}`, code: 'duplicate', detail: 'is there already' }));
}
