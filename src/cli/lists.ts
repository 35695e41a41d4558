import type { Call, Outcome } from './command.ts';
import { fields } from './print/fields.ts';
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

/** What has no document to show. */
export const done = (said: string): Outcome => ({ text: `${said}\n` });
