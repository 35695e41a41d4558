import { z } from 'zod';
import { readInput } from '#directory/index.ts';
import {
  bytesOf,
  type CarriedSecrets,
  contentOf,
  listAllConnections,
  passphrase,
  type StoredConnection,
  sealSecrets,
  writeCarried,
} from '#upstream/index.ts';
import type { ConfigurationChange, ConfigurationNeeds } from './needs.ts';
import { listApplications, settingsOf } from './plan-applications.ts';
import { listGroups, listRoles } from './plan-named.ts';
import { problems } from './problems.ts';
import { FORMAT, VERSION } from './tenant-document.ts';

export const passphraseBody = z.strictObject({ passphrase });

/** The whole tenant as a document: no people, no secrets, nothing that says where it came from. */
export async function exportTenant(needs: ConfigurationNeeds, change: ConfigurationChange): Promise<Record<string, unknown>> {
  const { document } = await gather(needs, change);
  await tell(needs, change, { withSecrets: false });
  return document;
}

/**
 * The same with the client secrets and own keys of the identity providers, sealed under a passphrase and bound to this very document.
 * Secrets of applications never leave: they are made anew.
 * @throws Problem `configuration.passphrase_invalid`
 */
export async function exportTenantWithSecrets(
  needs: ConfigurationNeeds,
  change: ConfigurationChange,
  body: unknown,
): Promise<Record<string, unknown>> {
  const given = readInput(passphraseBody, body, problems.passphrase_invalid);
  const { document, providers } = await gather(needs, change);
  const carried: Record<string, unknown> = {};
  for (const { id, slug, secrets } of providers) {
    const keys: CarriedSecrets['keys'] = await needs.connections.listKeys(change.tenant, id);
    carried[slug] = writeCarried({ secrets, keys });
  }
  const secrets = await sealSecrets(carried, { passphrase: given.passphrase, beside: bytesOf(document) }, needs.world);
  await tell(needs, change, { withSecrets: true });
  return { ...document, secrets };
}

async function gather(needs: ConfigurationNeeds, change: ConfigurationChange) {
  const { tenant: id, of } = change;
  const providers = (await listAllConnections(needs.connections, id)).sort(by<StoredConnection>(({ slug }) => slug));
  const identityProviders: Record<string, unknown>[] = [];
  for (const stored of providers) identityProviders.push(await contentOf(needs, change, stored));
  const roles = (await listRoles(needs.roles, id)).filter(({ builtIn }) => !builtIn);
  // What is only claimed is nobody's: an operator who applies the document vouches for what it names.
  const domains = (await needs.domains.list(id)).filter(({ state }) => state !== 'pending');
  const tenant = {
    displayName: of.displayName,
    settings: of.settings,
    domains: domains.map(({ name, includeSubdomains }) => ({ name, includeSubdomains })).sort(by(named)),
    roles: roles
      .map(({ name, description, permissions }) => ({ name, description, permissions: [...permissions].sort() }))
      .sort(by(named)),
    groups: (await listGroups(needs.groups, id)).map(({ name, description }) => ({ name, description })).sort(by(named)),
    identityProviders,
    // By everything that is said of them: two may have one name.
    applications: (await listApplications(needs.applications, id))
      .map(settingsOf)
      .sort(by((one) => `${one.name}\u0000${bytesOf(one).toString()}`)),
  };
  return { document: { format: FORMAT, version: VERSION, tenant }, providers };
}

const named = ({ name }: { name: string }): string => name;

/** By the units of the text: the order of a database would depend on its locale. */
const by =
  <One>(keyOf: (one: One) => string) =>
  (first: One, second: One): number => {
    const [one, other] = [keyOf(first), keyOf(second)];
    return one < other ? -1 : one > other ? 1 : 0;
  };

function tell({ audit }: ConfigurationNeeds, { tenant, by: actor, of }: ConfigurationChange, after: object): Promise<void> {
  return audit.append(tenant, { action: 'tenant.exported', actor, target: `tenant:${of.name}`, after });
}
