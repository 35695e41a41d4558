/**
 * Characters outside ASCII that Unicode normalisation turns into ASCII ones: Greek question mark, Greek varia, Kelvin sign.
 * Folding them would let somebody with an address in their own keyboard's characters be taken for somebody else.
 */
const ASCII_LOOKALIKE = /[\u037e\u1fef\u212a]/u;

/**
 * The form under which text is unique and found: NFC, lower-case, so that `Ana@Acme.Example` and `ana@acme.example` are one address.
 * Text with a character that would only thereby become ASCII is its own key, unchanged.
 *
 * @see Unicode Standard Annex #15 (NFC); CVE-2019-19844 (an account taken over by folding)
 */
function keyOf(text: string): string {
  return ASCII_LOOKALIKE.test(text) ? text : text.normalize('NFC').toLowerCase();
}

/** What `email_key` holds: an address is unique in a tenant without regard to case. */
export const emailKeyOf = (email: string): string => keyOf(email);

/** What `name_key` holds: names of groups and roles are unique in a tenant without regard to case. */
export const nameKeyOf = (name: string): string => keyOf(name.trim());

/** PostgreSQL keeps no NUL in text, and half a surrogate pair is no text: nobody has such an attribute. */
export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

/** Joins names in answers of the database; no name has it. */
export const NAME_SEPARATOR = '\u001f';

/** A name is one line of visible text. */
export function isName(text: string): boolean {
  return text.trim() !== '' && isStorable(text) && !/\p{Cc}/u.test(text);
}
