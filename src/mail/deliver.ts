import type { Mailer } from './mailer.ts';
import { decideRetry, type Mail, type MailFault, type Outbox, type Settled } from './outbox.ts';

export interface DeliverNeeds {
  outbox: Outbox;
  mailer: Mailer;
  now(): Date;
  /** Told of every attempt that failed. */
  onFault(fault: { mail: Mail; fault: MailFault; detail: string; isLast: boolean }): void;
}

/** Longer than an attempt can take, with all its time limits: nobody else tries meanwhile. */
const LEASE_SECONDS = 900;
/** Mails of one run: the next one is seconds away. */
const MOST = 200;
/** With these the server itself is the trouble: the other mails would only wait for the same. */
const OF_THE_SERVER: readonly MailFault[] = ['unreachable', 'tls_failed', 'sign_in_refused', 'sender_refused'];

/** Sends what is due, one after the other, until nothing is or the server is not there. Any number of nodes may do it at once. */
export async function deliverMails(needs: DeliverNeeds): Promise<void> {
  for (let sent = 0; sent < MOST; sent++) {
    const mail = await needs.outbox.claim(needs.now(), LEASE_SECONDS);
    if (!mail) return;
    const settled = await attempt(needs, mail);
    await needs.outbox.settle(mail, settled);
    if (settled.kind !== 'sent' && OF_THE_SERVER.includes(settled.fault)) return;
  }
}

async function attempt({ mailer, now, onFault }: DeliverNeeds, mail: Mail): Promise<Settled> {
  const tooLate = mail.usefulUntil <= now();
  const outcome = tooLate
    ? { kind: 'failed' as const, fault: 'too_late' as const, detail: 'nobody was there to take it in time' }
    : await mailer.send(mail);
  if (outcome.kind === 'sent') return outcome;
  const { fault, detail } = outcome;
  const settled: Settled = tooLate ? { kind: 'failed', fault } : decideRetry(mail, fault, now());
  onFault({ mail, fault, detail, isLast: settled.kind === 'failed' });
  return settled;
}
