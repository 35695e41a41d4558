import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { WriteAheadLog } from './write-ahead-log.ts';

/** A disk that is as slow as the test wants it. */
function slowDisk() {
  const waiting: { done(): void; failed(error: Error): void }[] = [];
  return { waiting, flushFile: () => new Promise<void>((done, failed) => void waiting.push({ done, failed })) };
}

describe('WriteAheadLog', () => {
  let folder: string;
  let database: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'sallyport-wal-'));
    database = join(folder, 'one.sqlite');
    writeFileSync(`${database}-wal`, '');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('a flush is done when the disk is, and not before', async () => {
    const { waiting, flushFile } = slowDisk();
    const log = new WriteAheadLog(database, flushFile);
    let isDone = false;
    const flushed = log.flush().then(() => (isDone = true));
    await turn();
    assert.equal(waiting.length, 1);
    assert.equal(isDone, false);
    waiting[0]?.done();
    await flushed;
    await log.close();
  });

  it('whoever comes while one runs waits for the next one, which is one for all of them', async () => {
    const { waiting, flushFile } = slowDisk();
    const log = new WriteAheadLog(database, flushFile);
    const first = log.flush();
    await turn();
    const done: number[] = [];
    const others = [1, 2, 3].map((each) => log.flush().then(() => done.push(each)));
    await turn();
    assert.equal(waiting.length, 1, 'the second begins when the first has ended');
    waiting[0]?.done();
    await first;
    await turn();
    assert.deepEqual(done, [], 'the first may have begun before they had committed');
    assert.equal(waiting.length, 2);
    waiting[1]?.done();
    await Promise.all(others);
    assert.equal(waiting.length, 2);
    await log.close();
  });

  it('a disk that has failed once is not believed again: its next success may leave out what it lost', async () => {
    const { waiting, flushFile } = slowDisk();
    const log = new WriteAheadLog(database, flushFile);
    const first = log.flush();
    await turn();
    const second = log.flush();
    waiting[0]?.failed(new Error('EIO'));
    await assert.rejects(first, /could not be put on disk/);
    await assert.rejects(second, /could not be put on disk/);
    await assert.rejects(log.flush(), /could not be put on disk/);
    assert.equal(waiting.length, 1);
    await log.close();
  });

  it('refuses where there is no log', async () => {
    const log = new WriteAheadLog(join(folder, 'nowhere.sqlite'));
    await assert.rejects(log.flush(), /could not be put on disk/);
    await log.close();
  });
});
