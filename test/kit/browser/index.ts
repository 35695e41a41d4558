import { type Browser, chromium } from 'playwright-core';
import { ensureChromium } from './chromium.ts';

export { ensureChromium, findChromium } from './chromium.ts';

/** Headless, able to run as root in a container, and silent: no request but those of the pages. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * A real Chromium with an empty profile. The caller closes it; every `newContext()` is a person with no cookies.
 *
 * @param more flags of its command line
 */
export function openBrowser(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: ensureChromium(), args: [...FLAGS, ...more], chromiumSandbox: false });
}
