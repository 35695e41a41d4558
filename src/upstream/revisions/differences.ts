import { isObject, pointerOf } from '#directory/index.ts';
import { showCertificate } from './certificates.ts';
import { certificateFields, type FieldClass, type FieldRule, fieldRules, UNKNOWN_FIELD } from './fields.ts';
import type { Content } from './revision.ts';

/** One field that differs. A secret is only said to differ; certificates are shown by fingerprint and expiry. */
export interface Difference {
  readonly pointer: string;
  /** Null: not set. */
  readonly before: unknown;
  readonly after: unknown;
  readonly secret: boolean;
  readonly class: FieldClass;
  /** Goes live only when Verify passed on it, or by an override. */
  readonly sensitive: boolean;
  /** Why it counts as what it does. */
  readonly because: string;
}

/** What stands in the place of a secret, before and after. */
const SECRET = { before: 'set', after: 'set anew' };

/** Fields that differ, by pointer in the order of the document after; nothing of a secret but that it differs. */
export function differencesBetween(before: Content, after: Content): Difference[] {
  return [...open(before.document, after.document), ...secrets(before, after)];
}

function open(before: unknown, after: unknown, path: readonly string[] = []): Difference[] {
  if (same(before, after)) return [];
  const pointer = pointerOf(path);
  const rule = ruleOf(pointer);
  if (!rule && (isObject(before) || isObject(after))) return members(before, after).flatMap((name) => below(name));
  return [difference(pointer, rule, { before, after })];

  function below(name: string): Difference[] {
    return open(isObject(before) ? before[name] : undefined, isObject(after) ? after[name] : undefined, [...path, name]);
  }
}

const members = (before: unknown, after: unknown): string[] => [
  ...new Set([...Object.keys(isObject(after) ? after : {}), ...Object.keys(isObject(before) ? before : {})]),
];

const ruleOf = (pointer: string): FieldRule | undefined => (Object.hasOwn(fieldRules, pointer) ? fieldRules[pointer] : undefined);

function difference(
  pointer: string,
  rule: FieldRule | undefined,
  { before, after }: { before: unknown; after: unknown },
): Difference {
  const { class: kind, because, harmless } = rule ?? UNKNOWN_FIELD;
  // A switch that is not turned off is turned on.
  const isSensitive = kind === 'switch' ? after !== false : kind !== 'plain' && kind !== 'label' && !harmless?.(before, after);
  const show = certificateFields.includes(pointer) ? certificates : (value: unknown) => value ?? null;
  return { pointer, before: show(before), after: show(after), secret: false, class: kind, sensitive: isSensitive, because };
}

const certificates = (texts: unknown): unknown => (Array.isArray(texts) ? texts.map(showCertificate) : null);

function secrets(before: Content, after: Content): Difference[] {
  const member = after.document.kind === 'saml' ? 'saml' : 'oidc';
  return members(before.secrets, after.secrets)
    .filter((name) => before.secrets[name] !== after.secrets[name])
    .map((name) => ({
      ...difference(pointerOf([member, name]), ruleOf(pointerOf([member, name])), { before: undefined, after: undefined }),
      before: before.secrets[name] === undefined ? null : SECRET.before,
      after: after.secrets[name] === undefined ? null : before.secrets[name] === undefined ? SECRET.before : SECRET.after,
      secret: true,
    }));
}

/** As JSON, whatever the order of members; a member that is null is one that is not there. */
function same(one: unknown, other: unknown): boolean {
  if (isObject(one) && isObject(other)) return members(one, other).every((name) => same(one[name], other[name]));
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((value, index) => same(value, other[index]));
  return (one ?? null) === (other ?? null);
}
