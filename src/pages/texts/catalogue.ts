import type { Language } from '../language.ts';
import { de } from './de.ts';
import { en } from './en.ts';

/** What a page says; the English catalogue is the shape, so that a text that another language lacks does not compile. */
export type Texts = typeof en;

const catalogue: Record<Language, Texts> = { en, de };

export function textsOf(language: Language): Texts {
  return catalogue[language];
}
