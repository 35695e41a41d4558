import { spawnSync } from 'node:child_process';
import { installFromDebian } from './debian.ts';

/** What OpenSSL makes of it: a judge that shares no code with us. Installed when missing. */
export function askOpenssl(args: readonly string[], input = ''): { status: number | null; stdout: string; stderr: string } {
  const ask = () => spawnSync('openssl', args, { input, encoding: 'utf8' });
  const said = ask();
  if (said.error === undefined) return said;
  installFromDebian('openssl');
  const again = ask();
  if (again.error) throw again.error;
  return again;
}
