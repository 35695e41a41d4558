/** A character that an XML 1.0 document cannot have, not even as a reference: controls but tab and line ends, U+FFFE, U+FFFF. */
export const FORBIDDEN_CHARACTER = /[\p{Cc}\ufffe\uffff](?<![\t\n\r\u007f-\u009f])/u;

/** The same in a text of ours, and halves of a surrogate pair, which UTF-8 cannot carry. */
export const UNSAYABLE_CHARACTERS = new RegExp(`${FORBIDDEN_CHARACTER.source}|\\p{Cs}`, 'gu');
