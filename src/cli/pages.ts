import type { Call, OptionOf } from './command.ts';

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

export const limitOption: OptionOf = { flags: '--limit <n>', text: 'at most so many', kind: 'number' };

/** Items that are asked for at once: what every list of the API allows. */
const AT_ONCE = 100;

/**
 * All pages of a list as one, as many items as `--limit` says.
 * @param usual how many without `--limit`; all unless told
 */
export async function readAll<Item>(
  call: Pick<Call, 'number' | 'say'>,
  read: (page: { limit: number; cursor?: string }) => Promise<Page<Item>>,
  usual = Number.POSITIVE_INFINITY,
): Promise<Page<Item>> {
  const most = call.number('limit') ?? usual;
  const items: Item[] = [];
  let next: string | null = null;
  do {
    const page: Page<Item> = await read({
      limit: Math.min(AT_ONCE, most - items.length),
      ...(next === null ? {} : { cursor: next }),
    });
    items.push(...page.items);
    next = page.next;
  } while (next !== null && items.length < most);
  if (next !== null) call.say(`There are more than these ${items.length}: ask for them by --limit.`);
  return { items, next };
}
