/** A refusal of the API as a program meets it (RFC 9457): act on `code`, show the rest. */
export class ApiProblem extends Error {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  readonly remedy: string | undefined;
  readonly traceId: string | undefined;
  readonly errors: readonly { pointer: string; code: string; detail: string }[];
  /** As it came, with what is said beside. */
  readonly document: Readonly<Record<string, unknown>>;

  constructor(status: number, told: Readonly<Record<string, unknown>>) {
    const title = textOf(told['title']) ?? `The server answered with status ${status}.`;
    super(textOf(told['detail']) ?? title);
    this.name = 'ApiProblem';
    this.code = textOf(told['code']) ?? `client.status_${status}`;
    this.status = status;
    this.title = title;
    this.detail = textOf(told['detail']);
    this.remedy = textOf(told['remedy']);
    this.traceId = textOf(told['traceId']);
    this.document = told;
    this.errors = Array.isArray(told['errors']) ? told['errors'] : [];
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Reads a refusal; an answer that is none of ours (a proxy's page) is told by its status. */
export async function readProblem(response: Response): Promise<ApiProblem> {
  const isJson = /^application\/(?:problem\+)?json\b/.test(response.headers.get('content-type') ?? '');
  const told: unknown = isJson ? await response.json().catch(() => ({})) : {};
  return new ApiProblem(response.status, typeof told === 'object' && told !== null ? (told as Record<string, unknown>) : {});
}

/** Nobody answered: the network, a wrong address, a server that is down. */
export function unreachable(url: string): ApiProblem {
  return new ApiProblem(0, {
    code: 'client.unreachable',
    title: 'The gateway cannot be reached.',
    detail: `no answer from ${url}`,
  });
}
