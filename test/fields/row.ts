import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isObject, mergePatch } from '#directory/index.ts';
import type { Api, Json } from '../kit/scene.ts';

export type Document = Record<string, unknown>;

/** One provider of a tenant of its own. */
export interface Place {
  readonly api: Api;
  readonly id: string;
}

/** A value, or what it is at this place. */
type At<P, Value> = Value | ((place: P) => Value);

interface Field {
  /** JSON pointer into the document; `*` is each element of a list, and the first one is looked at. */
  readonly field: string;
  /** Ends the sentence that the field begins. */
  readonly does: string;
}

/** A field that an administrator sets. */
export interface Setting<P> extends Field {
  readonly value: At<P, unknown>;
  /** What the document says beside it, without the field and with it. */
  readonly given?: Document;
  /** The whole change, where it is more than the field. */
  readonly patch?: At<P, Document>;
  /** How it is set: by PATCH of a provider that is there, or when it is made. */
  readonly how?: 'PATCH' | 'POST';
  /** The value is a secret. */
  readonly isSecret?: true;
  /** What happens, as far as the field has a say in it. */
  readonly see: (place: P) => Promise<unknown>;
  readonly before: At<P, unknown>;
  readonly after: At<P, unknown>;
}

/** A field that only the gateway sets. */
export interface Fixed<P> extends Field {
  readonly given?: Document;
  /** What somebody tries to set, and the code of the fault. */
  readonly refused: { readonly value: unknown; readonly code: string };
  /** What is seen with it; the whole check. */
  readonly check: (place: P) => Promise<void>;
}

/** A field that is stored and does nothing yet. */
export interface Later extends Field {
  readonly value: unknown;
  readonly because: string;
}

export interface Rows<P> {
  readonly settings: readonly Setting<P>[];
  readonly fixed?: readonly Fixed<P>[];
  readonly later?: readonly Later[];
}

/** Makes a provider out of what the row gives, in a tenant of its own. */
export type Open<P> = (given: Document) => Promise<P>;

export function playRows<P extends Place>(title: string, { settings, fixed = [], later = [] }: Rows<P>, open: Open<P>): void {
  describe(title, () => {
    for (const row of settings) it(`${row.field} ${row.does}`, () => playSetting(row, open));
    for (const row of fixed) it(`${row.field} ${row.does}`, () => playFixed(row, open));
    for (const row of later)
      it(`${row.field} ${row.does}, and nothing else yet: ${row.because}`, async () => {
        const place = await open({});
        await patch(place, nest(row.field, row.value));
        await checkTold(place, { ...row, pointer: row.field });
      });
  });
}

async function playSetting<P extends Place>(row: Setting<P>, open: Open<P>): Promise<void> {
  const without = await open(row.given ?? {});
  const before = await row.see(without);
  assert.deepEqual(before, at(row.before, without), 'without the field');
  const place = await set(row, without, open);
  await checkTold(place, { pointer: row.field, value: at(row.value, place), isSecret: row.isSecret });
  const after = await row.see(place);
  assert.deepEqual(after, at(row.after, place), 'with the field');
  assert.notDeepEqual(after, before, 'the field makes a difference');
}

async function set<P extends Place>(row: Setting<P>, place: P, open: Open<P>): Promise<P> {
  const change = at(row.patch, place) ?? nest(row.field, at(row.value, place));
  if (row.how === 'POST') return open(mergePatch(row.given ?? {}, change) as Document);
  await patch(place, change);
  return place;
}

async function playFixed<P extends Place>({ field, given = {}, refused, check }: Fixed<P>, open: Open<P>): Promise<void> {
  const place = await open(given);
  const { status, json } = await change(place, nest(field, refused.value));
  assert.deepEqual(
    [status, json.errors?.map(({ pointer, code }) => `${code} at ${pointer}`)],
    [422, [`${refused.code} at ${field}`]],
  );
  assert.equal(valueAt(await exported(place), field), undefined, 'the export leaves it out');
  await check(place);
}

interface Told {
  pointer: string;
  value: unknown;
  isSecret?: true;
}

/** GET and export tell the field, and never a secret. */
async function checkTold(place: Place, { pointer, value, isSecret }: Told): Promise<void> {
  const { json } = await place.api.call('GET', `/api/v1/identity-providers/${place.id}`);
  for (const document of [json, await exported(place)]) {
    if (isSecret) assert.ok(!JSON.stringify(document).includes(String(value)), 'a secret is never told');
    assert.deepEqual(valueAt(document, pointer), isSecret ? undefined : value);
  }
}

async function exported({ api, id }: Place): Promise<unknown> {
  const { status, json } = await api.call<{ identityProvider: unknown }>('GET', `/api/v1/identity-providers/${id}/export`);
  assert.equal(status, 200);
  return json.identityProvider;
}

export function change({ api, id }: Place, document: Document): Promise<{ status: number; json: Json }> {
  return api.call('PATCH', `/api/v1/identity-providers/${id}?override=a+test+says+so`, document);
}

/** Live at once. */
export async function patch(place: Place, document: Document): Promise<void> {
  const { status, json } = await change(place, document);
  assert.equal(status, 200, JSON.stringify(json));
}

function at<P, Value>(value: At<P, Value>, place: P): Value {
  return typeof value === 'function' ? (value as (place: P) => Value)(place) : value;
}

const partsOf = (pointer: string): string[] => pointer.split('/').slice(1);

function nest(pointer: string, value: unknown): Document {
  return partsOf(pointer).reduceRight<unknown>((inner, part) => ({ [part]: inner }), value) as Document;
}

function valueAt(document: unknown, pointer: string): unknown {
  return partsOf(pointer).reduce<unknown>((inner, part) => {
    if (Array.isArray(inner)) return inner[part === '*' ? 0 : Number(part)];
    return isObject(inner) ? inner[part] : undefined;
  }, document);
}
