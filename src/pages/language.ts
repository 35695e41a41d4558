/** Languages that the catalogue has; the first is what nobody's wish falls back to. */
export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Enough for any browser's list; the rest of a longer header is not looked at. */
const LONGEST_WISH = 500;

/**
 * What the application asked for (`ui_locales`), then what the browser speaks, then English. `de-AT` is served German.
 *
 * @see OpenID Connect Core §3.1.2.1 `ui_locales`, RFC 9110 §12.5.4, RFC 4647 §3.4
 */
export function chooseLanguage(wish: { uiLocales?: string | undefined; acceptLanguage?: string | undefined }): Language {
  const asked = (wish.uiLocales ?? '').slice(0, LONGEST_WISH).split(/\s+/);
  const spoken = (wish.acceptLanguage ?? '')
    .slice(0, LONGEST_WISH)
    .split(',')
    .map(readRange)
    .filter((range) => range.weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map((range) => range.tag);
  for (const tag of [...asked, ...spoken]) {
    const language = LANGUAGES.find((known) => known === tag.split('-')[0]?.toLowerCase());
    if (language) return language;
  }
  return LANGUAGES[0];
}

function readRange(text: string): { tag: string; weight: number } {
  const [tag = '', ...parameters] = text.trim().split(/\s*;\s*/);
  const weight = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2);
  return { tag, weight: weight === undefined ? 1 : Number.parseFloat(weight) || 0 };
}
