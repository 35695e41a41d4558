// `npm run docs`: writes docs/problems.md and docs/checks.md from the code.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureInstalled, nodePath } from './install.mjs';

await ensureInstalled();
const root = fileURLToPath(new URL('..', import.meta.url));
const { status } = spawnSync(nodePath(), ['tools/docs.ts', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
