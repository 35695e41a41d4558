import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { installFromDebian } from '../debian.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Path of a Chromium: `SALLYPORT_TEST_BROWSER`, one of this machine, or one that Playwright downloaded earlier. */
export function findChromium(): string | null {
  const named = process.env['SALLYPORT_TEST_BROWSER'];
  if (named) return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const installed = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
  return installed ?? [chromium.executablePath()].find((path) => path !== '' && existsSync(path)) ?? null;
}

/**
 * Finds a Chromium, or installs one: Debian's package where this process may, Playwright's own build otherwise.
 * @throws Error that says what to install by hand
 */
export function ensureChromium(): string {
  const found = findChromium();
  if (found) return found;
  const ways = [() => installFromDebian('chromium'), downloadByPlaywright];
  const faults: string[] = [];
  for (const install of ways) {
    try {
      install();
      const path = findChromium();
      if (path) return path;
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(`no Chromium: install one and name it in SALLYPORT_TEST_BROWSER\n${faults.join('\n')}`);
}

function downloadByPlaywright(): void {
  const cli = join(dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')), 'cli.js');
  execFileSync(process.execPath, [cli, 'install', 'chromium', '--only-shell'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 300_000,
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
