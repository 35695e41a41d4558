import {
  type ClientOptions,
  createOperatorClient,
  createTenantClient,
  type OperatorClient,
  type TenantClient,
} from '#client/index.ts';
import { dataOf } from './command.ts';
import type { Io } from './io.ts';
import { checkName } from './names.ts';
import { UsageError } from './refusals.ts';

export interface Target {
  /** `--url`, or `SALLYPORT_API_URL`. */
  url?: string;
  /** Then `url` is the server's, and an operator's token is wanted. */
  tenant?: string;
}

/** Where a command goes and as whom. */
export interface Connection {
  address(): URL;
  tenant(): Promise<TenantClient>;
  operator(): Promise<OperatorClient>;
}

/**
 * The token comes from the environment or from a file that it names, never from the command line: that is seen by everybody on the machine.
 */
export function connect(io: Io, target: Target): Connection {
  const address = (): URL => readAddress(target.url ?? io.env['SALLYPORT_API_URL']);
  const operator = async (): Promise<OperatorClient> => createOperatorClient(await optionsFor(io, address()));
  return {
    address,
    operator,
    async tenant() {
      const options = await optionsFor(io, address());
      if (target.tenant === undefined) return createTenantClient(options);
      const path = { name: checkName(target.tenant) };
      const { url } = dataOf(await createOperatorClient(options).GET('/api/v1/tenants/{name}', { params: { path } }));
      return createTenantClient(await optionsFor(io, readAddress(url)));
    },
  };
}

function readAddress(text: string | undefined): URL {
  if (!text) {
    throw new UsageError(
      'say where: --url https://sso.example.com/t/acme, or SALLYPORT_API_URL; with --tenant acme the URL is the server’s',
    );
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw new UsageError(`--url must begin with https:// or http://, and is ${text}`);
  if (url.username || url.password || url.search || url.hash) {
    throw new UsageError('--url is an address alone: no user, no query, no fragment');
  }
  return url;
}

async function optionsFor(io: Io, url: URL): Promise<ClientOptions> {
  const token = await readToken(io);
  if (token !== undefined && url.protocol === 'http:' && !isThisComputer(url.hostname)) {
    io.err(`Warning: the token goes to ${url.host} in the clear; use https.\n`);
  }
  return {
    url: url.href,
    token: () => token,
    // Nobody sends a request on to somewhere else: the token was given to this address.
    fetch: (request) => io.fetch(new Request(request, { redirect: 'manual' })),
  };
}

const isThisComputer = (host: string): boolean => /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(host);

/** `SALLYPORT_TOKEN`, or the file that `SALLYPORT_TOKEN_FILE` names. @throws UsageError when the file cannot be read */
export async function readToken({ env, readFile }: Pick<Io, 'env' | 'readFile'>): Promise<string | undefined> {
  const given = env['SALLYPORT_TOKEN']?.trim();
  if (given) return checkToken(given);
  const path = env['SALLYPORT_TOKEN_FILE'];
  if (!path) return undefined;
  try {
    return checkToken((await readFile(path)).trim());
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`SALLYPORT_TOKEN_FILE: ${path} cannot be read`);
  }
}

function checkToken(token: string): string {
  if (!/^[\x21-\x7e]+$/.test(token)) throw new UsageError('the token must be one word of ASCII characters');
  return token;
}
