import { createTransport } from 'nodemailer';
import type { Mailer } from './mailer.ts';
import type { MailFault } from './outbox.ts';
import type { MailSettings, SmtpSettings } from './settings.ts';

const CONNECT_MILLISECONDS = 10_000;
/** A server that checks for spam before it says yes takes its time. RFC 5321 §4.5.3.2.6 would allow ten minutes. */
const IDLE_MILLISECONDS = 60_000;

/** Mails by SMTP: a connection each, the recipient alone in the envelope, the sender's certificate verified wherever TLS is demanded. */
export function createSmtpMailer({ smtp, from }: MailSettings & { smtp: SmtpSettings }): Mailer {
  const transport = openTransport(smtp);
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return {
    async send({ id, to, content, createdAt }) {
      if (!content) return { kind: 'failed', fault: 'message_refused', detail: 'there is no content any more' };
      const { subject, text, html, language } = content;
      try {
        await transport.sendMail({
          from: { name: from.name ?? '', address: from.address },
          to: { name: '', address: to },
          subject,
          text,
          html,
          date: createdAt,
          // The same at every attempt: a mailbox that got it twice can tell.
          messageId: `<${id}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All', 'Content-Language': language },
        });
        return { kind: 'sent' };
      } catch (error) {
        return { kind: 'failed', ...readFault(error) };
      }
    },
    close: () => transport.close(),
  };
}

function openTransport(smtp: SmtpSettings) {
  return createTransport({
    host: smtp.host,
    port: smtp.port,
    secure: smtp.tls === 'implicit',
    requireTLS: smtp.tls === 'starttls',
    ignoreTLS: smtp.tls === 'none',
    // What never leaves this machine needs no proof of who it is, and a local relay has none that would hold.
    tls: { rejectUnauthorized: smtp.tls !== 'offered', minVersion: 'TLSv1.2' },
    ...(smtp.credentials ? { auth: { user: smtp.credentials.user, pass: smtp.credentials.password } } : {}),
    connectionTimeout: CONNECT_MILLISECONDS,
    greetingTimeout: CONNECT_MILLISECONDS,
    dnsTimeout: CONNECT_MILLISECONDS,
    socketTimeout: IDLE_MILLISECONDS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** @see RFC 5321 §4.2.1: 5yz is for good, 4yz is not */
function readFault(error: unknown): { fault: MailFault; detail: string } {
  const { code, responseCode, command } = error as { code?: string; responseCode?: number; command?: string };
  const detail = [code, responseCode, command].filter((part) => part !== undefined).join(' ') || 'unknown cause';
  if (code === 'EAUTH' || code === 'ENOAUTH') return { fault: 'sign_in_refused', detail };
  if (code === 'ETLS' || /certificate|ssl|tls/i.test(causeOf(error))) return { fault: 'tls_failed', detail };
  if (responseCode === undefined) return { fault: code === 'EENVELOPE' ? 'address_refused' : 'unreachable', detail };
  // The server takes nobody's mail: 421 closes the channel, and what it says of the greeting or the sender is not about this mail.
  if (command === 'MAIL FROM' && responseCode >= 500) return { fault: 'sender_refused', detail };
  if (responseCode === 421 || command === 'CONN' || command === 'EHLO' || command === 'HELO')
    return { fault: 'unreachable', detail };
  if (responseCode < 500) return { fault: 'not_now', detail };
  return { fault: command === 'RCPT TO' ? 'address_refused' : 'message_refused', detail };
}

/** The code that Node gives a failed handshake: `CERT_HAS_EXPIRED`, `DEPTH_ZERO_SELF_SIGNED_CERT`, `ERR_SSL_…`. */
function causeOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return code === 'ESOCKET' ? (message ?? '') : (code ?? '');
}
