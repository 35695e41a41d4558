import { closeSync, fdatasync, openSync } from 'node:fs';

/**
 * Puts SQLite's write-ahead log on disk, away from the thread that answers requests, and one time for all that was committed meanwhile.
 * SQLite itself would hold up everybody for each commit (`synchronous=FULL`); the log is the same file, written in order, so that what
 * was committed before a flush began is on disk when it has ended.
 *
 * @see https://www.sqlite.org/wal.html
 */
export class WriteAheadLog {
  readonly #path: string;
  readonly #flushFile: (file: number) => Promise<void>;
  #file: number | undefined;
  #running: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  #failed: Error | undefined;

  /** @param database the database's own file */
  constructor(database: string, flushFile = dataOnDisk) {
    this.#path = `${database}-wal`;
    this.#flushFile = flushFile;
  }

  /** Done when everything that is committed now is on disk. Rejects when that cannot be promised, and from then on always. */
  flush(): Promise<void> {
    // One that runs already may have begun before the commit: whoever comes meanwhile waits for the next one, together.
    this.#next ??= this.#running.then(() => this.#begin());
    return this.#next;
  }

  /** After the last flush. */
  async close(): Promise<void> {
    await this.#next?.catch(() => {});
    await this.#running;
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #begin(): Promise<void> {
    this.#next = undefined;
    const flushed = this.#flush();
    this.#running = flushed.catch(() => {});
    return flushed;
  }

  async #flush(): Promise<void> {
    // After a failure the kernel may forget what it could not write and call the next flush a success.
    if (this.#failed) throw this.#failed;
    try {
      // There since the first commit, and the same file for as long as the database is open.
      this.#file ??= openSync(this.#path, 'r+');
      await this.#flushFile(this.#file);
    } catch (cause) {
      this.#failed = new Error('what was committed could not be put on disk; the gateway must be started anew', { cause });
      throw this.#failed;
    }
  }
}

function dataOnDisk(file: number): Promise<void> {
  return new Promise((done, failed) => fdatasync(file, (error) => (error ? failed(error) : done())));
}
