import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { Problem } from '#kernel/problem.ts';
import { problems } from './problems.ts';

const decoders = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;

/**
 * Decodes a body that came compressed although `identity` was asked for: some servers do not listen. The bound holds for the decoded
 * bytes, while they come, so that 65 kB which stand for 64 MiB cost nothing. One encoding, not a chain of them.
 *
 * @throws Problem `fetch.too_large`, `fetch.answer_unreadable`
 */
export async function decodeBody(raw: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  const name = encoding.trim().toLowerCase();
  if (name === 'identity' || raw.length === 0) return raw;
  if (!Object.hasOwn(decoders, name)) throw new Problem(problems.answer_unreadable, { facts: { encoding: name.slice(0, 100) } });
  try {
    return await decoders[name as keyof typeof decoders](raw, { maxOutputLength: maxBytes });
  } catch (cause) {
    const overflow = (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw new Problem(overflow ? problems.too_large : problems.answer_unreadable, { facts: { encoding: name, maxBytes }, cause });
  }
}
