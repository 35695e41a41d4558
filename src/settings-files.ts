import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { SettingsFiles } from './settings.ts';

/** The disk itself. */
export const settingsFiles: SettingsFiles = {
  readText: (path) => readFileSync(path, 'utf8'),
  keepSecret(folder, name) {
    const path = join(folder, name);
    const kept = readIfThere(path);
    if (kept !== undefined) return { secret: kept, isNew: false };
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const draft = join(folder, `.${name}.${randomBytes(8).toString('hex')}`);
    sync(draft, randomBytes(32).toString('base64url'));
    try {
      // A link appears whole or not at all and never replaces: of two processes one wins, and both read the winner's.
      linkSync(draft, path);
      sync(folder);
      return { secret: readFileSync(path, 'utf8').trim(), isNew: true };
    } catch (error) {
      const winner = readIfThere(path);
      if ((error as { code?: string }).code !== 'EEXIST' || winner === undefined) throw error;
      return { secret: winner, isNew: false };
    } finally {
      rmSync(draft, { force: true });
    }
  },
};

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a new file, or, without text, makes the names in a folder durable: what is sealed with a key must not outlive it. */
function sync(path: string, text?: string): void {
  const file = openSync(path, text === undefined ? 'r' : 'wx', 0o600);
  try {
    if (text !== undefined) writeSync(file, `${text}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
