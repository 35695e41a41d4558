import type { AuditLog } from '#audit/index.ts';
import type { User } from '#directory/index.ts';
import type { TenantId } from '#kernel/ids.ts';
import type { Transact, World } from '#kernel/world.ts';
import { isMailAddress } from '#mail/address.ts';
import { writeLetter } from '#mail/letter.ts';
import type { Outbox } from '#mail/outbox.ts';
import type { Tenant } from '#tenants/index.ts';
import { type CalendarNeeds, readCalendar } from './calendar.ts';
import { type DueNotice, dueNotices, textOfKey } from './due-notices.ts';
import type { ExpiryWatch } from './expiry-watch.ts';
import { languageOf, type NoticeLanguage } from './expiry-words.ts';
import type { NoticeBook } from './notice-book.ts';
import { letterOf, type NoticePlace } from './notice-letter.ts';

export interface NoticeNeeds extends CalendarNeeds {
  tenants: { list(page: { limit: number; after?: string }): Promise<Tenant[]> };
  notices: NoticeBook;
  holders: { listReachable(tenant: TenantId, roleNames: readonly string[]): Promise<Pick<User, 'email' | 'profile'>[]> };
  outbox: Pick<Outbox, 'put'>;
  audit: AuditLog;
  urls: { urlOf(tenant: { name: string; region: string }): string };
  expiryWatch: ExpiryWatch;
  transact: Transact;
  world: World;
  onFailure(error: unknown): void;
}

const PAGE = 100;
/** Who looks after identity providers. */
const ROLES = ['Full Administrator', 'IdP Administrator'];
/** A notice is news for so long; a mail server that is away longer than this has other people's attention. */
const USEFUL_MILLISECONDS = 5 * 86_400_000;

/** Sends what is due in every tenant that is served. One tenant's failure keeps nobody else waiting. */
export async function sendNotices(needs: NoticeNeeds): Promise<void> {
  let after: string | undefined;
  needs.expiryWatch.begin();
  for (;;) {
    const page = await needs.tenants.list({ limit: PAGE, after });
    for (const tenant of page) {
      if (tenant.status === 'active') await sendNoticesOf(needs, tenant).catch(needs.onFailure);
    }
    after = page.at(-1)?.name;
    if (page.length < PAGE) break;
  }
  needs.expiryWatch.end();
}

/**
 * Looks without a transaction: nearly always nothing is due. Then, in one, the notices are noted, and only those that nobody else has noted
 * meanwhile are sent.
 */
async function sendNoticesOf(needs: NoticeNeeds, tenant: Tenant): Promise<void> {
  const now = needs.world.now();
  const calendar = await readCalendar(needs, tenant.id);
  needs.expiryWatch.see(calendar);
  const possible = dueNotices(calendar, now, () => false);
  if (possible.length === 0) return;
  const keys = possible.map(({ key }) => key);
  const told = new Set((await needs.notices.listTold(tenant.id, keys)).map(textOfKey));
  const due = possible.filter(({ key }) => !told.has(textOfKey(key)));
  if (due.length === 0) return;
  const recipients = await findRecipients(needs, tenant);
  // Nobody to tell: not noted either, so that the first administrator hears of it.
  if (recipients.length === 0) return;
  await needs.transact(async () => {
    const mine: DueNotice[] = [];
    for (const notice of due) {
      if (await needs.notices.note(tenant.id, notice.key, now)) mine.push(notice);
      for (const key of notice.passed) await needs.notices.note(tenant.id, key, now);
    }
    if (mine.length > 0) await tell(needs, { tenant, now, recipients }, mine);
  });
}

interface Telling {
  tenant: Tenant;
  now: Date;
  recipients: readonly Recipient[];
}

async function tell(needs: NoticeNeeds, { tenant, now, recipients }: Telling, notices: readonly DueNotice[]): Promise<void> {
  const place: NoticePlace = { tenantName: tenant.displayName, tenantUrl: needs.urls.urlOf(tenant), now };
  const usefulUntil = new Date(now.getTime() + USEFUL_MILLISECONDS);
  for (const { address, language } of recipients) {
    const letter = letterOf(notices, language, place);
    const content = { subject: letter.heading, language, ...writeLetter(letter) };
    await needs.outbox.put(tenant.id, { kind: 'expiry-notice', to: address, usefulUntil, ...content });
  }
  for (const { expiry, key } of notices) {
    await needs.audit.append(tenant.id, {
      action: 'notice.sent',
      actor: { kind: 'system' },
      target: `connection:${expiry.connectionId}`,
      after: {
        kind: expiry.kind,
        what: expiry.what,
        expiresAt: expiry.expiresAt.toISOString(),
        daysAhead: key.daysAhead,
        recipients: recipients.length,
      },
    });
  }
}

interface Recipient {
  address: string;
  language: NoticeLanguage;
}

/** Each address once, administrators first: they have a language of their own. */
async function findRecipients({ holders }: NoticeNeeds, { id, settings }: Tenant): Promise<Recipient[]> {
  const people = await holders.listReachable(id, ROLES);
  const found = new Map<string, Recipient>();
  const add = (address: string, language: NoticeLanguage): void => {
    const key = address.toLowerCase();
    if (isMailAddress(address) && !found.has(key)) found.set(key, { address, language });
  };
  for (const { email, profile } of people) if (email !== null) add(email, languageOf(profile.locale) ?? settings.language);
  for (const address of settings.noticeRecipients) add(address, settings.language);
  return [...found.values()];
}
