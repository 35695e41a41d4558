/** One file's text, taken apart just far enough to be judged: positions stay those of the text. */
export interface Source {
  /** The text with comments, and the insides of strings, templates and regular expressions, turned into blanks. */
  readonly code: string;
  readonly strings: readonly Piece[];
  readonly regexes: readonly Piece[];
}

export interface Piece {
  /** Offset of the opening delimiter. */
  readonly start: number;
  readonly end: number;
  /** What stands between the delimiters, escapes untouched. */
  readonly text: string;
}

export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** The names between braces, as the module calls them; empty for a namespace, default or dynamic import. */
  readonly names: readonly string[];
  /** Everything that it brings in is named and nothing but these names: no default, no namespace. */
  readonly onlyNames: boolean;
}

/** After these words a slash opens a regular expression; after any other word it divides. */
const BEFORE_A_REGEX = /(?:^|[^\w$.])(?:return|typeof|case|in|of|delete|void|throw|new|else|do|await|yield)$/;

/** Takes TypeScript apart without parsing it: comments, strings, templates (also nested) and regular expressions. */
export function readSource(text: string): Source {
  const reader = new Reader(text);
  reader.readCode(null);
  return { code: reader.blanked.join(''), strings: reader.strings, regexes: reader.regexes };
}

class Reader {
  readonly blanked: string[];
  readonly strings: Piece[] = [];
  readonly regexes: Piece[] = [];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.blanked = text.split('');
  }

  /** Reads until the end, or until the brace that closes a template's `${`. */
  readCode(closing: '}' | null): void {
    let depth = 0;
    while (this.#at < this.#text.length) {
      const here = this.#text[this.#at];
      const next = this.#text[this.#at + 1];
      if (here === '/' && next === '/') this.#blankTo(this.#find('\n', this.#at));
      else if (here === '/' && next === '*') this.#blankTo(this.#find('*/', this.#at + 2) + 2);
      else if (here === "'" || here === '"') this.#readString(here);
      else if (here === '`') this.#readTemplate();
      else if (here === '/' && this.#opensRegex()) this.#readRegex();
      else if (here === closing && depth === 0) return;
      else {
        depth += here === '{' ? 1 : here === '}' ? -1 : 0;
        this.#at += 1;
      }
    }
  }

  #readString(quote: string): void {
    const start = this.#at;
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== quote && this.#text[end] !== '\n')
      end += this.#text[end] === '\\' ? 2 : 1;
    this.#take(this.strings, start, end);
  }

  #readRegex(): void {
    const start = this.#at;
    let end = start + 1;
    let inClass = false;
    while (end < this.#text.length && (inClass || this.#text[end] !== '/') && this.#text[end] !== '\n') {
      if (this.#text[end] === '\\') end += 1;
      else if (this.#text[end] === '[') inClass = true;
      else if (this.#text[end] === ']') inClass = false;
      end += 1;
    }
    this.#take(this.regexes, start, end);
  }

  #readTemplate(): void {
    let start = this.#at;
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== '`') {
      if (this.#text[end] === '\\') end += 2;
      else if (this.#text[end] === '$' && this.#text[end + 1] === '{') {
        this.#take(this.strings, start, end);
        this.#at = end + 2;
        this.readCode('}');
        start = this.#at;
        end = start + 1;
      } else end += 1;
    }
    this.#take(this.strings, start, end);
  }

  #take(list: Piece[], start: number, end: number): void {
    list.push({ start, end, text: this.#text.slice(start + 1, end) });
    this.#at = start + 1;
    this.#blankTo(end);
    this.#at = end + 1;
  }

  #opensRegex(): boolean {
    const before = this.blanked
      .slice(Math.max(0, this.#at - 80), this.#at)
      .join('')
      .trimEnd();
    return before === '' || !/[\w$)\]}'"`]$/.test(before) || BEFORE_A_REGEX.test(before);
  }

  #blankTo(end: number): void {
    for (; this.#at < Math.min(end, this.#text.length); this.#at += 1) {
      if (this.blanked[this.#at] !== '\n') this.blanked[this.#at] = ' ';
    }
  }

  #find(mark: string, from: number): number {
    const found = this.#text.indexOf(mark, from);
    return found === -1 ? this.#text.length : found;
  }
}

/** Every way in which a file names another: import, re-export, `import()`, `import('…').Type`, `require()`. */
export function readImports(source: Source): Import[] {
  const found: Import[] = [];
  for (const { start, text } of source.strings) {
    const before = source.code.slice(0, start).trimEnd();
    if (!/(?:^|[^\w$.])(?:from|import|import\s*\(|require\s*\()$/.test(before)) continue;
    const statement = /(?:^|[^\w$.])(?:import|export)\b([^;=]*?)\bfrom$/.exec(before.slice(lastStatement(before)));
    const clause = statement?.[1] ?? '';
    const braces = /\{([^}]*)\}/.exec(clause)?.[1];
    const names = (braces ?? '').split(',').map(
      (name) =>
        name
          .trim()
          .replace(/^type\s+/, '')
          .split(/\s+as\s+/)[0] ?? '',
    );
    const rest = clause
      .replace(/\{[^}]*\}/, '')
      .replace(/\btype\b/, '')
      .replace(/[\s,]/g, '');
    const onlyNames = braces !== undefined && rest === '';
    found.push({ specifier: text, line: lineAt(source.code, start), names: names.filter(Boolean), onlyNames });
  }
  return found;
}

/** Where the import or export statement that ends here begins. */
function lastStatement(before: string): number {
  return Math.max(before.lastIndexOf('import'), before.lastIndexOf('export'), 0);
}

/** Line of an offset, from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** Offset after the bracket that closes the one at `open`. */
export function closing(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at += 1) {
    if ('([{'.includes(code[at] ?? '')) depth += 1;
    else if (')]}'.includes(code[at] ?? '')) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return code.length;
}
