import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort } from '../kit/gateway.ts';
import { openScene, type Scene, type TestTenant } from '../kit/scene.ts';

const LAUNCHER = fileURLToPath(new URL('../../tools/sallyport.mjs', import.meta.url));

describe('sallyport as a program of its own', () => {
  let scene: Scene;
  let acme: TestTenant;
  let folder: string;

  before(async () => {
    scene = await openScene();
    acme = await scene.addTenant('acme');
    folder = await mkdtemp(join(tmpdir(), 'sallyport-cli-'));
  });
  after(async () => {
    await scene.close();
    await rm(folder, { recursive: true, force: true });
  });

  function start(argv: readonly string[], env: Record<string, string> = {}) {
    const child = spawn(process.execPath, [LAUNCHER, ...argv], { cwd: folder, env: { PATH: process.env['PATH'], ...env } });
    const said = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    return { child, said, ended };
  }

  async function call(argv: readonly string[], stdin = '') {
    const env = { SALLYPORT_API_URL: acme.url, SALLYPORT_TOKEN: scene.gateway.operatorToken };
    const { child, said, ended } = start(argv, env);
    child.stdin.end(stdin);
    return { code: await ended, ...said };
  }

  it('--help ends with 0, a wrong call with 2, a refusal with 1 and its code', async () => {
    assert.equal((await call(['--help'])).code, 0);
    assert.equal((await call(['user', 'fire'])).code, 2);
    const refused = await call(['user', 'show', 'usr_nobody']);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /directory\.user_unknown/);
    assert.equal(refused.out, '');
  });

  it('reads standard input, writes to standard output, without colours where there is no terminal', async () => {
    const made = await call(['user', 'create', '-f', '-'], '{"email":"alice@acme.example"}');
    assert.equal(made.code, 0, made.err);
    const listed = await call(['user', 'list']);
    assert.match(listed.out, /alice@acme\.example/);
    assert.ok(!listed.out.includes('\u001b'));
  });

  it('reads and writes files of the folder that it was called in; a written one is its owner’s alone', async () => {
    await writeFile(join(folder, 'group.json'), '{"name":"Engineering"}');
    assert.equal((await call(['group', 'create', '-f', 'group.json'])).code, 0);
    assert.equal((await call(['audit', 'export', '-o', 'audit.ndjson'])).code, 0);
    assert.match(await readFile(join(folder, 'audit.ndjson'), 'utf8'), /"action":"group\.created"/);
    assert.equal((await stat(join(folder, 'audit.ndjson'))).mode & 0o777, 0o600);
  });

  it('serve: starts the gateway in the folder that it was called in, and SIGTERM ends it', async () => {
    const port = String(await freePort());
    const { child, said, ended } = start(['serve'], { PORT: port, SALLYPORT_DATA: 'data', SALLYPORT_SANDBOX: 'off' });
    await new Promise<void>((resolve) => {
      void ended.then(() => resolve());
      child.stdout.on('data', () => /listening/.test(said.out) && resolve());
    });
    const answered = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    child.kill('SIGTERM');
    assert.equal(answered, true, said.err);
    assert.equal(await ended, 0, said.err);
    assert.ok((await stat(join(folder, 'data'))).isDirectory());
  });
});
