/** The gateway's REST API as an operator sees it; nothing of the gateway's code is used. */
export interface GatewayApi {
  get<Answer>(path: string): Promise<Answer>;
  /** The answer, or undefined when there is no such thing (404). */
  find<Answer>(path: string): Promise<Answer | undefined>;
  /** All pages of a list. */
  list<Item>(path: string): Promise<Item[]>;
  create<Answer>(path: string, document: unknown): Promise<Answer>;
  change<Answer>(path: string, document: unknown): Promise<Answer>;
  remove(path: string): Promise<void>;
}

/** A refusal of the gateway, with what it said: code, and the faults of the input with their pointers. */
export class GatewayRefused extends Error {
  readonly status: number;
  readonly code: string | undefined;

  constructor(request: string, status: number, problem: { code?: string; title?: string; detail?: string; errors?: unknown }) {
    const faults = problem.errors === undefined ? '' : ` ${JSON.stringify(problem.errors)}`;
    super(`${request} was answered ${status} ${problem.code ?? ''}: ${problem.detail ?? problem.title ?? ''}${faults}`);
    this.status = status;
    this.code = problem.code;
  }
}

/** How long one call may take, in milliseconds. */
const PATIENCE = 15_000;

export function createGatewayApi({ baseUrl, token }: { baseUrl: string; token: string }): GatewayApi {
  const call = async <Answer>(method: string, path: string, document?: unknown): Promise<Answer> => {
    const response = await fetch(`${baseUrl}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(document === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: document === undefined ? null : JSON.stringify(document),
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE),
    });
    const text = await response.text();
    if (!response.ok) throw new GatewayRefused(`${method} ${baseUrl}/api/v1${path}`, response.status, readProblem(text));
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  };
  return {
    get: (path) => call('GET', path),
    find: (path) =>
      call<never>('GET', path).catch((fault: unknown) => {
        if (fault instanceof GatewayRefused && fault.status === 404) return undefined;
        throw fault;
      }),
    async list<Item>(path: string) {
      const items: Item[] = [];
      let cursor: string | null | undefined;
      do {
        const query: string = cursor ? `?cursor=${encodeURIComponent(cursor)}` : '';
        const page: { items: Item[]; next?: string | null } = await call('GET', `${path}${query}`);
        items.push(...page.items);
        cursor = page.next;
      } while (cursor);
      return items;
    },
    create: (path, document) => call('POST', path, document),
    change: (path, document) => call('PATCH', path, document),
    remove: (path) => call('DELETE', path),
  };
}

function readProblem(text: string): { code?: string; title?: string; detail?: string; errors?: unknown } {
  try {
    return JSON.parse(text) as object;
  } catch {
    return { detail: text.slice(0, 200) };
  }
}
