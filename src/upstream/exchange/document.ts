import { z } from 'zod';
import type { TenantId } from '#kernel/ids.ts';
import type { StoredConnection } from '../connection-register.ts';
import type { ConnectionNeeds } from '../needs.ts';
import { readDocument, registeredOf } from '../read-document.ts';
import { sealedSecrets } from './sealed-secrets.ts';

export const FORMAT = 'sallyport.identity-provider';
export const VERSION = 1;
/** The order of the first members of an exported document; the rest goes by name. */
export const FIRST = ['format', 'version'] as const;

const format = z.literal(FORMAT, { error: `must be ${FORMAT}` });
const version = z.literal(VERSION, { error: `must be ${VERSION}: this release reads no other` });

/** An identity provider as it leaves one tenant and comes into another: no ids, no times, no addresses of ours, no revisions. */
export const exchangedDocument = z
  .strictObject({
    format,
    version,
    identityProvider: z.record(z.string(), z.unknown()).describe('the whole provider, as it is created, without secrets'),
    secrets: sealedSecrets.optional().describe('client secret and own keys, under a passphrase'),
  })
  .meta({ id: 'ExportedIdentityProvider' });
export type ExchangedDocument = z.output<typeof exchangedDocument>;

type Needs = Pick<ConnectionNeeds, 'registry' | 'connections'>;
interface Place {
  tenant: TenantId;
  tenantUrl: string;
}

/**
 * A stored provider as it is exported. What an earlier release stored is completed as an import would: else the document that comes back
 * would be another one.
 */
export async function contentOf(
  { registry, connections }: Needs,
  { tenant, tenantUrl }: Place,
  { id, slug, document, secrets }: StoredConnection,
): Promise<Record<string, unknown>> {
  const entry = registeredOf(registry, document);
  if (!entry) return { ...document, slug };
  const keys = await connections.listKeys(tenant, id);
  const whole = { ...document, slug, [entry.member]: { ...document[entry.member], ...secrets } };
  const candidate = { document: whole, keys, connectionUrl: `${tenantUrl}/sso/${slug}`, mayMiss: entry.secrets };
  const judged = readDocument(registry, candidate);
  return { ...('read' in judged ? judged.read.document : document), slug };
}
