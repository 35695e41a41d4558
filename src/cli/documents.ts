import { type Call, type OptionOf } from './command.ts';
import { UsageError } from './refusals.ts';

export type Document = Readonly<Record<string, unknown>>;

export const fileOption: OptionOf = { flags: '-f, --file <path>', text: 'JSON file; - reads standard input' };
export const setOption: OptionOf = {
  flags: '--set <pointer=json>',
  text: 'one field by its JSON pointer, as /claims/email=mail; again for more; null takes a field away',
  kind: 'gathered',
};

/** What `-f` and `--set` say together; `--set` wins. @throws UsageError when there is neither */
export async function readDocument(call: Call, given: Document = {}): Promise<Document> {
  const path = call.text('file');
  const base = path === undefined ? {} : readObject(await readText(call, path), path);
  const document = [given, ...call.gathered('set').map(readSetting)].reduce(merge, base);
  if (Object.keys(document).length === 0)
    throw new UsageError('say what: -f file.json (or -f - for standard input), or --set /field=value');
  return document;
}

/** A file, or standard input for `-`. @throws UsageError when it cannot be read */
export async function readText({ io }: Pick<Call, 'io'>, path: string): Promise<string> {
  try {
    return await (path === '-' ? io.readStdin() : io.readFile(path));
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The first line of a file: a passphrase or a secret, which never comes from the command line. @throws UsageError for an empty one */
export async function readSecret(call: Pick<Call, 'io'>, path: string): Promise<string> {
  const [line = ''] = (await readText(call, path)).split(/\r?\n/);
  if (line === '') throw new UsageError(`${path} begins with an empty line`);
  return line;
}

/** @throws UsageError for what is no JSON object */
export function readObject(text: string, path: string): Document {
  const document = readJson(text, path);
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new UsageError(`${path} must be a JSON object`);
  return document as Document;
}

function readJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    // The parser quotes what it could not read, and that may be a secret: only the place is told.
    const place = error instanceof Error ? /\(line \d+ column \d+\)|at position \d+/.exec(error.message)?.[0] : undefined;
    throw new UsageError(`${path === '-' ? 'standard input' : path} is not JSON${place ? `: ${place}` : ''}`);
  }
}

/** `/oidc/issuer="https://…"` as a merge patch; what is no JSON is taken as text. @see RFC 6901 §3 */
export function readSetting(setting: string): Document {
  const at = setting.indexOf('=');
  const pointer = at === -1 ? setting : setting.slice(0, at);
  if (at === -1 || !/^(?:\/(?:[^~/]|~[01])+)+$/.test(pointer)) {
    throw new UsageError(`--set wants /field=value or /field/inner=value, and got ${pointer}`);
  }
  const steps = pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return steps.reduceRight<unknown>((inner, step) => ({ [step]: inner }), valueOf(setting.slice(at + 1))) as Document;
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Both documents as one; of the same field the second counts. Objects go into each other, lists do not. */
function merge(first: Document, second: Document): Document {
  const merged = new Map(Object.entries(first));
  for (const [key, value] of Object.entries(second)) {
    const before = merged.get(key);
    merged.set(key, isDocument(before) && isDocument(value) ? merge(before, value) : value);
  }
  return Object.fromEntries(merged);
}

const isDocument = (value: unknown): value is Document => typeof value === 'object' && value !== null && !Array.isArray(value);
