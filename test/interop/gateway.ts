import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGatewayApi, type GatewayApi } from '../../sandbox/gateway-api.ts';
import { people } from './people.ts';
import { freePort } from './services/service.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A gateway as an operator runs it: its own process, configured by the environment only, an empty data folder. */
export interface GatewayUnderTest {
  createTenant(name: string): Promise<TenantUnderTest>;
  stop(): Promise<void>;
}

export interface TenantUnderTest {
  /** Issuer, without trailing slash. */
  readonly url: string;
  readonly api: GatewayApi;
}

/** A trace as the API tells it. */
export interface SignInTrace {
  reference: string;
  outcome: string;
  code: string | null;
  trace: { step: string; verdict: string; expected?: unknown; received?: unknown; code?: string }[];
}

/** Ready within so many milliseconds, or it is broken. */
const READY_WITHIN = 20_000;

export async function startGateway(): Promise<GatewayUnderTest> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const token = randomBytes(32).toString('base64url');
  const data = mkdtempSync(join(tmpdir(), 'sallyport-interop-'));
  const env = {
    PATH: process.env['PATH'],
    PORT: String(port),
    SALLYPORT_DATA: data,
    SALLYPORT_OPERATOR_TOKEN: token,
    SALLYPORT_SANDBOX: 'off',
  };
  const child = spawn(process.execPath, ['src/main.ts'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-20_000)));
  await untilReady(child, url, () => said);
  const operator = createGatewayApi({ baseUrl: url, token });
  return {
    async createTenant(name) {
      const tenant = await operator.create<{ url: string }>('/tenants', { name });
      return { url: tenant.url, api: createGatewayApi({ baseUrl: tenant.url, token }) };
    },
    async stop() {
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      if (child.exitCode === null && child.kill('SIGTERM')) await ended;
      rmSync(data, { recursive: true, force: true });
      // A fault of ours must not hide behind a page that merely looks like a refusal. 502 is a fault of the provider.
      const faults = said.split('\n').filter((line) => /"level":"(?:error|fatal)"/.test(line) && !/"status":502\b/.test(line));
      if (faults.length > 0) throw new Error(`the gateway logged errors:\n${faults.join('\n')}`);
    },
  };
}

async function untilReady(child: ChildProcess, url: string, said: () => string): Promise<void> {
  const giveUpAt = Date.now() + READY_WITHIN;
  while (Date.now() < giveUpAt && child.exitCode === null) {
    if (
      await fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGKILL');
  throw new Error(`the gateway does not become ready:\n${said()}`);
}

/** What every provider of these tests is set to, apart from its protocol: people are made at their first sign-in. */
export const POLICY = {
  enabled: true,
  users: { create: true, update: true },
  groupSync: 'sync',
  groupMappings: [
    { external: 'engineering', group: 'Engineering' },
    { external: 'all-staff', group: 'Everybody' },
    { external: 'sales', group: 'Sales' },
  ],
  roleSync: 'all',
  roleMappings: [
    { external: 'app_auditor', role: 'Auditor' },
    { external: 'app_admin', role: 'Report Writer' },
    { external: 'app_viewer', role: 'User' },
  ],
  authentication: { enabled: true, default: false, domains: [], userAttribute: 'email', claim: 'email' },
} as const;

/** Claims of a person as an application must get them, given `POLICY`; `vpn-users` is mapped to nothing. */
export const EXPECTED = {
  alice: { groups: ['Engineering', 'Everybody'], roles: ['Auditor', 'Report Writer'] },
  bob: { groups: ['Everybody', 'Sales'], roles: ['User'] },
} as const;

/** The groups and roles that `POLICY` maps to. */
export async function furnish(tenant: TenantUnderTest): Promise<void> {
  for (const name of new Set(POLICY.groupMappings.map(({ group }) => group))) await tenant.api.create('/groups', { name });
  await tenant.api.create('/roles', { name: 'Report Writer' });
}

/** The operator vouches for the domains of the people's addresses: one person is then the same through several SAML providers. */
export async function vouchForDomains(tenant: TenantUnderTest): Promise<void> {
  for (const name of new Set(people.map(({ email }) => email.split('@')[1]))) await tenant.api.create('/domains', { name });
}

/** The trace behind the reference that a page showed. */
export function readTrace(tenant: TenantUnderTest, reference: string): Promise<SignInTrace> {
  return tenant.api.get<SignInTrace>(`/sign-ins/${encodeURIComponent(reference)}`);
}
