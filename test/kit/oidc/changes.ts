import type { KeyObject } from 'node:crypto';
import type { ServerResponse } from 'node:http';

/** How the next ID token differs from a good one. A claim or header parameter of `undefined` is left out. */
export interface TokenChange {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  /** How it is signed; the header says the same unless `header.alg` says otherwise. */
  alg?: string;
  key?: KeyObject | Buffer;
  /** Exact texts instead of what `claims` and `header` would give: duplicate members, byte order marks. */
  payloadText?: (payload: Record<string, unknown>) => string;
  headerText?: string;
  /** Changes the finished token. */
  raw?: (token: string) => string;
}

/** How the next answer of an endpoint differs from a good one. */
export interface AnswerChange {
  status?: number;
  headers?: Record<string, string>;
  /** Members to add or, with `undefined`, to leave out. */
  json?: Record<string, unknown>;
  /** The exact body. */
  body?: string | Buffer;
  /** Never answers. */
  hang?: boolean;
}

/** Sends a JSON answer, changed as told. */
export function sendJson(
  response: ServerResponse,
  json: Record<string, unknown>,
  change: AnswerChange & { status?: number } = {},
): void {
  if (change.hang) return;
  const body = change.body ?? JSON.stringify({ ...json, ...change.json });
  response.writeHead(change.status ?? 200, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...change.headers,
  });
  response.end(body);
}
