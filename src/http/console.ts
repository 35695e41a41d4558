import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '#kernel/problem.ts';
import { problems } from './problems.ts';
import type { Gateway } from './server.ts';

/** One file of the built console, as it is sent. */
interface Asset {
  readonly type: string;
  readonly tag: string;
  readonly body: Buffer;
  /** Compressed when somebody first asks for it, off the main thread. */
  packed(encoding: 'br' | 'gzip'): Promise<Buffer>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);

/** Stands in the built `index.html` where the nonce of each answer goes. */
const NONCE = '__CSP_NONCE__';
const BASE = '__CONSOLE_BASE__';

/**
 * Serves the built console under `/console` of every tenant: its files under names that hold their hash, and for every other address the
 * one page that draws them all.
 *
 * @param folder what the build left; looked at when somebody asks for the first time
 */
export function serveConsole(scope: Gateway, folder: string): void {
  let assets: ReadonlyMap<string, Asset> | undefined;
  let page: string | undefined;
  const send = (request: FastifyRequest & { tenantUrl?: string }, reply: FastifyReply): unknown => {
    assets ??= readAssets(join(folder, 'assets'));
    const name = (request.params as { '*'?: string })['*'] ?? '';
    if (name.startsWith('assets/')) return sendAsset(request, reply, assets.get(name.slice('assets/'.length)));
    page ??= readPage(folder);
    return sendConsole(reply, page, new URL(request.tenantUrl ?? '').pathname.replace(/\/$/, ''));
  };
  const config = { face: 'page' as const };
  scope.get('/console', { config, schema: { hide: true } }, async (request, reply) => send(request, reply));
  scope.get('/console/*', { config, schema: { hide: true } }, async (request, reply) => send(request, reply));
}

function readAssets(folder: string): ReadonlyMap<string, Asset> {
  if (!existsSync(folder)) return new Map();
  return new Map(readdirSync(folder).map((name) => [name, readAsset(join(folder, name))]));
}

function readAsset(path: string): Asset {
  const body = readFileSync(path);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  const packed = new Map<string, Promise<Buffer>>();
  return {
    type: TYPES[extname(path)] ?? 'application/octet-stream',
    tag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    body,
    packed(encoding) {
      const made = packed.get(encoding) ?? (encoding === 'br' ? toBrotli(body, quality) : toGzip(body, { level: 9 }));
      packed.set(encoding, made);
      return made;
    },
  };
}

/** @throws Problem `http.console_missing` */
function readPage(folder: string): string {
  const path = join(folder, 'index.html');
  if (!existsSync(path)) throw new Problem(problems.console_missing);
  return readFileSync(path, 'utf8');
}

async function sendAsset(request: FastifyRequest, reply: FastifyReply, asset: Asset | undefined): Promise<unknown> {
  if (!asset) throw new Problem(problems.not_found);
  reply.headers({
    'cache-control': 'public, max-age=31536000, immutable',
    etag: asset.tag,
    vary: 'accept-encoding',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  });
  if (request.headers['if-none-match'] === asset.tag) return reply.code(304).send();
  const accepted = String(request.headers['accept-encoding'] ?? '');
  const encoding = (['br', 'gzip'] as const).find((name) => new RegExp(`\\b${name}\\b(?!;q=0(?:\\.0+)?(?:,|$))`).test(accepted));
  if (encoding) reply.header('content-encoding', encoding);
  return reply.header('content-type', asset.type).send(encoding ? await asset.packed(encoding) : asset.body);
}

/**
 * The page draws itself with scripts of ours alone. Styles may be in the page only under the nonce of this very answer: the component
 * library writes some of its own at run time. Requests go to this origin and nowhere else.
 */
function sendConsole(reply: FastifyReply, page: string, tenantPath: string): unknown {
  const nonce = randomBytes(18).toString('base64url');
  return reply
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': [
        "default-src 'none'",
        "script-src 'self'",
        `style-src 'self' 'nonce-${nonce}'`,
        "img-src 'self' data: https:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
      ].join('; '),
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'x-robots-tag': 'noindex',
    })
    .send(page.replaceAll(NONCE, nonce).replaceAll(BASE, `${tenantPath}/console/`));
}
