// `npm test`, under whatever Node the machine has (from 20.19): installs what is missing and builds the console,
// then goes on under the pinned Node.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureConsole } from './console.mjs';
import { ensureInstalled, nodePath } from './install.mjs';

await ensureInstalled();
if (!(await ensureConsole())) process.exit(1);
const root = fileURLToPath(new URL('..', import.meta.url));
const { status } = spawnSync(nodePath(), ['tools/test-suite.ts'], { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
