import type { Language } from './language.ts';
import { textsOf } from './texts/catalogue.ts';
import type { RefusalFacts } from './texts/explanation.ts';

/** A refusal in a person's words, ready to print (and still to be escaped). */
export interface Explained {
  title: string;
  /** What happened. */
  body: string;
  /** What to do now. */
  remedy: string;
}

/**
 * Explains a problem code: by the provider's own reason where that is known, else by its entry in the catalogue, else by its folder's,
 * else generally. Any text is accepted as code.
 */
export function explain(code: string, language: Language, facts: RefusalFacts): Explained {
  const { problems, fallbacks, reasons } = textsOf(language);
  const explanation =
    ownEntry(reasons, facts.reason ?? '') ??
    ownEntry(problems, code) ??
    ownEntry(fallbacks, code.split('.', 1)[0] ?? '') ??
    fallbacks.other;
  const { title, body, remedy } = explanation;
  return {
    title,
    body: typeof body === 'string' ? body : body(facts),
    remedy: typeof remedy === 'string' ? remedy : remedy(facts),
  };
}

/** Codes come from anywhere: `constructor` is not an entry. */
function ownEntry<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
