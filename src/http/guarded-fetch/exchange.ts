import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Problem } from '#kernel/problem.ts';
import { CompleteResponse } from './complete-response.ts';
import type { Connections } from './connections.ts';
import { decodeBody } from './decode-body.ts';
import { readFailure } from './failures.ts';
import { problems } from './problems.ts';
import { hostOf } from './target.ts';

/** One request as it goes on the wire. */
export interface Outgoing {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: string | null;
}

/** What one answer may cost. */
export interface Bounds {
  maxBytes: number;
  /** When the whole fetch must be over, in milliseconds of `performance.now()`; redirects and repeats share it. */
  endsAt: number;
  signal?: AbortSignal | undefined;
}

/** Response headers in bytes, all together: Node's own default, fixed here because it can be changed from outside. */
const LONGEST_HEADERS = 16_384;

/**
 * Sends one request and takes the whole answer. A kept connection that the other side closed just before the request reached it is
 * not an answer: the request is sent once more on a new one.
 *
 * @throws Problem `fetch.*`
 */
export async function exchange(outgoing: Outgoing, bounds: Bounds, connections: Connections): Promise<Response> {
  try {
    return await attempt(outgoing, bounds, connections);
  } catch (error) {
    if (!(error instanceof ClosedUnderRequest)) throw error;
    return attempt(outgoing, bounds, { ...connections, fresh: true });
  }
}

class ClosedUnderRequest extends Error {}

function attempt(outgoing: Outgoing, bounds: Bounds, connections: Connections & { fresh?: true }): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = open(outgoing, connections);
    let answered = false;
    const fail = (error: Error): void => {
      finish();
      request.destroy();
      reject(request.reusedSocket && !answered && wasClosed(error) ? new ClosedUnderRequest() : readFailure(error));
    };
    const onAbort = (): void => fail(new Problem(problems.aborted, { cause: bounds.signal?.reason }));
    const timer = setTimeout(() => fail(new Problem(problems.too_slow)), Math.max(0, bounds.endsAt - performance.now()));
    const finish = (): void => {
      clearTimeout(timer);
      bounds.signal?.removeEventListener('abort', onAbort);
    };
    request.on('error', fail);
    if (bounds.signal?.aborted) return onAbort();
    bounds.signal?.addEventListener('abort', onAbort, { once: true });
    request.on('response', (answer) => {
      answered = true;
      takeBody(answer, bounds.maxBytes)
        .then((bytes) => toResponse(answer, bytes, bounds.maxBytes))
        .then((response) => {
          finish();
          resolve(response);
        }, fail);
    });
    request.end(outgoing.body ?? undefined);
  });
}

function open({ url, method, headers }: Outgoing, connections: Connections & { fresh?: true }): ClientRequest {
  const secure = url.protocol === 'https:';
  const options: RequestOptions = {
    host: hostOf(url),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    path: url.pathname + url.search,
    method,
    headers: { ...headers, host: url.host },
    lookup: connections.lookup,
    agent: connections.fresh ? false : secure ? connections.https : connections.http,
    maxHeaderSize: LONGEST_HEADERS,
  };
  return secure ? httpsRequest(options) : httpRequest(options);
}

function wasClosed(error: Error): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

function takeBody(answer: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const tooLarge = (): void => reject(new Problem(problems.too_large, { facts: { maxBytes } }));
    if (Number(answer.headers['content-length'] ?? 0) > maxBytes) return tooLarge();
    answer.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) return tooLarge();
      chunks.push(chunk);
    });
    answer.on('error', reject);
    answer.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    answer.on('close', () => reject(Object.assign(new Error('closed before its end'), { code: 'ECONNRESET' })));
  });
}

async function toResponse(answer: IncomingMessage, raw: Buffer, maxBytes: number): Promise<Response> {
  const status = answer.statusCode ?? 0;
  const encoding = answer.headers['content-encoding'];
  const bytes = encoding === undefined ? raw : await decodeBody(raw, encoding, maxBytes);
  const headers: [string, string][] = [];
  for (let index = 0; index < answer.rawHeaders.length; index += 2) {
    const name = answer.rawHeaders[index] as string;
    if (encoding !== undefined && /^content-(?:encoding|length)$/i.test(name)) continue;
    headers.push([name, answer.rawHeaders[index + 1] as string]);
  }
  try {
    return new CompleteResponse(bytes as Uint8Array<ArrayBuffer>, { status, statusText: '', headers });
  } catch (cause) {
    throw new Problem(problems.answer_unreadable, { facts: { status }, cause });
  }
}
