import { stripVTControlCharacters } from 'node:util';
import { plain } from './plain.ts';

/** Text without colours, as wide as it looks; what a terminal shows twice as wide (CJK, emoji) counts twice. */
export function widthOf(text: string): number {
  const bare = stripVTControlCharacters(text);
  let width = 0;
  for (const { segment } of graphemes.segment(bare)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

const graphemes = new Intl.Segmenter();
const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
/** One value never pushes all the others off the screen; the last one may be as long as it is. */
const WIDEST = 60;

/** A cell: foreign text, or text of ours that is coloured already. */
export type Cell = string | number | null | undefined | { painted: string };

/** Aligned columns with a head; an empty table says so. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[], none = 'none'): string {
  if (rows.length === 0) return `${none}\n`;
  const lines = [
    head.map((title) => title.toUpperCase()),
    ...rows.map((row) => row.map((cell, at) => show(cell, at === row.length - 1 ? Number.POSITIVE_INFINITY : WIDEST))),
  ];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => widthOf(line[column] ?? ''))));
  const write = (line: readonly string[]): string =>
    line
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell))))
      .join('  ')
      .trimEnd();
  return `${lines.map(write).join('\n')}\n`;
}

function show(cell: Cell, most: number): string {
  if (cell === null || cell === undefined || cell === '') return '-';
  if (typeof cell === 'object') return cell.painted;
  const text = plain(String(cell));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
