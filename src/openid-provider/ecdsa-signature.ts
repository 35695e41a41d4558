/** Bytes of each of the two numbers of a P-256 signature. */
const NUMBER_BYTES = 32;
const INTEGER = 0x02;

/**
 * An ECDSA P-256 signature as OpenSSL makes it (DER) in the form of a JWS: r and s, 32 bytes each, side by side. Asking `sign` for that
 * form costs as much as the signature: it takes the key for something else first.
 *
 * @see RFC 7518 §3.4, RFC 3279 §2.2.3
 */
export function jwsSignatureOf(der: Uint8Array): Uint8Array {
  const joined = new Uint8Array(2 * NUMBER_BYTES);
  // A sequence of less than 128 bytes: tag, length, r, s.
  const rEnd = place(der, 2, { into: joined, end: NUMBER_BYTES });
  const sEnd = place(der, rEnd, { into: joined, end: 2 * NUMBER_BYTES });
  if (sEnd !== der.length) throw new Error('not the signature of a P-256 key');
  return joined;
}

/** Right-aligned; a number whose first bit is set has a nought before it. @returns where the next one begins */
function place(der: Uint8Array, at: number, { into, end }: { into: Uint8Array; end: number }): number {
  const [tag, length = 0] = der.subarray(at, at + 2);
  const next = at + 2 + length;
  const first = der[at + 2] === 0 ? at + 3 : at + 2;
  if (tag !== INTEGER || length === 0 || next - first > NUMBER_BYTES) throw new Error('not the signature of a P-256 key');
  into.set(der.subarray(first, next), end - (next - first));
  return next;
}
