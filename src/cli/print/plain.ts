/**
 * Foreign text as it may reach a terminal: one line, without control characters. A claim or a name could otherwise move the cursor, recolour
 * what stands above it or turn the reading direction around.
 */
export const plain = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trimEnd();

/** Bytes that are passed on as they are, for the case that it is a terminal that they go to. */
export const tame = (text: string): string => text.replace(/[^\P{C}\n\t]/gu, ' ');

/** The same for text that may have several lines. */
export const plainLines = (text: string): string => text.split(/\r?\n/).map(plain).join('\n');

/**
 * A document exactly as the API said it. What JSON leaves as it is and a terminal obeys is escaped, which changes nothing for whoever parses it.
 * @see RFC 8259 §7
 */
export function writeJson(document: unknown): string {
  const text = JSON.stringify(document, null, 2) ?? '';
  return `${text.replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
