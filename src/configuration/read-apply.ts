import { z } from 'zod';
import { faultsOf, isObject, line } from '#directory/index.ts';
import type { InputFault } from '#kernel/problem.ts';
import { bytesOf, type CarriedSecrets, openSecrets, passphrase, readCarried } from '#upstream/index.ts';
import { placed, type ReadTenant, readTenantDocument, tenantDocument } from './tenant-document.ts';

const wishes = {
  dryRun: z.boolean().default(false).describe('only says what would be done'),
  prune: z
    .boolean()
    .default(false)
    .describe('removes what the document does not name of the kinds that it does name; nothing else is ever removed'),
  passphrase: passphrase.optional(),
  override: line(500).optional().describe('why sensitive changes go live unverified; without it they are staged'),
};

/** Body of an apply. */
export const applyBody = z.strictObject({ document: tenantDocument, ...wishes });
const wishBody = z.strictObject({ document: z.unknown(), ...wishes });

export interface ReadApply {
  wish: Omit<z.output<typeof wishBody>, 'document'>;
  document: ReadTenant;
  /** By slug. */
  carried: ReadonlyMap<string, CarriedSecrets>;
  faults: InputFault[];
}

export const AT = '/document';

/** Takes the request apart, and opens what is sealed. @throws Problem `upstream.passphrase_wrong` */
export async function readApply(body: unknown): Promise<ReadApply> {
  const read = wishBody.safeParse(body, { reportInput: true });
  const wish: ReadApply['wish'] = read.success ? read.data : { dryRun: false, prune: false };
  const given: unknown = isObject(body) ? body['document'] : undefined;
  const document = readTenantDocument(given, AT);
  const opened = await open(document, wish.passphrase);
  const isSealed = isObject(given) && given['secrets'] !== undefined;
  const faults = [
    ...(read.success ? [] : faultsOf(read.error)),
    ...document.faults,
    ...passphraseFaults(wish.passphrase, isSealed),
    ...opened.faults,
  ];
  return { wish, document, carried: opened.carried, faults };
}

function passphraseFaults(given: string | undefined, isSealed: boolean): InputFault[] {
  if (given === undefined && isSealed) {
    const detail = 'is needed: the document has secrets in it; without that member, it is applied without them';
    return [{ pointer: '/passphrase', code: 'required', detail }];
  }
  return given !== undefined && !isSealed
    ? [{ pointer: '/passphrase', code: 'nothing_to_open', detail: 'the document has no secrets in it' }]
    : [];
}

async function open(
  { secrets, beside }: ReadTenant,
  given: string | undefined,
): Promise<{ carried: ReadonlyMap<string, CarriedSecrets>; faults: InputFault[] }> {
  const carried = new Map<string, CarriedSecrets>();
  const faults: InputFault[] = [];
  if (!secrets || given === undefined) return { carried, faults };
  const opened = await openSecrets(secrets, { passphrase: given, beside: bytesOf(beside) });
  for (const [slug, one] of Object.entries(opened)) {
    const read = readCarried(one);
    if ('carried' in read) carried.set(slug, read.carried);
    else faults.push(...placed(`${AT}/secrets/${slug}`, read.faults));
  }
  return { carried, faults };
}
