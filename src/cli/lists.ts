import type { Call, Outcome } from './command.ts';
import { fields } from './print/fields.ts';
import { plain } from './print/plain.ts';
import { type Cell, table } from './print/table.ts';

/** A list as a table: of every item one row. */
export function listed<Item>(
  page: { readonly items: readonly Item[] },
  columns: Readonly<Record<string, (item: Item) => Cell>>,
  none?: string,
): Outcome {
  const rows = page.items.map((item) => Object.values(columns).map((cell) => cell(item)));
  return { document: page, text: table(Object.keys(columns), rows, none) };
}

/** One thing with its fields, below a line that says what happened, if something did. */
export function shown(call: Call, document: object, said?: string): Outcome {
  return { document, text: `${said === undefined ? '' : `${said}\n\n`}${fields(document, call.style)}` };
}

/** A link that makes whoever has it an administrator. */
export function tellLink({ style }: Call, link: { url: string; expiresAt: string }): Outcome {
  const until = style.time(link.expiresAt);
  return {
    document: link,
    text: `${style.paint('bold', `Link, shown this once, good until ${until}:`)}\n  ${plain(link.url)}\n`,
  };
}

/** What has no document to show. */
export const done = (said: string): Outcome => ({ text: `${said}\n` });
