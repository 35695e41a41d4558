import type { Page } from './headers.ts';
import { momentOf } from './moment.ts';
import { makePage, type PageFrame, wordsOf } from './page.ts';
import { LONGEST, readable, requireTarget } from './safe.ts';
import { loadTemplate } from './template.ts';

export interface MailView {
  to: string;
  subject: string;
  at: Date;
}

export interface MailboxInput extends PageFrame {
  mails: readonly (MailView & { href: string })[];
}

export interface MailInput extends PageFrame {
  mail: MailView & { from: string; text: string };
  /** Addresses under it become links; others stay text, so that foreign words in a mail lead nobody anywhere. */
  tenantUrl: string;
  backHref: string;
}

const renderList = loadTemplate<{ heading: string; lead: string; mails: { href: string; subject: string; facts: string }[] }>(
  'mailbox',
);
const renderMail = loadTemplate<{
  subject: string;
  heading: string;
  facts: { name: string; value: string }[];
  blocks: Piece[][];
  backHref: string;
  back: string;
}>('mail');

/** The mails that a tenant would have sent, where there is no mail server: for whoever tries the product on their own computer. */
export function mailboxPage(input: MailboxInput): Page {
  const { mailbox } = wordsOf(input).texts;
  const mails = input.mails.map(({ href, to, subject, at }) => ({
    href: requireTarget(href),
    subject: readable(subject, LONGEST.detail),
    facts: `${readable(to, LONGEST.identifier)} · ${momentOf(at)}`,
  }));
  const content = renderList({ heading: mailbox.title, lead: mails.length === 0 ? mailbox.empty : mailbox.lead, mails });
  return makePage(input, { title: mailbox.title, content, forms: 'none', opener: 'cut' });
}

/** One mail as plain text; our own addresses in it are links, because that is what one opens the mailbox for. */
export function mailPage(input: MailInput): Page {
  const { mailbox } = wordsOf(input).texts;
  const { from, to, subject, at, text } = input.mail;
  const content = renderMail({
    subject: readable(subject, LONGEST.detail),
    heading: mailbox.title,
    facts: [
      { name: mailbox.from, value: readable(from, LONGEST.identifier) },
      { name: mailbox.to, value: readable(to, LONGEST.identifier) },
      { name: mailbox.at, value: momentOf(at) },
    ],
    blocks: text.split(/\n{2,}/).map((block) => piecesOf(block, `${input.tenantUrl}/`)),
    backHref: requireTarget(input.backHref),
    back: mailbox.back,
  });
  return makePage(input, { title: mailbox.title, content, forms: 'none', opener: 'cut' });
}

/** Text, a link, or, without text, a new line. */
interface Piece {
  text: string;
  href: string;
}

function piecesOf(block: string, ownUrl: string): Piece[] {
  return block.split('\n').flatMap((line, index) => [
    ...(index === 0 ? [] : [{ text: '', href: '' }]),
    ...readable(line, LONGEST.detail)
      .split(/(https?:\/\/[^\s<>"\\]+)/)
      .filter((text) => text !== '')
      .map((text) => ({ text, href: text.startsWith(ownUrl) && URL.canParse(text) ? text : '' })),
  ]);
}
