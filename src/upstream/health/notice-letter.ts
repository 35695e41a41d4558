import type { DueNotice } from './due-notices.ts';
import { daysLeft } from './expiry.ts';
import { type NoticeLanguage, wordsFor } from './expiry-words.ts';

/** A mail of notices, in parts: the heading is its subject as well. */
export interface NoticeLetter {
  readonly heading: string;
  readonly parts: readonly (
    | { kind: 'paragraph'; text: string }
    | { kind: 'item'; title: string; lines: readonly string[] }
    | { kind: 'footer'; text: string }
  )[];
}

/** Where all this is, and for whom. */
export interface NoticePlace {
  readonly tenantName: string;
  readonly tenantUrl: string;
  readonly now: Date;
}

interface Words {
  one(title: string, when: string): string;
  several(count: number, tenant: string): string;
  lead(tenant: string): string;
  when(days: number): string;
  expires: string;
  whatToDo: string;
  otherwise: string;
  where: string;
  field: string;
  why(tenant: string, url: string): string;
}

const words: Record<NoticeLanguage, Words> = {
  en: {
    one: (title, when) => `${title} ${when}`,
    several: (count, tenant) => `${count} things of ${tenant} expire soon or have expired`,
    lead: (tenant) => `People sign in to ${tenant} through these identity providers. Something of them ends:`,
    when: (days) =>
      days < 0
        ? 'has expired'
        : days === 0
          ? 'expires within a day'
          : days === 1
            ? 'expires tomorrow'
            : `expires in ${days} days`,
    expires: 'Expires',
    whatToDo: 'What to do',
    otherwise: 'If nothing is done',
    where: 'Where',
    field: 'field',
    why: (tenant, url) =>
      `You get this mail because you administer identity providers of ${tenant}, or because your address is in its setting noticeRecipients. All expiries: ${url}`,
  },
  de: {
    one: (title, when) => `${title} ${when}`,
    several: (count, tenant) => `${count} Dinge von ${tenant} laufen bald ab oder sind abgelaufen`,
    lead: (tenant) => `Über diese Identitätsanbieter melden sich Menschen bei ${tenant} an. Etwas davon läuft ab:`,
    when: (days) =>
      days < 0
        ? 'ist abgelaufen'
        : days === 0
          ? 'läuft innerhalb eines Tages ab'
          : days === 1
            ? 'läuft morgen ab'
            : `läuft in ${days} Tagen ab`,
    expires: 'Läuft ab am',
    whatToDo: 'Was zu tun ist',
    otherwise: 'Wenn nichts geschieht',
    where: 'Wo',
    field: 'Feld',
    why: (tenant, url) =>
      `Sie erhalten diese Mail, weil Sie Identitätsanbieter von ${tenant} verwalten oder weil Ihre Adresse in der Einstellung noticeRecipients steht. Alle Termine: ${url}`,
  },
};

/** One mail for everything that is due, soonest first. */
export function letterOf(notices: readonly DueNotice[], language: NoticeLanguage, place: NoticePlace): NoticeLetter {
  const said = words[language];
  const [first] = notices;
  if (!first) throw new Error('a mail about nothing');
  const heading =
    notices.length === 1
      ? said.one(wordsFor(first.expiry.kind, language).title(first.expiry), whenOf(first, said, place.now))
      : said.several(notices.length, place.tenantName);
  return {
    heading,
    parts: [
      { kind: 'paragraph', text: said.lead(place.tenantName) },
      ...notices.map((notice) => itemOf(notice, language, place)),
      { kind: 'footer', text: said.why(place.tenantName, `${place.tenantUrl}/api/v1/expiries`) },
    ],
  };
}

function itemOf({ expiry, ...notice }: DueNotice, language: NoticeLanguage, place: NoticePlace): NoticeLetter['parts'][number] {
  const said = words[language];
  const { title, whatToDo, otherwise } = wordsFor(expiry.kind, language);
  const field = expiry.pointer === null ? '' : `, ${said.field} ${expiry.pointer}`;
  const path = `/api/v1/identity-providers/${expiry.connectionId}${expiry.kind === 'own-key' ? '/keys' : ''}`;
  return {
    kind: 'item',
    title: `${title(expiry)} ${whenOf({ expiry, ...notice }, said, place.now)}`,
    lines: [
      `${said.expires}: ${expiry.expiresAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
      `${said.whatToDo}: ${whatToDo}`,
      `${said.otherwise}: ${otherwise(expiry)}`,
      `${said.where}: ${place.tenantUrl}${path}${field}`,
    ],
  };
}

function whenOf({ expiry }: DueNotice, { when }: Words, now: Date): string {
  return when(daysLeft(expiry.expiresAt, now));
}
