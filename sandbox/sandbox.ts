import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { AppConfig } from './app/config.ts';
import type { RunningApp } from './app/server.ts';
import { type Child, startChild } from './child.ts';
import type { IdpConfig } from './idp/config.ts';
import type { RunningIdp } from './idp/server.ts';
import { keepFile, readKeptFile } from './kept-file.ts';
import { type Provisioned, provision, returnAddresses, SLUGS, UPSTREAM_CLIENT_ID } from './provision.ts';

export interface SandboxOptions {
  /** Base URL of the running gateway: its operator API. */
  readonly serverUrl: string;
  /** URL of the tenant `demo` at the gateway, whether it exists yet or not. */
  readonly tenantUrl: string;
  readonly operatorToken: string;
  /** Keys, secrets and what was provisioned are kept here. */
  readonly dataFolder: string;
  readonly host: string;
  readonly idpPort: number;
  readonly appPort: number;
}

export interface RunningSandbox {
  readonly idpUrl: string;
  readonly appUrl: string;
  /** Resolves with a process that ended without being asked to. */
  readonly lost: Promise<string>;
  close(): Promise<void>;
}

type Facts<Running> = Omit<Running, 'close'>;

/**
 * Starts the identity provider and the sample application as processes of their own and connects the tenant `demo` to both,
 * through the gateway's public API. Everything is up and connected when the promise resolves; starting again changes nothing.
 */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const state = await openState(options.dataFolder);
  const host = neighbourOf(options.tenantUrl);
  const idpUrl = `http://${host}:${options.idpPort}`;
  const appUrl = `http://${host}:${options.appPort}`;
  const idp = await startChild<IdpConfig, Facts<RunningIdp>>(
    new URL('idp/main.ts', import.meta.url),
    idpConfig(options, state, idpUrl),
  );
  const children: Child<unknown>[] = [idp];
  try {
    const { upstreamClientSecret, provisioned } = state.kept;
    const done = await provision({ ...options, idp: idp.facts, upstreamClientSecret, appUrl, known: provisioned });
    await state.keep({ upstreamClientSecret, provisioned: done });
    const config: AppConfig = {
      issuer: options.tenantUrl,
      clientId: done.application.id,
      clientSecret: done.application.secret,
      url: appUrl,
      host: options.host,
      port: options.appPort,
      buttons: [
        { text: 'Sign in with OIDC', idp: SLUGS.oidc },
        { text: 'Sign in with SAML', idp: SLUGS.saml },
      ],
    };
    children.push(await startChild<AppConfig, Facts<RunningApp>>(new URL('app/main.ts', import.meta.url), config));
  } catch (fault) {
    await closeAll(children);
    throw fault;
  }
  const [, app] = children;
  const lost = Promise.race([
    idp.ended.then(() => 'the sandbox identity provider'),
    app!.ended.then(() => 'the sample application'),
  ]);
  return { idpUrl, appUrl, lost, close: () => closeAll(children) };
}

/**
 * The name of the host beside the gateway's. Always a loopback name: without TLS an application is nowhere else allowed to be
 * (RFC 8252 §8.3). The same one where the gateway has one: browsers then take all three for one site, as far as cookies go.
 */
function neighbourOf(tenantUrl: string): string {
  const { hostname } = new URL(tenantUrl);
  return ['127.0.0.1', '[::1]'].includes(hostname) ? hostname : 'localhost';
}

async function closeAll(children: readonly Child<unknown>[]): Promise<void> {
  await Promise.all(children.map((child) => child.close()));
}

function idpConfig(options: SandboxOptions, { kept }: State, url: string): IdpConfig {
  const { oidcCallback, samlAcs, samlEntityId } = returnAddresses(options.tenantUrl);
  return {
    url,
    host: options.host,
    port: options.idpPort,
    dataFolder: options.dataFolder,
    oidcClients: [
      {
        clientId: UPSTREAM_CLIENT_ID,
        clientSecret: kept.upstreamClientSecret,
        redirectUris: [oidcCallback],
        postLogoutRedirectUris: [],
      },
    ],
    serviceProviders: [{ entityId: samlEntityId, acsUrl: samlAcs }],
    gateway: new URL(options.tenantUrl).origin,
  };
}

interface Kept {
  upstreamClientSecret: string;
  provisioned: Provisioned;
}

interface State {
  readonly kept: Kept;
  keep(kept: Kept): Promise<void>;
}

/** What the sandbox remembers between two starts. */
async function openState(folder: string): Promise<State> {
  const file = join(folder, 'sandbox.json');
  const keep = (kept: Kept): Promise<void> => keepFile(file, kept);
  const known = await readKeptFile<Kept>(file);
  if (known) return { kept: known, keep };
  const fresh: Kept = { upstreamClientSecret: randomBytes(32).toString('base64url'), provisioned: { written: {} } };
  await keep(fresh);
  return { kept: fresh, keep };
}
