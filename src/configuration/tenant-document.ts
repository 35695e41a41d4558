import { z } from 'zod';
import { faultsOf, groupDocument, isObject, nameKeyOf, roleDocument } from '#directory/index.ts';
import type { InputFault } from '#kernel/problem.ts';
import { applicationDocument } from '#openid-provider/index.ts';
import { readDomainName, settingsShape } from '#tenants/index.ts';
import { sealedSecrets } from '#upstream/index.ts';

export const FORMAT = 'sallyport.tenant';
export const VERSION = 1;
/** The order of the first members of an exported document; the rest goes by name. */
export const FIRST = ['format', 'version'] as const;

const displayName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u);
const domain = z.strictObject({ name: z.string().min(1).max(260), includeSubdomains: z.boolean().default(false) });
const provider = z
  .looseObject({ slug: z.string().min(1).max(63).describe('what it is found by') })
  .describe('as one provider is exported');

/** Members of the tenant that are lists, each with the shape of one, how many there may be, and what nothing else in it may share. */
export const lists = {
  domains: { shape: domain, most: 500, keyOf: ({ name }: { name: string }) => readDomainName(name) ?? name },
  roles: { shape: roleDocument, most: 1000, keyOf: ({ name }: { name: string }) => nameKeyOf(name) },
  groups: { shape: groupDocument, most: 10_000, keyOf: ({ name }: { name: string }) => nameKeyOf(name) },
  identityProviders: { shape: provider, most: 500, keyOf: ({ slug }: { slug: string }) => slug },
  /** Two may have one name: the API does not forbid it. */
  applications: { shape: applicationDocument, most: 1000, keyOf: undefined },
} as const;
type Lists = typeof lists;
export type ListName = keyof Lists;

const listOf = (name: ListName) => z.array(lists[name].shape as z.ZodType).max(lists[name].most);

/** A whole tenant without its people: no ids, no times, no addresses of ours, no revisions. */
export const tenantDocument = z
  .strictObject({
    format: z.literal(FORMAT, { error: `must be ${FORMAT}` }),
    version: z.literal(VERSION, { error: `must be ${VERSION}: this release reads no other` }),
    tenant: z
      .strictObject({
        displayName,
        settings: settingsShape.partial(),
        domains: listOf('domains'),
        roles: listOf('roles').describe('the tenant’s own'),
        groups: listOf('groups'),
        identityProviders: listOf('identityProviders'),
        applications: listOf('applications').describe('without their secrets'),
      })
      .partial()
      .describe('what is not named stays as it is'),
    secrets: sealedSecrets.optional().describe('client secrets and own keys of the identity providers, under a passphrase'),
  })
  .meta({ id: 'ExportedTenant' });

/** The envelope alone: what is in it is judged one by one. */
const envelope = tenantDocument.extend({
  tenant: z
    .strictObject(
      Object.fromEntries(Object.keys(tenantDocument.shape.tenant.shape).map((name) => [name, z.unknown()])) as Record<
        ListName | 'displayName' | 'settings',
        z.ZodUnknown
      >,
    )
    .partial(),
});

/** One thing that the document wants, and where it stands in the request. */
export interface Wanted<Of> {
  at: string;
  value: Of;
}

export interface ReadTenant {
  displayName?: string;
  settings?: z.output<ReturnType<typeof settingsShape.partial>>;
  /** Undefined: not named, and so left alone. What has faults is left out, and told. */
  lists: { [Name in ListName]?: Wanted<z.output<Lists[Name]['shape']>>[] };
  secrets: z.output<typeof sealedSecrets> | undefined;
  /** What the sealed part is bound to. */
  beside: Record<string, unknown>;
  faults: InputFault[];
}

/** Reads a document as far as it can be read. @param at where it stands in the request */
export function readTenantDocument(document: unknown, at: string): ReadTenant {
  const around = isObject(document) ? document : {};
  const { secrets, ...beside } = around;
  const outside = envelope.safeParse(document, { reportInput: true });
  const inside = isObject(around['tenant']) ? around['tenant'] : {};
  const faults = outside.success ? [] : placed(at, faultsOf(outside.error));
  const take = <Shape extends z.ZodType>(shape: Shape, name: string): z.output<Shape> | undefined => {
    if (inside[name] === undefined) return undefined;
    const read = shape.safeParse(inside[name], { reportInput: true });
    if (!read.success) faults.push(...placed(`${at}/tenant/${name}`, faultsOf(read.error)));
    return read.data;
  };
  const found: ReadTenant['lists'] = {};
  for (const name of Object.keys(lists) as ListName[]) {
    if (inside[name] !== undefined) Object.assign(found, { [name]: readList(name, inside[name], { at, faults }) });
  }
  return {
    displayName: take(displayName, 'displayName'),
    settings: take(settingsShape.partial(), 'settings'),
    lists: found,
    secrets: secrets === undefined ? undefined : sealedSecrets.safeParse(secrets).data,
    beside,
    faults,
  };
}

export const placed = (at: string, faults: readonly InputFault[]): InputFault[] =>
  faults.map((fault) => ({ ...fault, pointer: `${at}${fault.pointer}` }));

function readList(name: ListName, given: unknown, { at, faults }: { at: string; faults: InputFault[] }): Wanted<unknown>[] {
  const { shape, most, keyOf } = lists[name];
  const place = `${at}/tenant/${name}`;
  const all = z.array(z.unknown()).max(most).safeParse(given, { reportInput: true });
  if (!all.success) {
    faults.push(...placed(place, faultsOf(all.error)));
    return [];
  }
  const seen = new Set<string>();
  return all.data.flatMap((one, index) => {
    const read = (shape as z.ZodType).safeParse(one, { reportInput: true });
    if (!read.success) faults.push(...placed(`${place}/${index}`, faultsOf(read.error)));
    if (!read.success) return [];
    const key = keyOf?.(read.data as never);
    if (key !== undefined && seen.has(key)) {
      faults.push({ pointer: `${place}/${index}`, code: 'duplicate', detail: 'is there already' });
      return [];
    }
    if (key !== undefined) seen.add(key);
    return [{ at: `${place}/${index}`, value: read.data }];
  });
}
