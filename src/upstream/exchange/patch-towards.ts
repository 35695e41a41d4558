import { isObject } from '#directory/index.ts';
import type { StoredConnection } from '../connection-register.ts';
import { connectionDocument, defaultClaims } from '../connections.schema.ts';
import { registeredOf } from '../read-document.ts';
import type { Fields, Registry } from '../registry.ts';

/**
 * The merge patch (RFC 7396) that makes a stored provider what a whole document says: what it leaves out has its default again. Of the
 * protocol's part every field is named, so that a changed issuer fetches nothing anew that the document says itself. A document that leaves
 * to fetching what fetching fills in is no whole one: then what it does not name stays as it was fetched.
 */
export function patchTowards(
  registry: Registry,
  { document: stored }: StoredConnection,
  wanted: Record<string, unknown>,
): Record<string, unknown> {
  const entry = registeredOf(registry, wanted);
  const {
    oidc: _oidc,
    saml: _saml,
    ...policy
  } = isObject(wanted['claims']) ? wanted : { claims: defaultClaims(stored.kind), ...wanted };
  const read = connectionDocument.safeParse(policy);
  const { oidc: _, saml: __, ...before } = stored;
  // What cannot be read is told by whoever judges the whole.
  const patch = difference(before, read.success ? read.data : policy);
  const fields = entry && wanted[entry.member];
  if (!entry) return patch;
  if (!isObject(fields)) return { ...patch, ...(fields === undefined ? {} : { [entry.member]: fields }) };
  const isWhole = entry.missingConfiguration(fields) === undefined;
  return { ...patch, [entry.member]: { ...(isWhole ? absent(stored[entry.member] ?? {}, fields) : {}), ...fields } };
}

/** Null for what is to go; facts of ours are not in a stored document. */
function absent(before: Fields, after: Fields): Fields {
  return Object.fromEntries(
    Object.keys(before)
      .filter((name) => after[name] === undefined)
      .map((name) => [name, null]),
  );
}

function difference(given: unknown, after: Record<string, unknown>): Record<string, unknown> {
  const old = isObject(given) ? given : {};
  const changed = Object.entries(after)
    .filter(([name, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(old[name]))
    .map(([name, value]): [string, unknown] => {
      const before = old[name];
      return [name, isObject(value) && isObject(before) ? difference(before, value) : value];
    });
  return { ...absent(old, after), ...Object.fromEntries(changed) };
}
