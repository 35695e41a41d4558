// Writes the types of src/client from the API that the gateway describes.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureInstalled, nodePath } from './install.mjs';

await ensureInstalled();
const root = fileURLToPath(new URL('..', import.meta.url));
const { status } = spawnSync(nodePath(), ['tools/client.ts', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
