import { createPrivateKey } from 'node:crypto';

/** Shorter ones would be found by chance. */
const SHORTEST = 12;

/** The secrets of a test, by what they are, and whether a text holds one of them in clear or in one of the forms that hide it from a search. */
export class KnownSecrets {
  readonly #forms = new Map<string, readonly string[]>();

  /** Keeps it and gives it back. */
  keep(name: string, value: string): string {
    if (value.length < SHORTEST) throw new Error(`too short to be searched for: ${name}`);
    if (!this.#forms.has(value)) this.#forms.set(value, [name, ...formsOf(value)]);
    return value;
  }

  /** Keeps what is private in a key, not what it has in common with its certificate. */
  keepKey(name: string, pem: string): void {
    const { d = '', p = '', q = '' } = createPrivateKey(pem).export({ format: 'jwk' });
    for (const [part, value] of Object.entries({ d, p, q })) this.#keepBytes(`${name}, ${part}`, Buffer.from(value, 'base64url'));
  }

  /** What they are, of those that the text holds. */
  foundIn(text: string): string[] {
    const lower = text.toLowerCase();
    return [...this.#forms.values()]
      .filter(([, ...forms]) => forms.some((form) => lower.includes(form)))
      .map(([name = '']) => name);
  }

  get size(): number {
    return this.#forms.size;
  }

  #keepBytes(name: string, bytes: Buffer): void {
    // A line of a PEM is enough: it is broken into lines.
    const part = bytes.subarray(16, 64);
    this.#forms.set(part.toString('hex'), [name, ...inBase64(part), part.toString('hex')]);
  }
}

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const forms = [
    value,
    encodeURIComponent(value),
    new URLSearchParams({ '': value }).toString().slice(1),
    JSON.stringify(value).slice(1, -1),
    bytes.toString('hex'),
    ...inBase64(bytes),
  ];
  return [...new Set(forms.map((form) => form.toLowerCase()))];
}

/** Wherever in a longer text the bytes began, which changes their base64: the characters that are theirs alone. */
function inBase64(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const own: [number, number] = [Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6)];
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    return [whole.toString('base64'), whole.toString('base64url')].map((text) => text.slice(...own).toLowerCase());
  });
}
