import { z } from 'zod';
import { Problem } from '#kernel/problem.ts';
import { isStorable } from './keys.ts';
import { problems } from './problems.ts';

/** Query of a list: `cursor` is what the page before answered as `next`. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,1000}$/, 'must be what a list answered as next')
    .optional(),
});

export const pageOf = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item), next: z.string().nullable() });

/**
 * One page and the cursor of the next: one item more than wanted is asked for, to know whether there is one.
 * @param read finds the items after a key, in the order of the keys
 * @throws Problem `directory.input_invalid` for a cursor that is none
 */
export async function readPage<Item>(
  { limit, cursor }: { limit: number; cursor?: string },
  keyOf: (item: Item) => string,
  read: (page: { limit: number; after?: string }) => Promise<Item[]>,
): Promise<{ items: Item[]; next: string | null }> {
  const after = cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString();
  if (after !== undefined && !isStorable(after)) {
    throw new Problem(problems.input_invalid, {
      errors: [{ pointer: '/cursor', code: 'cursor_invalid', detail: 'must be what a list answered as next' }],
    });
  }
  const found = await read({ limit: limit + 1, after });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? Buffer.from(keyOf(last)).toString('base64url') : null };
}
