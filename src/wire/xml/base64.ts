import { Problem } from '#kernel/problem.ts';
import { problems } from './problems.ts';

const WHITESPACE = /[ \t\r\n]+/g;

/**
 * Bytes of strict base64. White space between the characters is tolerated, as MIME and xs:base64Binary have it; another alphabet,
 * missing padding, junk and stray bits are not: two texts that differ in more than white space never mean the same bytes.
 *
 * @throws Problem `xml.base64`
 * @see RFC 4648 §3.3, §3.5
 */
export function readBase64(text: string): Buffer {
  const packed = text.replace(WHITESPACE, '');
  const bytes = Buffer.from(packed, 'base64');
  if (packed === '' || bytes.toString('base64') !== packed) throw new Problem(problems.base64);
  return bytes;
}
