import { mkdirSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { compose } from './compose.ts';
import { readSettings, SettingsRefused, settingsFiles } from './settings.ts';

/** Connections still open when the gateway stops get this long to finish. */
const STOP_MILLISECONDS = 10_000;

try {
  const settings = readSettings(process.env, settingsFiles);
  mkdirSync(settings.dataFolder, { recursive: true, mode: 0o700 });
  const gateway = await compose(settings);
  await gateway.listen();
  // Now, not when it ends: what is killed would leave the next start to strip and compile everything once more.
  flushCompileCache();
  if (settings.operatorTokenIsNew) gateway.log.info({ file: `${settings.dataFolder}/operator-token` }, 'made an operator token');
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_MILLISECONDS).unref();
    gateway.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
} catch (error) {
  if (!(error instanceof SettingsRefused)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
}
