import { AsyncResource } from 'node:async_hooks';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { describe } from 'node:test';
import { pathToFileURL } from 'node:url';
import { leadInto, letGo } from './test-led.ts';

const LED = new URL('test-led.ts', import.meta.url).href;

/**
 * Runs test files in this process, one after the other, each as a suite of its own: what it does before, after and between its tests
 * concerns its tests alone. Loading the product takes a process longer than most files take to run.
 */
export function runTogether(files: readonly string[]): void {
  registerHooks({ resolve: (specifier, context, next) => next(specifier === 'node:test' ? LED : specifier, context) });
  let loaded: Promise<unknown> = Promise.resolve();
  for (const path of files) {
    describe(path, () => {
      const suite = new AsyncResource('TestFile');
      const own = loaded.then(() => loadInto(suite, path));
      loaded = own.catch(() => {});
      return own;
    });
  }
}

/** One at a time: whose suite it is that is declared into is known by that. */
async function loadInto(suite: AsyncResource, path: string): Promise<void> {
  leadInto(suite);
  try {
    await import(pathToFileURL(path).href);
  } finally {
    letGo();
  }
}

/**
 * Whether a file wants a process to itself: it changes what Node offers, drives a browser for minutes, or waits before it says what its
 * tests are, and then belongs to no suite any more.
 */
export function isApart(path: string): boolean {
  const changesNode = 'syncBuiltinESMExports';
  const waitsAtTheTop = /^(?:(?:export )?const [^=]+ = \(?)?await /m;
  const text = readFileSync(path, 'utf8');
  return path.startsWith('test/console/') || text.includes(changesNode) || waitsAtTheTop.test(text);
}

/** Hands the files out in turn, the longest first: every share has about as much to do. */
export function deal(files: readonly string[], shares: number): string[][] {
  const byLength = files.toSorted((one, other) => statSync(other).size - statSync(one).size);
  return Array.from({ length: shares }, (_, share) => byLength.filter((_path, index) => index % shares === share));
}

/** Writes a file for node's runner for each dozen of these; answers those, and the ones that stand apart. */
export function writeBatches(files: readonly string[], folder: string): string[] {
  const apart = files.filter(isApart);
  const together = files.filter((path) => !apart.includes(path));
  const here = pathToFileURL(resolve('tools/test-batches.ts')).href;
  const batches = deal(together, Math.ceil(together.length / 12)).map((share, index) => {
    const path = join(folder, `batch-${index + 1}.mjs`);
    writeFileSync(path, `import { runTogether } from '${here}';\nrunTogether(${JSON.stringify(share, null, 2)});\n`);
    return path;
  });
  return [...batches, ...apart];
}
