/** One document of the API, as far as tests read it by name; a list answers `items`, a refusal `code` and `errors`. */
export interface Json {
  readonly id: string;
  readonly slug: string;
  readonly code: string;
  readonly clientSecret: string | null;
  readonly items: Json[];
  readonly errors: { pointer: string; code: string; detail: string }[];
  readonly saml: { acsUrl: string; spEntityId: string };
  readonly oidc: { redirectUri: string };
  /** What else there is says by itself what it is. */
  readonly [name: string]: unknown;
}

export interface ApiAnswer<Document = Json> {
  readonly status: number;
  readonly json: Document;
}

/** JSON over HTTP with a bearer token. Whoever expects another document than `Json` names it. */
export interface Api {
  call<Document = Json>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<ApiAnswer<Document>>;
}

export function apiOf(base: string, token: string): Api {
  return {
    async call(method, path, body, headers = {}) {
      const sent: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
      const answer = await fetch(`${base}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...sent, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
    },
  };
}
