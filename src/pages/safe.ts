/**
 * What escaping does not cover: a URL that is a script, a text that is too long, characters that turn a sentence round.
 *
 * @see ATTACKS.md T65, T66
 */

/** Image types that a page shows from a `data:` URL. No SVG: it is a document, and would be one in any page that embeds it otherwise. */
const DATA_IMAGE = /^data:image\/(?:png|jpeg|gif|webp|avif);base64,[A-Za-z0-9+/]+={0,2}$/;
/** Longest `data:` image in characters: about 96 kB of picture; it travels with every page. */
const LONGEST_DATA_IMAGE = 131_072;
const LONGEST_URL = 2_048;

/** Whether the URL may be the image of a button or the logo: `https:` without credentials, or a small `data:` raster image. */
export function isShowableImage(url: string): boolean {
  if (url.startsWith('data:')) return url.length <= LONGEST_DATA_IMAGE && DATA_IMAGE.test(url);
  const parsed = url.length <= LONGEST_URL ? URL.parse(url) : null;
  return parsed?.protocol === 'https:' && parsed.username === '' && parsed.password === '';
}

/**
 * A link or form target of ours: an absolute path of this origin, or http(s).
 *
 * @throws Error for anything else (`javascript:`, `//host`): the caller built it, so it is a mistake of the program
 */
export function requireTarget(target: string): string {
  // `//host` and `/\host` are other origins to a browser, and tabs and line ends are dropped before it looks.
  if (/^\/(?![/\\])[^\s\\]*$/.test(target)) return target;
  const parsed = /^https?:\/\/[^\s\\]+$/i.test(target) ? URL.parse(target) : null;
  if (!parsed) throw new Error('a page was given a link that is neither a path of this origin nor http(s)');
  return target;
}

/** Controls, and the marks that reorder or hide text: a person must read what is there. */
const UNREADABLE = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]+/gu;

/** Foreign text made fit for a sentence: one line, no reordering marks, at most `longest` characters. Still to be escaped. */
export function readable(text: string, longest: number): string {
  const line = text
    .slice(0, longest * 4)
    .toWellFormed()
    .replace(UNREADABLE, ' ')
    .trim();
  const characters = Array.from(line);
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : line;
}

/** Longest texts shown, in characters. An e-mail address has at most 254 (RFC 5321 §4.5.3.1.3). */
export const LONGEST = { name: 80, button: 80, identifier: 254, reference: 64, code: 80, detail: 400 } as const;
