import assert from 'node:assert/strict';
import type { TestTenant } from '../../kit/scene.ts';

/** What was read, and where. */
export interface Reading {
  readonly address: string;
  readonly status: number;
  readonly headers?: string;
  readonly text: string;
}

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema?: { enum?: string[] };
}
interface Description {
  paths: Record<string, { get?: { parameters?: Parameter[] } }>;
}

/** Members of a list's items that may stand in a path, by preference after the parameter's own name. */
const NAMES = ['id', 'revision', 'reference', 'name'];

/**
 * Every GET that the API's own description has, with every id that its lists give, and each choice of each parameter once. A path that was
 * never answered with 200 is an error: nobody would have looked.
 */
export async function readApi(base: string, token: string, given: Readonly<Record<string, string>> = {}): Promise<Reading[]> {
  const read = (address: string): Promise<Reading> => readAt(`${base}${address}`, { authorization: `Bearer ${token}` });
  const { text } = await read('/api/openapi.json');
  const { paths } = JSON.parse(text) as Description;
  const all: Reading[] = [];
  for (const [path, { get }] of Object.entries(paths)) {
    if (!get) continue;
    const readings: Reading[] = [];
    const asked = (get.parameters ?? []).filter((parameter) => parameter.in === 'query');
    const needed = asked.filter(({ required }) => required).map(({ name }): [string, string] => [name, given[name] ?? '']);
    const choices = asked.flatMap(({ name, schema }) => (schema?.enum ?? []).map((value): [string, string][] => [[name, value]]));
    for (const address of await addressesOf(path, read))
      for (const choice of [[], ...choices])
        readings.push(await read(`${address}?${new URLSearchParams([...needed, ...choice])}`));
    assert.ok(
      readings.some(({ status }) => status === 200) || WITHOUT_ANSWER.includes(path),
      `${path} was read: ${readings.map(({ address, status, text: said }) => `${address} ${status} ${said.slice(0, 300)}`)[0]}`,
    );
    all.push(...readings);
  }
  return all;
}

/** An operator is no user of a tenant. */
const WITHOUT_ANSWER = ['/api/v1/me'];

/** The addresses of a path: each parameter is taken from the list that lies before it. */
async function addressesOf(path: string, read: (address: string) => Promise<Reading>): Promise<string[]> {
  const [, before = path, name, rest = ''] = /^(.*?)\/\{(\w+)\}(.*)$/.exec(path) ?? [];
  if (name === undefined) return [path];
  const { text } = await read(`${before}${before.endsWith('/sign-ins') ? '?purpose=all&limit=100' : ''}`);
  const { items = [] } = JSON.parse(text) as { items?: Record<string, string | number>[] };
  const ids = items.map((item) => [name, ...NAMES].map((member) => item[member]).find((value) => value !== undefined));
  const inside = ids.map((id) => addressesOf(`${before}/${encodeURIComponent(id ?? '')}${rest}`, read));
  return (await Promise.all(inside)).flat();
}

/** Pages and documents that anybody can read. */
export async function readPublic(server: string, tenant: TestTenant, slugs: readonly string[]): Promise<Reading[]> {
  const addresses = [
    ...['/metrics', '/healthz', '/readyz', '/api/openapi.json'].map((path) => `${server}${path}`),
    ...[
      '/sign-in',
      '/sign-in/done',
      '/sign-in/password',
      '/dev/mailbox',
      '/.well-known/openid-configuration',
      '/oauth/jwks',
      '/api/openapi.json',
      ...slugs.flatMap((slug) => ['metadata', 'jwks', 'callback', 'acs', 'start'].map((end) => `/sso/${slug}/${end}`)),
    ].map((path) => `${tenant.url}${path}`),
  ];
  return Promise.all(addresses.map((address) => readAt(address, {})));
}

export async function readAt(address: string, headers: Record<string, string>): Promise<Reading> {
  const answer = await fetch(address, { headers, redirect: 'manual' });
  const { status } = answer;
  return { address, status, headers: JSON.stringify([...answer.headers]), text: await answer.text() };
}
