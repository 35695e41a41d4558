import { ApiProblem, type TenantClient } from '#client/index.ts';
import { type Call, dataOf } from '../command.ts';
import { readToken } from '../connect.ts';

export interface Finding {
  what: string;
  state: 'well' | 'warning' | 'broken';
  detail: string;
  whatToDo?: string;
}

/** Tokens and answers of providers are judged by the clock: from here on it makes sign-ins fail. */
const SKEW_SECONDS = 30;
const EXPIRES_WITHIN_DAYS = 60;

/** One thing after the other, from the network inwards; what rests on something broken is not asked. */
export async function examine(call: Call): Promise<Finding[]> {
  const process = await probe(call, '/healthz');
  const found = [aliveOf(call, process)];
  if (process === undefined) return found;
  const ready = await probe(call, '/readyz');
  found.push(readyOf(ready), clockOf(call, process), await versionOf(call));
  const client = await signedIn(call, found);
  if (client !== undefined) found.push(...(await permitted(providersOf, client)), ...(await permitted(expiriesOf, client)));
  return found;
}

/** A page of the server itself; undefined when nobody answers. */
async function probe({ io, address }: Call, path: string): Promise<Response | undefined> {
  const url = new URL(path, address());
  return io.fetch(new Request(url, { redirect: 'manual', signal: AbortSignal.timeout(10_000) })).catch(() => undefined);
}

function aliveOf({ address }: Call, answer: Response | undefined): Finding {
  const what = 'Reachable';
  const { origin } = address();
  if (answer?.ok) return { what, state: 'well', detail: `${origin} answers` };
  if (answer === undefined) {
    const whatToDo = 'Check the address, that the gateway runs (sallyport serve), and proxies and firewalls on the way.';
    return { what, state: 'broken', detail: `${origin} does not answer`, whatToDo };
  }
  const whatToDo = 'Check that the address is that of Sallyport, and that the proxy passes /healthz on.';
  return { what, state: 'warning', detail: `${origin}/healthz answers with status ${answer.status}`, whatToDo };
}

function readyOf(answer: Response | undefined): Finding {
  const what = 'Ready';
  if (answer?.ok) return { what, state: 'well', detail: 'the store answers, its schema is that of this release' };
  const detail = answer === undefined ? '/readyz does not answer' : `/readyz answers with status ${answer.status}`;
  if (answer !== undefined && answer.status < 500) {
    return { what, state: 'warning', detail, whatToDo: 'Check that the proxy passes /readyz on, or ask the gateway itself.' };
  }
  const whatToDo = 'Look at the log of the gateway: the store cannot be reached, or it is starting or stopping.';
  return { what, state: 'broken', detail, whatToDo };
}

function clockOf({ io }: Call, answer: Response): Finding {
  const what = 'Clock';
  const theirs = Date.parse(answer.headers.get('date') ?? '');
  if (Number.isNaN(theirs)) return { what, state: 'warning', detail: 'the server says no time' };
  const seconds = Math.round((io.now().getTime() - theirs) / 1000);
  if (Math.abs(seconds) <= SKEW_SECONDS) return { what, state: 'well', detail: `${Math.abs(seconds)} s apart` };
  const whatToDo = 'Let both machines set their clocks by NTP: tokens and answers of providers are judged by the server’s.';
  return {
    what,
    state: 'warning',
    detail: `this computer is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead' : 'behind'}`,
    whatToDo,
  };
}

async function versionOf(call: Call): Promise<Finding> {
  const what = 'Version';
  const { pathname } = call.address();
  const answer = await probe(call, `${pathname.replace(/\/+$/, '')}/api/openapi.json`);
  const described: unknown = answer?.ok ? await answer.json().catch(() => undefined) : undefined;
  const version = (described as { info?: { version?: unknown } } | undefined)?.info?.version;
  if (typeof version === 'string') return { what, state: 'well', detail: version };
  const whatToDo = 'Give the URL of a tenant, https://sso.example.com/t/acme, or the server’s own.';
  return { what, state: 'broken', detail: 'there is no API at this address', whatToDo };
}

