import { join } from 'node:path';
import { createTenantUrls } from '#tenants/urls.ts';
import { parseEnvironment, settingsFiles } from '../src/settings.ts';

/** What the start-up needs to know of the gateway's settings. */
export interface Start {
  readonly host: string;
  readonly port: number;
  /** Where this machine reaches the gateway, whatever its public URL is. */
  readonly localUrl: string;
  readonly serverUrl: string;
  /** URL of the tenant `demo`. */
  readonly demoUrl: string;
  readonly dataFolder: string;
  /** Given by the environment; otherwise the gateway makes one and keeps it in the file. */
  readonly operatorToken: string | null;
  readonly operatorTokenFile: string;
  readonly sandbox: boolean;
}

const EVERY_ADDRESS = ['0.0.0.0', '::'];

/** The environment as the gateway itself reads it, or undefined when the gateway would refuse it. */
export function readStart(environment: NodeJS.ProcessEnv): Start | undefined {
  const { draft, faults } = parseEnvironment(environment, settingsFiles.readText);
  if (faults.length > 0) return undefined;
  const { host, port, dataFolder, operatorToken, sandbox, urlTemplates } = draft;
  const urls = createTenantUrls(urlTemplates);
  const reachable = EVERY_ADDRESS.includes(host) ? 'localhost' : host;
  return {
    host,
    port,
    dataFolder,
    operatorToken,
    sandbox,
    localUrl: `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`,
    serverUrl: urls.serverUrl(),
    demoUrl: urls.urlOf({ name: 'demo', region: urls.regions[0]! }),
    operatorTokenFile: join(dataFolder, 'operator-token'),
  };
}
