import type { World } from '#kernel/world.ts';

/** Crockford's base 32: no I, L, O, U, so that nobody misreads one. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A new reference, 60 random bits: `7KQ2-M3XA-91TB`. */
export function newReference(world: World): string {
  const letters = Array.from(world.randomBytes(12), (byte) => LETTERS[byte & 31]).join('');
  return `${letters.slice(0, 4)}-${letters.slice(4, 8)}-${letters.slice(8)}`;
}
