import { z } from 'zod';
import { readInput } from '#directory/index.ts';
import type { ConnectionId } from '#kernel/ids.ts';
import { getConnection } from '../change-connection.ts';
import type { Change, ConnectionNeeds } from '../needs.ts';
import { problems } from '../problems.ts';
import { bytesOf } from './canonical.ts';
import { writeCarried } from './carried-secrets.ts';
import { contentOf, type ExchangedDocument, FORMAT, VERSION } from './document.ts';
import { SHORTEST_PASSPHRASE, sealSecrets } from './sealed-secrets.ts';

export const passphrase = z
  .string()
  .min(SHORTEST_PASSPHRASE)
  .max(1000)
  .describe(`at least ${SHORTEST_PASSPHRASE} characters; whoever has the document and guesses it has the secrets`);
export const passphraseBody = z.strictObject({ passphrase });

export interface Exported {
  document: ExchangedDocument;
  slug: string;
}

/**
 * The current revision of a provider as a document; nothing of it says where it came from.
 * @throws Problem `upstream.connection_unknown`
 */
export async function exportConnection(needs: ConnectionNeeds, change: Change & { id: ConnectionId }): Promise<Exported> {
  const stored = await getConnection(needs, change);
  const identityProvider = await contentOf(needs, change, stored);
  await tell(needs, change, { withSecrets: false });
  return { document: { format: FORMAT, version: VERSION, identityProvider }, slug: stored.slug };
}

/**
 * The same with client secret and own keys, sealed under a passphrase and bound to this very document.
 * @throws Problem `upstream.connection_unknown`, `upstream.input_invalid`
 */
export async function exportWithSecrets(
  needs: ConnectionNeeds,
  change: Change & { id: ConnectionId },
  body: unknown,
): Promise<Exported> {
  const given = readInput(passphraseBody, body, problems.input_invalid);
  const stored = await getConnection(needs, change);
  const identityProvider = await contentOf(needs, change, stored);
  const keys = await needs.connections.listKeys(change.tenant, change.id);
  const open = { format: FORMAT, version: VERSION, identityProvider } as const;
  const sealing = { passphrase: given.passphrase, beside: bytesOf(open) };
  const secrets = await sealSecrets(writeCarried({ secrets: stored.secrets, keys }), sealing, needs.world);
  await tell(needs, change, { withSecrets: true });
  return { document: { ...open, secrets }, slug: stored.slug };
}

function tell({ audit }: ConnectionNeeds, { tenant, by, id }: Change & { id: ConnectionId }, after: object): Promise<void> {
  return audit.append(tenant, { action: 'identity-provider.exported', actor: by, target: `connection:${id}`, after });
}
