import { globSync } from 'node:fs';
import { deal, isApart, runTogether } from './test-batches.ts';

/**
 * A share of the tests that `npm run check` runs: `tools/test-units.ts 1 2` is the first of two. What drives routes or stores, or derives
 * keys at full cost, is left to `npm test`.
 */
const [share, shares] = process.argv.slice(2).map(Number);
if (!share || !shares) throw new Error('usage: tools/test-units.ts <share> <shares>');
const files = globSync('src/**/*.test.ts').filter(
  (path) => !/\.(?:routes|sql|postgres)\.test\.ts$|^src\/(?:configuration|upstream\/exchange)\//.test(path) && !isApart(path),
);
runTogether(deal(files, shares)[share - 1] ?? []);
