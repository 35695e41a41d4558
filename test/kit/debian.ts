import { execFileSync } from 'node:child_process';

/**
 * Installs a package of Debian, where this process may; waits for another that installs.
 *
 * @param before a line of shell that runs first
 * @throws Error
 */
export function installFromDebian(name: string, before = ':'): void {
  if (process.getuid?.() !== 0) throw new Error(`apt-get needs root; install the package ${name}`);
  const install = `apt-get -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 install ${name}`;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('bash', ['-ec', `${before}; ${install} || { apt-get -q update; ${install}; }`], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
