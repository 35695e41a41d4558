// `npm run test:interop`, under whatever Node the machine has (from 20.19): real providers and a real relying party.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureInstalled, nodePath } from './install.mjs';

await ensureInstalled();
const root = fileURLToPath(new URL('..', import.meta.url));
const { status } = spawnSync(nodePath(), ['tools/test-interop.ts', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
