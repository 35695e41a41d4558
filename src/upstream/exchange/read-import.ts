import { z } from 'zod';
import { faultsOf, isObject, line } from '#directory/index.ts';
import type { InputFault } from '#kernel/problem.ts';
import { SLUG } from '../connections.schema.ts';
import { exchangedDocument } from './document.ts';
import { passphrase } from './export-connection.ts';
import type { SealedSecrets } from './sealed-secrets.ts';
import { sealedSecrets } from './sealed-secrets.ts';

/** What is said beside the document, and goes before it. */
const wishes = {
  passphrase: passphrase.optional(),
  secrets: z
    .strictObject({ clientSecret: z.string().min(1).max(2000).optional() })
    .optional()
    .describe('what the document leaves out'),
  name: line(100).optional(),
  slug: z.string().regex(SLUG).optional(),
  enabled: z.boolean().optional().describe('switched on unverified, or left off, whatever the document says'),
};

/** Body of an import. The exported document may also be the whole body. */
export const importBody = z.strictObject({ document: exchangedDocument, ...wishes });

const wishBody = z.strictObject({ document: z.unknown(), ...wishes });
export type ImportWish = Omit<z.output<typeof wishBody>, 'document'>;

export interface ReadImport {
  wish: ImportWish;
  /** As it was given: judged by the way of every provider that is made. */
  identityProvider: unknown;
  /** Only when it can be opened. */
  sealed: SealedSecrets | undefined;
  /** What the sealed part is bound to. */
  beside: Record<string, unknown>;
  /** Where the document stands in the request. */
  at: '' | '/document';
  faults: InputFault[];
}

/** Takes an import apart and tells every fault around the provider itself, which is judged afterwards. */
export function readImport(body: unknown): ReadImport {
  const isWhole = isObject(body) && Object.hasOwn(body, 'format');
  const read = isWhole ? { success: true as const, data: {} as ImportWish } : wishBody.safeParse(body, { reportInput: true });
  const at = isWhole ? '' : '/document';
  const given: unknown = isWhole ? body : isObject(body) ? body['document'] : undefined;
  const around = isObject(given) ? given : {};
  const { secrets, ...beside } = around;
  const envelope = exchangedDocument.safeParse(given, { reportInput: true });
  const faults = [
    ...(read.success ? [] : faultsOf(read.error)),
    ...(envelope.success ? [] : faultsOf(envelope.error)).map((fault) => ({ ...fault, pointer: `${at}${fault.pointer}` })),
  ];
  const sealed = secrets === undefined ? undefined : sealedSecrets.safeParse(secrets).data;
  const wish = read.success ? read.data : {};
  return {
    wish,
    identityProvider: around['identityProvider'],
    sealed,
    beside,
    at,
    faults: [...faults, ...passphraseFaults(wish, secrets)],
  };
}

function passphraseFaults({ passphrase: given }: ImportWish, secrets: unknown): InputFault[] {
  if (given === undefined && secrets !== undefined) {
    const detail = 'is needed: the document has secrets in it; without that member, it comes in without them';
    return [{ pointer: '/passphrase', code: 'required', detail }];
  }
  return given !== undefined && secrets === undefined
    ? [{ pointer: '/passphrase', code: 'nothing_to_open', detail: 'the document has no secrets in it' }]
    : [];
}
