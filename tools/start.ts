import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createGatewayApi } from '../sandbox/gateway-api.ts';
import { TENANT_NAME } from '../sandbox/provision.ts';
import { type RunningSandbox, startSandbox } from '../sandbox/sandbox.ts';
import { RUNTIME_ENVIRONMENT, RUNTIME_FLAGS } from './runtime-flags.ts';
import { readStart, type Start } from './start-settings.ts';

/** How long the gateway may take to become ready, and how long it may take to end, in milliseconds. */
const READY_WITHIN = 60_000;
const END_WITHIN = 20_000;
const ASK_EVERY = 50;

const start = readStart(process.env);
if (!start) {
  // Settings that cannot be read: the gateway itself says best what is wrong.
  const child = startGateway();
  child.once('exit', (code) => process.exit(code ?? 1));
} else {
  const code = await run(start).then(
    () => 0,
    (fault: unknown) => {
      console.error(`\nsallyport: ${fault instanceof Error ? fault.message : String(fault)}`);
      return 1;
    },
  );
  // Not by itself: a sandbox that was on its way up when the stop came would keep this process, and ends with it.
  process.exit(code);
}

async function run(settings: Start): Promise<void> {
  await checkPorts(settings);
  const stopAsked = signalled();
  const gateway = startGateway();
  const gatewayEnded = new Promise<number | null>((resolve) => gateway.once('exit', (code) => resolve(code)));
  let sandbox: RunningSandbox | undefined;
  try {
    const begun = begin(settings, (running) => (sandbox = running));
    begun.catch(() => {});
    const first = await Promise.race([
      stopAsked.then(() => 'stop' as const),
      gatewayEnded.then(() => 'gateway' as const),
      begun.then(() => 'ready' as const),
    ]);
    const cause = first === 'ready' ? await untilOver(stopAsked, gatewayEnded, sandbox) : first;
    if (cause === 'stop') return;
    throw new Error(
      cause === 'gateway' ? `the gateway ended by itself (exit code ${await gatewayEnded})` : `${cause} ended by itself`,
    );
  } finally {
    await sandbox?.close();
    await end(gateway, gatewayEnded);
  }
}

/** What happens first after all is up. */
function untilOver(
  stopAsked: Promise<void>,
  gatewayEnded: Promise<unknown>,
  sandbox: RunningSandbox | undefined,
): Promise<string> {
  const ends = [stopAsked.then(() => 'stop'), gatewayEnded.then(() => 'gateway'), ...(sandbox ? [sandbox.lost] : [])];
  return Promise.race(ends);
}

async function begin(settings: Start, started: (running: RunningSandbox) => void): Promise<void> {
  await untilReady(settings);
  if (!settings.sandbox) return tellReady(settings);
  const sandbox = await startSandbox({
    serverUrl: settings.serverUrl,
    tenantUrl: settings.demoUrl,
    operatorToken: await readOperatorToken(settings),
    dataFolder: join(settings.dataFolder, 'sandbox'),
    host: settings.host,
    idpPort: settings.port + 1,
    appPort: settings.port + 2,
  });
  started(sandbox);
  tellReady(settings, { sandbox, setupLink: await makeSetupLink(settings) });
}

/** The way in for the first administrator of `demo`; undefined once there is one. The link of an earlier start is worth nothing any more. */
async function makeSetupLink(settings: Start): Promise<string | undefined> {
  const operator = createGatewayApi({ baseUrl: settings.serverUrl, token: await readOperatorToken(settings) });
  const path = `/tenants/${TENANT_NAME}/setup-link`;
  const { needed } = await operator.get<{ needed: boolean }>(path);
  return needed ? (await operator.create<{ url: string }>(path, {})).url : undefined;
}

function startGateway(): ChildProcess {
  return spawn(process.execPath, [...RUNTIME_FLAGS, 'src/main.ts'], {
    stdio: 'inherit',
    env: { NODE_COMPILE_CACHE: '.cache/compile', ...RUNTIME_ENVIRONMENT, ...process.env },
  });
}

async function untilReady({ localUrl }: Start): Promise<void> {
  const giveUpAt = Date.now() + READY_WITHIN;
  while (Date.now() < giveUpAt) {
    const isReady = await fetch(`${localUrl}/readyz`, { signal: AbortSignal.timeout(2_000) }).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY));
  }
  throw new Error(`the gateway did not become ready within ${READY_WITHIN / 1000} seconds (${localUrl}/readyz)`);
}

async function readOperatorToken({ operatorToken, operatorTokenFile }: Start): Promise<string> {
  return operatorToken ?? (await readFile(operatorTokenFile, 'utf8')).trim();
}

/** Better said here, in one sentence, than by three processes one after the other. */
async function checkPorts({ host, port, sandbox }: Start): Promise<void> {
  const wanted: [number, string][] = [[port, 'the gateway']];
  if (sandbox) wanted.push([port + 1, 'the sandbox identity provider'], [port + 2, 'the sample application']);
  for (const [number, whose] of wanted) {
    const fault = await tryPort(host, number);
    if (fault === 'EADDRINUSE') {
      throw new Error(
        `port ${number}, for ${whose}, is in use. Stop what listens there, or choose others: PORT=${port + 1000} npm start`,
      );
    }
    if (fault) throw new Error(`${whose} cannot listen on ${host}:${number} (${fault})`);
  }
}

function tryPort(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (fault: NodeJS.ErrnoException) => resolve(fault.code ?? fault.message));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
  });
}

async function end(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), END_WITHIN);
  await ended;
  clearTimeout(impatience);
}

interface Begun {
  sandbox: RunningSandbox;
  setupLink: string | undefined;
}

function tellReady({ demoUrl, serverUrl, operatorToken, operatorTokenFile }: Start, begun?: Begun): void {
  const lines: [string, string][] = begun
    ? [
        ['Click here', `${begun.sandbox.appUrl}   the sample application: sign in with OIDC or with SAML`],
        ['Sign-in page', `${demoUrl}/sign-in`],
        ['Identity provider', `${begun.sandbox.idpUrl}   a sandbox: anybody signs in as anybody`],
        ['Console', `${demoUrl}/console`],
        ...adminLines(begun.setupLink),
      ]
    : [['Tenants live at', demoUrl.replace('demo', '{tenant}')]];
  lines.push(['Operator API', `${serverUrl}/api/v1/tenants`]);
  lines.push(['Operator token', operatorToken ? 'as given in the environment' : `in ${operatorTokenFile}`]);
  lines.push(['Stop', 'Ctrl-C']);
  const width = Math.max(...lines.map(([name]) => name.length));
  console.log(`\n  Sallyport is ready.\n\n${lines.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n')}\n`);
}

function adminLines(setupLink: string | undefined): [string, string][] {
  return setupLink === undefined ? [] : [['First administrator', `${setupLink}   works once, for 72 hours`]];
}
