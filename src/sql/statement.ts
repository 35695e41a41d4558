import { type CompiledQuery, type Expression, type Kysely, type QueryExecutorProvider, ValueNode } from 'kysely';
import type { Capabilities } from './capabilities.ts';
import type { Tables } from './tables.ts';

/**
 * A statement of the way of every sign-in: written once with Kysely or its `sql`, built and compiled once a store, and from then on
 * only bound. It stands at the top of its file, so that there is one of it; `Store` runs it.
 *
 * ```ts
 * const findByName = statement((db, { name }: Given<{ name: string }>) =>
 *   db.selectFrom('tenants').select(columns).where('name', '=', name));
 *
 * const row = await store.first(findByName, { name: 'acme' });
 * ```
 */
export interface Statement<Values, Row> {
  readonly build: Build<Values, Compilable<Row>>;
}

/** What a statement is given, by name: a place for each value, and a list of places for the one list that it may have. */
export type Given<Values> = {
  readonly [Name in keyof Values]: Values[Name] extends readonly (infer Value)[]
    ? readonly Expression<Value>[]
    : Expression<Values[Name]>;
};

type Build<Values, Query> = (db: Kysely<Tables>, given: Given<Values>, capabilities: Capabilities) => Query;

interface Compilable<Row> {
  compile(db: QueryExecutorProvider): CompiledQuery<Row>;
}
type RowOf<Query> = Query extends Compilable<infer Row> ? Row : never;

export function statement<Values, Query extends Compilable<unknown>>(
  build: Build<Values, Query>,
): Statement<Values, RowOf<Query>> {
  return { build };
}

/** Compiles for one engine, each statement once, and one with a list once for each of a few lengths. */
export class Statements {
  readonly #db: Kysely<Tables>;
  readonly #capabilities: Capabilities;
  readonly #known = new WeakMap<object, Map<number, CompiledQuery>>();

  constructor(db: Kysely<Tables>, capabilities: Capabilities) {
    this.#db = db;
    this.#capabilities = capabilities;
  }

  bind<Values extends object, Row>(statement: Statement<Values, Row>, values: Values): CompiledQuery<Row> {
    const compiled = this.#compiled(statement, values);
    const parameters = compiled.parameters.map((part) => (part instanceof Place ? part.readFrom(values) : part));
    return { ...compiled, parameters };
  }

  #compiled<Values extends object>(statement: Statement<Values, unknown>, values: Values): CompiledQuery {
    let lengths = this.#known.get(statement);
    if (!lengths) this.#known.set(statement, (lengths = new Map<number, CompiledQuery>()));
    const length = lengths.get(NO_LIST) ? NO_LIST : lengthOf(values);
    let compiled = lengths.get(length);
    if (!compiled) lengths.set(length, (compiled = this.#compile(statement, values)));
    return compiled;
  }

  /** The names of the values are those that it is first run with; its types hold that they stay the same. */
  #compile<Values extends object>({ build }: Statement<Values, unknown>, values: Values): CompiledQuery {
    const places = Object.entries(values).map(([name, value]) => [
      name,
      Array.isArray(value) ? placesOf(name, value) : new Place(name),
    ]);
    return build(this.#db, Object.fromEntries(places) as Given<Values>, this.#capabilities).compile(this.#db);
  }
}

const NO_LIST = 0;

/** The fewest places that a list is made with. */
const LEAST_PLACES = 4;

/** A power of two: ten texts of a statement are prepared, not one for each number of groups that somebody may have. */
function lengthOf(values: object): number {
  const list: unknown = Object.values(values).find(Array.isArray);
  if (!Array.isArray(list)) return NO_LIST;
  if (list.length === 0) throw new Error('an empty list finds nothing: that is known without asking');
  return Math.max(LEAST_PLACES, 2 ** Math.ceil(Math.log2(list.length)));
}

function placesOf(name: string, list: readonly unknown[]): Place[] {
  return Array.from({ length: lengthOf({ list }) }, (_, at) => new Place(name, at));
}

/** Stands in a compiled statement where a value is to be put. */
class Place implements Expression<never> {
  readonly #name: string;
  readonly #at: number | undefined;

  constructor(name: string, at?: number) {
    this.#name = name;
    this.#at = at;
  }

  get expressionType(): undefined {
    return undefined;
  }

  toOperationNode(): ValueNode {
    return ValueNode.create(this);
  }

  /** Places beyond a list's end take its last value once more: it is found once all the same. */
  readFrom(values: object): unknown {
    const given = (values as Readonly<Record<string, unknown>>)[this.#name];
    const value = this.#at === undefined ? given : (given as readonly unknown[]).at(Math.min(this.#at, (given as []).length - 1));
    if (value === undefined) throw new Error(`a statement was not given its ${this.#name}`);
    return value;
  }
}
