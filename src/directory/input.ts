import type { z } from 'zod';
import { type InputFault, Problem, type ProblemType } from '#kernel/problem.ts';

/** JSON pointer of a path. @see RFC 6901 §3 */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** All faults of a document: an unknown field is pointed at itself, a missing one is `required`. */
export function faultsOf(error: z.ZodError): InputFault[] {
  return error.issues.flatMap((issue): InputFault[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        pointer: pointerOf([...issue.path, key]),
        code: 'unknown_field',
        detail: 'is not a field',
      }));
    }
    const missing = issue.code === 'invalid_type' && issue.input === undefined;
    const code = issue.code === 'custom' ? String(issue.params?.['code'] ?? 'invalid') : issue.code;
    return [
      { pointer: pointerOf(issue.path), code: missing ? 'required' : code, detail: missing ? 'is required' : issue.message },
    ];
  });
}

/**
 * Reads a document by its schema.
 * @throws Problem of the given type, with every fault
 */
export function readInput<Schema extends z.ZodType>(schema: Schema, document: unknown, otherwise: ProblemType): z.output<Schema> {
  // Zod leaves the input out of its issues unless asked; without it a missing field looks like a wrong one.
  const read = schema.safeParse(document, { reportInput: true });
  if (!read.success) throw new Problem(otherwise, { errors: faultsOf(read.error) });
  return read.data;
}

/** A JSON object: what a merge patch must be to change one. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * What the patch makes of the document: objects are merged, null removes, everything else replaces.
 * @see RFC 7396 §2
 */
export function mergePatch(document: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(document) ? Object.entries(document) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  // Own members whatever their name: `__proto__` becomes a field that the schema refuses, not a prototype.
  return Object.fromEntries(merged);
}

/** Members that differ, as they were and as they are: what the audit log keeps of a change. */
export function differences(before: object, after: object): { before: Record<string, unknown>; after: Record<string, unknown> } {
  const [old, now] = [new Map<string, unknown>(Object.entries(before)), new Map<string, unknown>(Object.entries(after))];
  const changed = [...new Set([...old.keys(), ...now.keys()])].filter(
    (name) => JSON.stringify(old.get(name)) !== JSON.stringify(now.get(name)),
  );
  const of = (values: Map<string, unknown>) => Object.fromEntries(changed.map((name) => [name, values.get(name) ?? null]));
  return { before: of(old), after: of(now) };
}
