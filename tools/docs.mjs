// Writes `docs/problems.md` and `docs/checks.md`, under whatever Node the machine has (from 20.19); `--check` only compares.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureInstalled, nodePath } from './install.mjs';

await ensureInstalled();
const root = fileURLToPath(new URL('..', import.meta.url));
const { status } = spawnSync(nodePath(), ['tools/docs.ts', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
