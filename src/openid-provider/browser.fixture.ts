import assert from 'node:assert/strict';
import { type Node } from './node.fixture.ts';

export interface Answer {
  status: number;
  body: Record<string, unknown>;
  headers: Headers;
}

/** Sends what is meant for the tenant's URL to a node. */
export function to(node: Node, url: string | URL): string {
  const { pathname, search } = new URL(url);
  return `${node.origin}${pathname}${search}`;
}

export async function post(
  node: Node,
  url: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(to(node, url), {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { accept: 'application/json', ...headers },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {} };
}

/** Keeps cookies by name and path, and follows redirects within the gateway. */
export class Browser {
  readonly #jar: Map<string, { name: string; value: string; path: string }>;
  readonly #node: Node;

  constructor(node: Node, jar = new Map<string, { name: string; value: string; path: string }>()) {
    this.#node = node;
    this.#jar = jar;
  }

  copy(): Browser {
    return new Browser(this.#node, new Map(this.#jar));
  }
  at(node: Node): Browser {
    return new Browser(node, this.#jar);
  }

  cookie(part: string): string | undefined {
    return [...this.#jar.values()].find(({ name }) => name.includes(part))?.value;
  }

  async get(url: string): Promise<Response> {
    return this.#send(url, {});
  }

  async post(url: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
    return this.#send(url, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { 'sec-fetch-site': 'same-origin', ...headers },
    });
  }

  /** Follows until the gateway is left. */
  async follow(response: Response): Promise<URL> {
    let answer = response;
    for (let hops = 0; hops < 10; hops += 1) {
      const location = answer.headers.get('location');
      assert.ok(location, `no redirect but ${answer.status}: ${await answer.clone().text()}`);
      if (!location.startsWith('https://sso.example.com/')) return new URL(location);
      answer = await this.get(location);
    }
    throw new Error('round and round');
  }

  async open(url: string): Promise<URL> {
    return this.follow(await this.get(url));
  }

  async #send(
    url: string,
    init: { method?: string; body?: URLSearchParams; headers?: Record<string, string> },
  ): Promise<Response> {
    const { pathname } = new URL(url);
    const cookie = [...this.#jar.values()]
      .filter(({ path }) => pathname.startsWith(path))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
    const response = await fetch(to(this.#node, url), {
      redirect: 'manual',
      ...init,
      headers: { ...init.headers, ...(cookie ? { cookie } : {}) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(/;\s*/);
      const name = pair.slice(0, pair.indexOf('='));
      const value = pair.slice(pair.indexOf('=') + 1);
      const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
      assert.match(line, /secure/i);
      assert.match(line, /httponly/i);
      if (value === '') this.#jar.delete(`${name} ${path}`);
      else this.#jar.set(`${name} ${path}`, { name, value, path });
    }
    return response;
  }
}
