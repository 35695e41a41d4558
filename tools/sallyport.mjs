#!/usr/bin/env node
// The command line, under whatever Node the machine has (from 20.19): goes on under the pinned Node, in the folder that it was called in.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nodePath } from './install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
if (!existsSync(`${root}node_modules/commander`)) {
  console.error(`sallyport: its packages are not installed. Run npm ci in ${root}`);
  process.exit(1);
}
const env = { NODE_COMPILE_CACHE: `${root}.cache/compile`, ...process.env };
const child = spawn(nodePath(), [`${root}tools/sallyport.ts`, ...process.argv.slice(2)], { stdio: 'inherit', env });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.once('exit', (code, signal) => process.exit(signal === null ? code : 1));
