import type { BreakGlassEvent } from './needs.ts';

/** A mail in parts, as `mail/letter.ts` writes them. */
export interface Announcement {
  readonly heading: string;
  readonly parts: readonly (
    | { kind: 'paragraph'; text: string }
    | { kind: 'item'; title: string; lines: readonly string[] }
    | { kind: 'footer'; text: string }
  )[];
}

interface Words {
  headings: Record<BreakGlassEvent['kind'], (account: string, tenant: string) => string>;
  lead: string;
  account: string;
  when: string;
  network: string;
  reference: string;
  whatToDo(users: string): string;
  why(tenant: string): string;
  nameless: string;
}

const words: Record<'en' | 'de', Words> = {
  en: {
    headings: {
      used: (account, tenant) => `${account} signed in to ${tenant} with a password`,
      made: (account, tenant) => `${account} is a new local administrator of ${tenant}`,
      reset: (account, tenant) => `${account} set a new password for ${tenant} by a set-up link`,
      'password-changed': (account, tenant) => `${account} changed the password for ${tenant}`,
    },
    lead: 'This account is kept for emergencies and may do everything. That is why each use is told.',
    account: 'Account',
    when: 'When',
    network: 'From network',
    reference: 'Reference',
    whatToDo: (users) =>
      `If you know of it, there is nothing to do. If not: disable the account (${users}), then look up the reference in the sign-in log and the set-up links in the audit log.`,
    why: (tenant) =>
      `You get this mail because you are a Full Administrator of ${tenant}, or because your address is in its setting noticeRecipients.`,
    nameless: 'An account without an address',
  },
  de: {
    headings: {
      used: (account, tenant) => `${account} hat sich bei ${tenant} mit Passwort angemeldet`,
      made: (account, tenant) => `${account} verwaltet nun ${tenant} mit einem lokalen Konto`,
      reset: (account, tenant) => `${account} hat für ${tenant} über einen Einrichtungslink ein neues Passwort gesetzt`,
      'password-changed': (account, tenant) => `${account} hat das Passwort für ${tenant} geändert`,
    },
    lead: 'Dieses Konto ist für Notfälle da und darf alles. Darum wird jede Verwendung mitgeteilt.',
    account: 'Konto',
    when: 'Wann',
    network: 'Aus dem Netz',
    reference: 'Referenz',
    whatToDo: (users) =>
      `Wissen Sie davon, ist nichts zu tun. Wenn nicht: Sperren Sie das Konto (${users}), suchen Sie dann die Referenz im Anmeldeprotokoll und die Einrichtungslinks im Audit-Protokoll.`,
    why: (tenant) =>
      `Sie erhalten diese Mail, weil Sie ${tenant} als Full Administrator verwalten oder weil Ihre Adresse in der Einstellung noticeRecipients steht.`,
    nameless: 'Ein Konto ohne Adresse',
  },
};

/** What a mail about an account for emergencies says. */
export function announcementOf(
  { kind, user, network, reference }: BreakGlassEvent,
  language: 'en' | 'de',
  { tenantName, tenantUrl, now }: { tenantName: string; tenantUrl: string; now: Date },
): Announcement {
  const said = words[language];
  const account = user.email ?? said.nameless;
  const title = said.headings[kind](account, tenantName);
  return {
    heading: title,
    parts: [
      { kind: 'paragraph', text: said.lead },
      {
        kind: 'item',
        title,
        lines: [
          `${said.account}: ${account} (${user.id})`,
          `${said.when}: ${now.toISOString().slice(0, 19).replace('T', ' ')} UTC`,
          `${said.network}: ${network}`,
          ...(reference === null ? [] : [`${said.reference}: ${reference}`]),
        ],
      },
      { kind: 'paragraph', text: said.whatToDo(`${tenantUrl}/console/users/${user.id}`) },
      { kind: 'footer', text: said.why(tenantName) },
    ],
  };
}
