import { FULL_ADMINISTRATOR, type User } from '#directory/index.ts';
import type { TenantId } from '#kernel/ids.ts';
import type { World } from '#kernel/world.ts';
import { isMailAddress } from '#mail/address.ts';
import { writeLetter } from '#mail/letter.ts';
import type { Outbox } from '#mail/outbox.ts';
import type { Tenant } from '#tenants/index.ts';
import { languageOf } from '#upstream/index.ts';
import { announcementOf } from './announcement.ts';
import type { BreakGlassEvent } from './needs.ts';

export interface AnnounceNeeds {
  holders: { listReachable(tenant: TenantId, roleNames: readonly string[]): Promise<Pick<User, 'id' | 'email' | 'profile'>[]> };
  outbox: Pick<Outbox, 'put'>;
  urls: { urlOf(tenant: { name: string; region: string }): string };
  world: World;
}

/** A mail server that is away longer than this has other people's attention. */
const USEFUL_MILLISECONDS = 5 * 86_400_000;

/**
 * Tells the other Full Administrators, and whoever gets the tenant's notices, what was done with an account for emergencies. Joins the
 * running transaction: nobody is in before the mails are on their way.
 */
export async function announce(needs: AnnounceNeeds, tenant: Tenant, event: BreakGlassEvent): Promise<void> {
  const now = needs.world.now();
  const place = { tenantName: tenant.displayName, tenantUrl: needs.urls.urlOf(tenant), now };
  for (const { address, language } of await findRecipients(needs, tenant, event)) {
    const letter = announcementOf(event, language, place);
    const content = { subject: letter.heading, language, ...writeLetter(letter) };
    const usefulUntil = new Date(now.getTime() + USEFUL_MILLISECONDS);
    await needs.outbox.put(tenant.id, { kind: 'break-glass', to: address, usefulUntil, ...content });
  }
}

type Language = Tenant['settings']['language'];

/** Each address once; not the one whose account it is. */
async function findRecipients(
  { holders }: AnnounceNeeds,
  { id, settings }: Tenant,
  { user }: BreakGlassEvent,
): Promise<{ address: string; language: Language }[]> {
  const found = new Map<string, { address: string; language: Language }>();
  const own = user.email?.toLowerCase();
  const add = (address: string, language: Language): void => {
    const key = address.toLowerCase();
    if (isMailAddress(address) && key !== own && !found.has(key)) found.set(key, { address, language });
  };
  for (const { email, profile } of await holders.listReachable(id, [FULL_ADMINISTRATOR]))
    if (email !== null) add(email, languageOf(profile.locale) ?? settings.language);
  for (const address of settings.noticeRecipients) add(address, settings.language);
  return [...found.values()];
}
