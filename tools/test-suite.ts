import { ensureChromium } from '../test/kit/browser/index.ts';
import { startPostgres } from '../test/kit/postgres/index.ts';
import { listTestFiles } from './test-files.ts';
import { runPart, summarize } from './test-run.ts';

/**
 * Every test but those against real providers: all of them on SQLite, those that touch the store again on PostgreSQL.
 * Begun by `test.mjs`, once there is a Node that runs TypeScript.
 */
async function main(): Promise<number> {
  const files = listTestFiles();
  const browser = ensureChromium();
  const postgres = await startPostgres();
  try {
    const common = { SALLYPORT_TEST_BROWSER: browser };
    const outcomes = [
      await runPart({
        name: 'sqlite',
        files: files.sqlite,
        env: { ...common, SALLYPORT_TEST_DATABASE: 'sqlite' },
        concurrency: 2,
      }),
      await runPart({
        name: 'postgres',
        files: files.postgres,
        env: { ...common, SALLYPORT_TEST_DATABASE: postgres.adminUrl },
        concurrency: 2,
      }),
    ];
    return summarize(outcomes);
  } finally {
    await postgres.stop();
  }
}

// Signals end a process without its `exit` handlers, and these stop PostgreSQL.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
process.exitCode = await main();
