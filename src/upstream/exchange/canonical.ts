/**
 * JSON in the one form that is exported and compared: members in the order of their names, except where an order is given for the
 * first ones; two spaces, a newline at the end. The same facts make the same bytes.
 */
export function writeCanonical(document: Record<string, unknown>, first: readonly string[] = []): string {
  return `${JSON.stringify(ordered(document, first), undefined, 2)}\n`;
}

/** For what is authenticated together with a ciphertext: no white space. */
export function bytesOf(document: unknown): Buffer {
  return Buffer.from(JSON.stringify(ordered(document)));
}

function ordered(value: unknown, first: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((one) => ordered(one));
  if (typeof value !== 'object' || value === null) return value;
  const rank = (name: string): number => (first.includes(name) ? first.indexOf(name) : first.length);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([one], [other]) => rank(one) - rank(other) || (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, ordered(member)]));
}
