/** What differs between engines, by name: nothing else may ask which engine it is. */
export interface Capabilities {
  /** Several transactions write at once; one must expect `isUniqueViolation` from another node and lock rows that it counts on. */
  readonly concurrentWriters: boolean;
  /** `select … for update` exists and is needed to hold a row against concurrent writers. */
  readonly rowLocks: boolean;
  /** Ends `create table` where rows can live in the tree of their primary key; empty elsewhere. @see https://www.sqlite.org/withoutrowid.html */
  readonly keyedTables: string;
  /**
   * It is known at once, without asking for the rows, whether anybody has committed since they were read: they may be kept. Where it is
   * not, they are read each time.
   */
  readonly tellsOfCommits: boolean;
  /** Name of the table function whose rows are the members of a JSON object, as `key` and `value`. */
  readonly jsonMembers: 'json_each' | 'json_each_text';
}

/** A row with that key is there already: SQLite extended code 2067 or 1555, PostgreSQL 23505. */
export function isUniqueViolation(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { errcode, code } = error as { errcode?: unknown; code?: unknown };
  return errcode === 2067 || errcode === 1555 || code === '23505';
}
