import { readFileSync } from 'node:fs';
import { Eta } from 'eta/core';

/**
 * Templates escape whatever they print with `<%= … %>`. `<%~ … %>` prints as it stands and is for our own templates' output only.
 * A template that prints something that is not text is a programming mistake: nobody should read `undefined` while signing in.
 */
const eta = new Eta({ autoEscape: true, autoFilter: true, filterFunction: requireText, rmWhitespace: true });

/** Text of a file that ships with the pages: read once, when the process starts. */
export function readAsset(name: string): string {
  return readFileSync(new URL(`./templates/${name}`, import.meta.url), 'utf8').trim();
}

/** Compiles `templates/<name>.eta` now; the answer renders a view, escaped. */
export function loadTemplate<View extends object>(name: string): (view: View) => string {
  const compiled = eta.compile(readAsset(`${name}.eta`));
  return (view) => eta.render(compiled, view);
}

/** Makes `templates/<name>.eta` known to other templates as `include('@<name>', { … })`. */
export function loadPartial(name: string): void {
  eta.loadTemplate(`@${name}`, readAsset(`${name}.eta`));
}

function requireText(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`a page template prints a ${typeof value}, not text`);
  return value;
}
