import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway } from '../test/kit/gateway.ts';

const GENERATOR = 'tools/openapi/node_modules/.bin/openapi-typescript';
const FILES = { tenant: 'src/client/tenant-api.d.ts', operator: 'src/client/operator-api.d.ts' } as const;

/** Writes the types of the API client from the description that a gateway gives of itself; with `--check` only says whether they are in step. */
async function main(how: 'write' | 'check'): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-client-'));
  try {
    const descriptions = await describe();
    let outgrown = 0;
    for (const [name, path] of Object.entries(FILES)) {
      const document = join(folder, `${name}.json`);
      const typed = join(folder, `${name}.d.ts`);
      writeFileSync(document, descriptions[name as keyof typeof FILES]);
      execFileSync(process.execPath, [GENERATOR, document, '-o', typed, '--root-types-no-schema-prefix'], { stdio: 'pipe' });
      if (readIfThere(path) === readFileSync(typed, 'utf8')) continue;
      outgrown += 1;
      if (how === 'write') writeFileSync(path, readFileSync(typed));
      console.log(how === 'write' ? `${path} written` : `${path} is not what the API says: run node tools/client.mjs`);
    }
    return how === 'check' && outgrown > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Starts a gateway of its own and asks it: what is described is what is served. */
async function describe(): Promise<Record<keyof typeof FILES, string>> {
  const gateway = await startGateway();
  try {
    const headers = { authorization: `Bearer ${gateway.operatorToken}`, 'content-type': 'application/json' };
    await fetch(`${gateway.serverUrl}/api/v1/tenants`, { method: 'POST', headers, body: JSON.stringify({ name: 'demo' }) });
    // The address is a temporary one: it must not be in what is kept.
    const read = async (address: string): Promise<string> =>
      (await (await fetch(`${address}/api/openapi.json`)).text()).replaceAll(gateway.serverUrl, 'https://sso.example.com');
    return { tenant: await read(gateway.tenantUrl('demo')), operator: await read(gateway.serverUrl) };
  } finally {
    await gateway.close();
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
}

process.chdir(new URL('..', import.meta.url).pathname);
process.exitCode = await main(process.argv.includes('--check') ? 'check' : 'write');
