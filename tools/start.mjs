// `npm start`, under whatever Node the machine has (from 20.19): installs what is missing and builds the console,
// then goes on under the pinned Node.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureConsole } from './console.mjs';
import { ensureInstalled, nodePath } from './install.mjs';

await ensureInstalled();
// Without a console everything else works: what went wrong has been told.
await ensureConsole();
const root = fileURLToPath(new URL('..', import.meta.url));
const child = spawn(nodePath(), ['tools/start.ts'], { cwd: root, stdio: 'inherit' });
// Ctrl-C reaches the child by itself, a second time through us; it counts once there.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.once('exit', (code, signal) => process.exit(signal === null ? code : 1));
