import type { DeliverNeeds } from './deliver.ts';
import type { Mailer } from './mailer.ts';
import type { MailSettings } from './settings.ts';
import { createSmtpMailer } from './smtp.ts';

interface Log {
  info(facts: object, text: string): void;
  warn(facts: object, text: string): void;
}

export interface OpenMail {
  /** Null without a mail server: mails stay in the outbox. */
  readonly mailer: Mailer | null;
  readonly onMailFault: DeliverNeeds['onFault'];
  /** Whether the development mailbox is to be shown: where mails go nowhere else, and never in production. */
  readonly hasMailbox: boolean;
}

/** Mail as the settings have it. A production without a mail server starts all the same: nobody signs in by mail alone; it is warned of. */
export function openMail({ mail, mode }: { mail: MailSettings; mode: 'development' | 'production' }, log: Log): OpenMail {
  const { smtp, from } = mail;
  if (!smtp && mode === 'production') {
    log.warn({ variable: 'SALLYPORT_SMTP_URL' }, 'there is no mail server: mails are kept and none is sent');
  }
  return {
    mailer: smtp && createSmtpMailer({ smtp, from }),
    hasMailbox: !smtp && mode === 'development',
    onMailFault({ mail: { id, kind, tenant, attempts }, fault, detail, isLast }) {
      log.warn(
        { mail: id, kind, tenant, attempts, fault, detail, isLast },
        isLast ? 'a mail was given up' : 'a mail could not be sent yet',
      );
    },
  };
}
