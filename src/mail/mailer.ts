import type { Mail, MailFault } from './outbox.ts';

/** Gives a mail to the server that carries it on. */
export interface Mailer {
  /** Never rejects: what went wrong is the answer. `detail` is for the log; it holds no content. */
  send(mail: Mail): Promise<{ kind: 'sent' } | { kind: 'failed'; fault: MailFault; detail: string }>;
  close(): void;
}
