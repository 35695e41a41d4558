export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const SHORT = new Map(['acr', 'amr', 'id', 'uri', 'url', 'jwks', 'pkce', 'acs', 'sp'].map((word) => [word, word.toUpperCase()]));

/** `redirectUri` or `auth_time` as “Redirect URI”, “Auth time”. */
export function wordsOfName(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()
    .split(' ');
  return capitalised(words.map((word) => SHORT.get(word) ?? word).join(' '));
}

/** Members that are seconds since 1970, by the specifications and by ours. */
const TIMES = /(?:At|_at)$|^(?:exp|iat|nbf|auth_time)$/;
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** A time where the name says that it is one; else undefined. */
export const timeOf = (name: string, value: unknown): string | undefined =>
  typeof value === 'number' && value > 1e9 && TIMES.test(name) ? exact.format(value < 1e11 ? value * 1000 : value) : undefined;
