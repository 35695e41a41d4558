import { randomFillSync } from 'node:crypto';

/** Drawn from the operating system at once; a call for each nonce costs ten times as much. */
const POOL_BYTES = 8192;

/** Random bytes of the system's generator, each handed out once and then overwritten in the pool. */
export function createRandomBytes(): (length: number) => Uint8Array {
  const pool = Buffer.alloc(POOL_BYTES);
  let used = POOL_BYTES;
  return (length) => {
    if (length > POOL_BYTES / 4) return randomFillSync(new Uint8Array(length));
    if (used + length > POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    const bytes = Uint8Array.prototype.slice.call(pool, used, used + length);
    pool.fill(0, used, used + length);
    used += length;
    return bytes;
  };
}
