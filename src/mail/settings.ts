import { type MailAddress, readMailAddress } from './address.ts';

/** The server that takes our mails. */
export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /**
   * `implicit`: TLS from the first byte (RFC 8314 §3.3). `starttls`: not a word before the connection is encrypted. `offered`: when the server has it;
   * only towards this very machine. `none`: in the clear, without credentials, because the operator says so.
   */
  readonly tls: 'implicit' | 'starttls' | 'offered' | 'none';
  readonly credentials: { readonly user: string; readonly password: string } | null;
}

export interface MailSettings {
  /** Null: mails stay in the outbox; in development they are read there. */
  readonly smtp: SmtpSettings | null;
  readonly from: MailAddress;
}

/** How the gateway's settings are read; see `src/settings.ts`. */
export interface MailReading {
  readonly mode: 'development' | 'production';
  given(name: string): string | undefined;
  /** A variable, or the file that its `_FILE` twin names. */
  secret(name: string): string | null;
  fault(variable: string, detail: string): void;
}

const URL_VARIABLE = 'SALLYPORT_SMTP_URL';
const FROM_VARIABLE = 'SALLYPORT_MAIL_FROM';
/** Who writes until an operator says who: nobody can answer it, and no server would take it for long. */
const DEVELOPMENT_FROM: MailAddress = { address: 'sallyport@localhost', name: 'Sallyport' };

export function readMailSettings(reading: MailReading): MailSettings {
  const { given, secret, fault, mode } = reading;
  const url = secret(URL_VARIABLE);
  const smtp = url === null ? null : readSmtpUrl(url, (detail) => fault(URL_VARIABLE, detail));
  const text = given(FROM_VARIABLE);
  const from = text === undefined ? undefined : readMailAddress(text);
  if (text !== undefined && !from)
    fault(FROM_VARIABLE, 'is an address, sso@example.com, or a name and one, Acme <sso@example.com>');
  if (text === undefined && url !== null && mode === 'production')
    fault(FROM_VARIABLE, `is not given, and mails are sent through ${URL_VARIABLE}`);
  return { smtp, from: from ?? DEVELOPMENT_FROM };
}

/** `smtps://user:password@host:465`, `smtp://host:587`; `?tls=off` for a relay without TLS. Nothing of the URL is told in a fault. */
function readSmtpUrl(text: string, fault: (detail: string) => void): SmtpSettings | null {
  const url = URL.parse(text);
  if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === '' || !/^\/?$/.test(url.pathname) || url.hash !== '') {
    fault('is smtp://host:587 or smtps://host:465, with user:password@ before the host where the server wants them');
    return null;
  }
  const wish = url.search === '' ? 'on' : url.search === '?tls=off' ? 'off' : undefined;
  if (wish === undefined) fault('may end with ?tls=off and no other parameter');
  if (wish === 'off' && url.protocol === 'smtps:') fault('is smtps and tls=off at once');
  const credentials = readCredentials(url);
  if (credentials === undefined) fault('has a user or a password that is not percent-encoded, or one without the other');
  const tls = tlsOf(url, wish ?? 'on');
  if (tls === 'none' && credentials) fault('would send its password in the clear: leave out tls=off, or the password');
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || (tls === 'implicit' ? 465 : 587),
    tls,
    credentials: credentials ?? null,
  };
}

function tlsOf(url: URL, wish: 'on' | 'off'): SmtpSettings['tls'] {
  if (url.protocol === 'smtps:') return 'implicit';
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (isHere) return 'offered';
  return wish === 'off' ? 'none' : 'starttls';
}

/** Undefined when they cannot be read. */
function readCredentials({ username, password }: URL): SmtpSettings['credentials'] | undefined {
  if (username === '' && password === '') return null;
  if (username === '' || password === '') return undefined;
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    return undefined;
  }
}
