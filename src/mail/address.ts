/** An address, and the name that mail programs show for it. */
export interface MailAddress {
  readonly address: string;
  readonly name?: string;
}

/** RFC 5321 §4.5.3.1.3, without the angle brackets. */
const LONGEST_ADDRESS = 254;
const LONGEST_LOCAL_PART = 64;

/**
 * One plain address: dot-atom or its international form (RFC 6531) before the `@`, a host name after it. No quoted local part, no comment, no
 * list: each of them is a way to say a second recipient, and nobody's provider gives such an address out.
 */
const ADDRESS =
  /^[^\s\p{C}()<>[\]\\,;:"@.]+(?:\.[^\s\p{C}()<>[\]\\,;:"@.]+)*@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)*[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?$/u;

/** Whether a mail can be sent there; says nothing about whether somebody is. */
export function isMailAddress(text: string): boolean {
  return text.length <= LONGEST_ADDRESS && text.indexOf('@') <= LONGEST_LOCAL_PART && ADDRESS.test(text);
}

/** `Acme <sso@acme.example>` or the address alone; undefined for anything else. */
export function readMailAddress(text: string): MailAddress | undefined {
  const whole = text.trim();
  const bracket = whole.endsWith('>') ? whole.indexOf('<') : -1;
  const address = (bracket < 0 ? whole : whole.slice(bracket + 1, -1)).trim();
  if (!isMailAddress(address)) return undefined;
  const shown = headerText(whole.slice(0, Math.max(bracket, 0))).replace(/^"(.*)"$/, '$1');
  return shown === '' ? { address } : { address, name: shown };
}

/** Longest text of a header that somebody reads: a subject, a name. */
const LONGEST_TEXT = 200;

/** Foreign text fit for a header: one line without control characters, so that nothing in it begins a header of its own. */
export function headerText(text: string): string {
  return Array.from(
    text
      .toWellFormed()
      .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
      .trim(),
  )
    .slice(0, LONGEST_TEXT)
    .join('');
}
