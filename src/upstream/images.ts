/** A button's image in bytes, decoded: it is part of every sign-in page. */
const LARGEST_IMAGE = 32 * 1024;

/** How a file of each allowed type begins. SVG is not among them: it is a document with scripts. */
const SIGNATURES: Readonly<Record<string, (bytes: Buffer) => boolean>> = {
  'image/png': (bytes) => bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex')),
  'image/jpeg': (bytes) => bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex')),
  'image/gif': (bytes) => /^GIF8[79]a$/.test(bytes.subarray(0, 6).toString('latin1')),
  'image/webp': (bytes) =>
    bytes.subarray(0, 4).toString('latin1') === 'RIFF' && bytes.subarray(8, 12).toString('latin1') === 'WEBP',
};

/** What is wrong with the address of a button's image, or undefined: https, or a small picture in the address itself. */
export function faultOfImage(address: string): { code: string; detail: string } | undefined {
  if (address.startsWith('data:')) return faultOfData(address);
  const url = URL.parse(address);
  if (
    !url ||
    url.protocol !== 'https:' ||
    url.username !== '' ||
    url.password !== '' ||
    address.length > 2048 ||
    /[\s"'<>\\]/.test(address)
  ) {
    return { code: 'image_address', detail: 'must be an https address, or a data: address' };
  }
  return undefined;
}

/** @see RFC 2397 §3 */
function faultOfData(address: string): { code: string; detail: string } | undefined {
  const [, type = '', encoded = ''] =
    /^data:([a-z]+\/[a-z0-9.+-]+);base64,([A-Za-z0-9+/]*={0,2})$/.exec(address.slice(0, LARGEST_IMAGE * 2)) ?? [];
  const isOfType = SIGNATURES[type];
  if (!isOfType) return { code: 'image_type', detail: 'must be data:image/png, jpeg, gif or webp in base64' };
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length > LARGEST_IMAGE || address.length > LARGEST_IMAGE * 1.4 + 64)
    return { code: 'too_big', detail: `must have at most ${LARGEST_IMAGE} bytes` };
  return isOfType(bytes) ? undefined : { code: 'image_content', detail: `is no ${type}` };
}
