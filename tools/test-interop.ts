import { globSync } from 'node:fs';
import { ensureChromium } from '../test/kit/browser/index.ts';
import { runPart, summarize } from './test-run.ts';

/**
 * Sign-ins through real providers and to a real relying party, one file at a time: each starts services of its own.
 * Begun by `test-interop.mjs`. With names, only the files that contain one of them: `npm run test:interop saml`.
 */
const wanted = process.argv.slice(2);
const files = globSync('test/interop/*.test.ts')
  .filter((path) => wanted.length === 0 || wanted.some((name) => path.includes(name)))
  .sort();
process.exitCode = summarize([
  await runPart({ name: 'interop', files, env: { SALLYPORT_TEST_BROWSER: ensureChromium() }, concurrency: 1 }),
]);
