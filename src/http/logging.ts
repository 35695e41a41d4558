import type { FastifyReply, FastifyRequest } from 'fastify';
import pino, { type DestinationStream, type Logger } from 'pino';
import type { Gateway } from './server.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** No line for an answer of this route that is no refusal: probes ask every few seconds. */
    quiet?: boolean;
  }
}

/** Members whose value is a credential or holds one, wherever they stand; written in lower case without `-` and `_`. */
const SECRET_MEMBERS: ReadonlySet<string> = new Set([
  'authorization',
  'proxyauthorization',
  'cookie',
  'setcookie',
  'password',
  'secret',
  'clientsecret',
  'token',
  'accesstoken',
  'refreshtoken',
  'idtoken',
  'operatortoken',
  'masterkey',
  'privatekey',
  'clientassertion',
  'assertion',
  'samlresponse',
  'codeverifier',
]);

/** JSON web tokens, what follows the word Bearer or Basic, and the telling fields of a query string or form. */
const CREDENTIALS =
  /\beyJ[\w-]+\.[\w-]*(?:\.[\w-]*)*|\b(?:Bearer|Basic)\s+[\w\-.~+/]+=*|(?<=\b(?:code|state|nonce|\w*token\w*|\w*secret|\w*assertion|password|SAML\w+)=)[^&\s"']+/gi;

/** The longest text of somebody else's that a line keeps. */
const LONGEST_TEXT = 2000;

/** Lines are written together: a write for each costs more than making it. What is buffered is written at exit. */
const BUFFERED_BYTES = 8192;
const FLUSH_MILLISECONDS = 250;

/** Marks a line whose members are all our own words and numbers: there is nothing to remove, and it is written with every request. */
const SAFE = Symbol('safe');

/** Deeper than anything that a line has reason to hold. */
const DEEPEST = 5;

/**
 * Structured log, one JSON object a line: a line end in a value is escaped and cannot forge a line (OWASP ASVS 5.0 §V16).
 * Credentials are removed by the name of their member and by their look; pino's own removal by paths costs forty times as much.
 */
export function createLogger(options: { level?: string; destination?: DestinationStream } = {}): Logger {
  return pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (level) => ({ level }),
        log: (line) =>
          (line as { [SAFE]?: boolean })[SAFE] === true ? line : (withoutSecrets(line, 0) as Record<string, unknown>),
      },
      // What `log` has made of an error stands; pino's own serializer would add its members again.
      serializers: { err: (described: unknown) => described, req: describeRequest, res: () => undefined },
    },
    options.destination ?? pino.destination({ fd: 1, sync: false, minLength: BUFFERED_BYTES, periodicFlush: FLUSH_MILLISECONDS }),
  );
}

function withoutSecrets(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return scrub(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return depth > DEEPEST ? '…' : value.map((one) => withoutSecrets(one, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return describeInstance(value);
  if (depth > DEEPEST) return '…';
  const kept: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const isSecret = SECRET_MEMBERS.has(name.toLowerCase().replace(/[-_]/g, ''));
    kept[name] = isSecret ? '[removed]' : withoutSecrets(member, depth + 1);
  }
  return kept;
}

/** What is not plain data: an error without its further members, an address without its query, bytes by their number. */
function describeInstance(value: object): unknown {
  if (value instanceof Error) return describeError(value);
  if (value instanceof URL) return `${value.origin}${value.pathname}`;
  return ArrayBuffer.isView(value) ? `[${value.byteLength} bytes]` : value;
}

/**
 * One line a request, when it is answered: the route rather than the address, so that no code, token or state of a query string or
 * path is kept. Refusals have written their own line by then.
 */
export function logRequests(app: Gateway): void {
  app.addHook('onResponse', async (request, reply) => {
    if (request.routeOptions.config.quiet && reply.statusCode < 400) return;
    request.log.info(
      {
        ...describeRequest(request),
        ...describeReply(reply),
        reference: request.id,
        [SAFE]: request.routeOptions.url !== undefined,
      },
      'answered',
    );
  });
}

function describeRequest(request: FastifyRequest): Record<string, unknown> {
  const { method, routeOptions, params } = request;
  const tenant = (params as { tenant?: string } | null)?.tenant;
  return { method, route: routeOptions?.url ?? pathShape(request.originalUrl ?? ''), ...(tenant ? { tenant } : {}) };
}

function describeReply(reply: FastifyReply): Record<string, unknown> {
  return { status: reply.statusCode, milliseconds: Math.round(reply.elapsedTime * 10) / 10 };
}

/** A path that met no route: enough to see a typing mistake, without what could be a secret. */
function pathShape(url: string): string {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  const segments = path.split('/').map((segment) => (segment.length > 24 ? '…' : segment));
  return segments.slice(0, 8).join('/');
}

interface DescribedError {
  type: string;
  message: string;
  code?: unknown;
  stack?: string;
  cause?: DescribedError;
}

/** What is told of an error: never its further members, in which libraries keep responses, tokens and requests. */
function describeError(error: Error, depth = 0): DescribedError {
  const { name, message, stack, cause, code } = error as Error & { code?: unknown };
  return {
    type: name,
    message: scrub(message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(stack ? { stack: scrub(stack) } : {}),
    ...(cause instanceof Error && depth < DEEPEST ? { cause: describeError(cause, depth + 1) } : {}),
  };
}

function scrub(text: string): string {
  return text.slice(0, LONGEST_TEXT).replace(CREDENTIALS, '[removed]');
}
