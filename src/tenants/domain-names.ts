import { domainToASCII, domainToUnicode } from 'node:url';
import type { Domain } from './tenant.ts';

const LONGEST_NAME = 253;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * A domain name in the one form that is stored and compared: lower case, A-labels, at least two labels, no trailing dot.
 * Undefined for everything else: addresses, wildcards, and spellings that only a mapping makes into a name (full-width letters,
 * ideographic full stops), because the next reader may not map them.
 * @see RFC 1123 §2.1, RFC 5891 §4
 */
export function readDomainName(text: string): string | undefined {
  const lower = text.toLowerCase();
  const ascii = domainToASCII(lower);
  if (ascii === '' || ascii.length > LONGEST_NAME || (ascii !== lower && domainToUnicode(ascii) !== lower)) return undefined;
  const labels = ascii.split('.');
  const isName = labels.length >= 2 && labels.every((label) => LABEL.test(label)) && /[a-z]/.test(labels.at(-1) ?? '');
  return isName ? ascii : undefined;
}

/**
 * Domain of an e-mail address in stored form. Undefined unless the address has exactly one `@`: which one ends the local part of
 * `victim@acme.example@evil.example` is a question that two readers answer differently.
 */
export function domainOfEmail(email: string): string | undefined {
  const parts = email.split('@');
  const [local, domain] = parts;
  if (parts.length !== 2 || !local || !domain || /[\s\p{C}]/u.test(email)) return undefined;
  return readDomainName(domain);
}

/**
 * The tenant's domain that a name falls under: itself, or the nearest above that includes its subdomains. Label by label, so that
 * `evilacme.example` never falls under `acme.example`; a domain that is only claimed owns nothing.
 */
export function findDomain(domains: readonly Domain[], name: string): Domain | undefined {
  const wanted = readDomainName(name);
  if (!wanted) return undefined;
  const owned = domains.filter(({ state }) => state !== 'pending');
  const exact = owned.find((domain) => domain.name === wanted);
  if (exact) return exact;
  for (const above of namesAbove(wanted)) {
    const found = owned.find((domain) => domain.includeSubdomains && domain.name === above);
    if (found) return found;
  }
  return undefined;
}

/** Whether an address lies in a domain that the tenant has proven, or that an operator vouched for. */
export function ownsEmailDomain(domains: readonly Domain[], email: string): boolean {
  const name = domainOfEmail(email);
  return name !== undefined && findDomain(domains, name) !== undefined;
}

/** `a.b.acme.example` gives `b.acme.example`, `acme.example`: nearest first, never a single label. */
export function namesAbove(name: string): string[] {
  const labels = name.split('.');
  return labels.slice(1, -1).map((_, at) => labels.slice(at + 1).join('.'));
}

/** Mail domains that anybody gets an address in: whoever claimed one would own strangers. Their subdomains are judged by their own name. */
const PUBLIC_MAIL_DOMAINS: ReadonlySet<string> = new Set(
  [
    'gmail.com googlemail.com outlook.com outlook.de outlook.fr outlook.es outlook.it outlook.jp hotmail.com hotmail.co.uk hotmail.de',
    'hotmail.fr hotmail.it hotmail.es live.com live.de live.fr live.co.uk live.nl msn.com passport.com onmicrosoft.com windowslive.com',
    'yahoo.com yahoo.co.uk yahoo.de yahoo.fr yahoo.it yahoo.es yahoo.co.in yahoo.in yahoo.co.jp yahoo.com.br yahoo.ca ymail.com rocketmail.com',
    'myyahoo.com icloud.com me.com mac.com aol.com aol.de aim.com gmx.com gmx.de gmx.net gmx.at gmx.ch web.de freenet.de t-online.de',
    'arcor.de mail.de posteo.de mailbox.org proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.io tuta.com tutamail.com',
    'keemail.me fastmail.com fastmail.fm hey.com zoho.com zohomail.com zohomail.eu mail.com email.com usa.com hushmail.com runbox.com startmail.com',
    'duck.com mozmail.com privaterelay.appleid.com simplelogin.com yandex.com yandex.ru ya.ru mail.ru inbox.ru list.ru bk.ru rambler.ru ukr.net',
    'i.ua seznam.cz email.cz centrum.cz wp.pl o2.pl onet.pl interia.pl op.pl libero.it virgilio.it tiscali.it alice.it tin.it orange.fr',
    'wanadoo.fr free.fr sfr.fr laposte.net neuf.fr bluewin.ch hispeed.ch telenet.be skynet.be ziggo.nl kpnmail.nl planet.nl xs4all.nl',
    'btinternet.com sky.com virginmedia.com ntlworld.com talktalk.net blueyonder.co.uk bigpond.com optusnet.com.au comcast.net verizon.net',
    'att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net optonline.net shaw.ca rogers.com sympatico.ca telus.net qq.com',
    'foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com aliyun.com naver.com daum.net hanmail.net nate.com rediffmail.com uol.com.br',
    'bol.com.br terra.com.br ig.com.br globo.com mailinator.com guerrillamail.com yopmail.com 10minutemail.com temp-mail.org sharklasers.com',
  ].flatMap((line) => line.split(' ')),
);

/** @param name in stored form */
export function isPublicMailDomain(name: string): boolean {
  return PUBLIC_MAIL_DOMAINS.has(name);
}