/** With the token, to the tenant or the server: what it may do is not asked, only whether it counts. */
async function signedIn(call: Call, found: Finding[]): Promise<TenantClient | undefined> {
  const what = 'Token';
  if ((await readToken(call.io)) === undefined) {
    const whatToDo = 'Set SALLYPORT_TOKEN, or SALLYPORT_TOKEN_FILE to a file that holds it.';
    found.push({ what, state: 'broken', detail: 'none is given', whatToDo });
    return undefined;
  }
  try {
    return await enter(call, (detail) => found.push({ what, state: 'well', detail }));
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    const whatToDo =
      error.remedy ??
      (error.status === 401
        ? 'Get a new token, and check that it belongs to this address.'
        : 'The token is good; another one may do this.');
    found.push({ what, state: 'broken', detail: `${error.title} (${error.code})`, whatToDo });
    return undefined;
  }
}

/** As a caller of the tenant, or else as an operator of the server, where there is no tenant to look into. */
async function enter(call: Call, tell: (detail: string) => void): Promise<TenantClient | undefined> {
  const isTenant = call.text('tenant') !== undefined || (await hasTenantApi(call));
  if (isTenant) {
    const client = await call.tenant();
    const { kind, email, id, tenant } = dataOf(await client.GET('/api/v1/me', {}));
    tell(`good for tenant ${tenant.name}, as ${kind === 'operator' ? 'operator' : (email ?? id)}`);
    return client;
  }
  const operator = await call.operator();
  await operator.GET('/api/v1/tenants', { params: { query: { limit: 1 } } });
  tell('good for the server; say --tenant to look into one');
  return undefined;
}

/** The descriptions of the API differ: only the server's has tenants. */
async function hasTenantApi(call: Call): Promise<boolean> {
  const { pathname } = call.address();
  const answer = await probe(call, `${pathname.replace(/\/+$/, '')}/api/openapi.json`);
  const described: unknown = answer?.ok ? await answer.json().catch(() => undefined) : undefined;
  return !Object.hasOwn((described as { paths?: object } | undefined)?.paths ?? {}, '/api/v1/tenants');
}

/** What this token may not read is not told. */
async function permitted(read: (client: TenantClient) => Promise<Finding[]>, client: TenantClient): Promise<Finding[]> {
  try {
    return await read(client);
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 403) return [];
    throw error;
  }
}

async function providersOf(client: TenantClient): Promise<Finding[]> {
  const { items } = dataOf(await client.GET('/api/v1/identity-providers/health', { params: { query: { limit: 100 } } }));
  return items.map(({ name, state, reasons }): Finding => {
    const [gravest] = reasons;
    return {
      what: `Provider ${name}`,
      state: state === 'failing' ? 'broken' : gravest === undefined ? 'well' : 'warning',
      detail: gravest === undefined ? state : `${state}: ${gravest.text}`,
      ...(gravest === undefined ? {} : { whatToDo: gravest.whatToDo }),
    };
  });
}

async function expiriesOf(client: TenantClient): Promise<Finding[]> {
  const found = dataOf(await client.GET('/api/v1/expiries', { params: { query: { within: EXPIRES_WITHIN_DAYS } } }));
  const open = found.items.filter(({ replaced }) => !replaced);
  if (open.length === 0) return [{ what: 'Expiries', state: 'well', detail: `nothing within ${EXPIRES_WITHIN_DAYS} days` }];
  return open.map(({ name, kind, daysLeft, whatToDo }) => ({
    what: `Expiry at ${name}`,
    state: 'warning',
    detail: daysLeft < 0 ? `${kind} has expired` : `${kind} in ${daysLeft} days`,
    whatToDo,
  }));
}
