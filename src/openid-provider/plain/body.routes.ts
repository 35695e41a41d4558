import type { FastifyRequest } from 'fastify';

type Incoming = FastifyRequest['raw'];

/** Reads a body, as far as it comes: what a caller has broken off is shorter than announced. */
export function readBody(request: Incoming): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => resolve(Buffer.concat(chunks)))
      .on('close', () => resolve(Buffer.concat(chunks)))
      .on('error', () => {});
  });
}

/**
 * Lets somebody else read it who reads as oidc-provider does: the stream itself can be read once.
 * @see node_modules/oidc-provider/lib/shared/selective_body.js
 */
export function putBack(request: Incoming, body: Buffer): void {
  Object.defineProperty(request, 'readable', { value: true });
  Object.defineProperty(request, 'iterator', { value: () => [body][Symbol.iterator]() });
}
