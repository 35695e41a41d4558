import type { AddressInfo } from 'node:net';
import { callbackify } from 'node:util';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';

/** What arrived: the envelope, and the message as a mail program reads it. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** The message as it came. */
  readonly raw: string;
  readonly message: Email;
}

export interface MailServer {
  readonly port: number;
  readonly received: ReceivedMail[];
  /** Answers from now on: to a recipient, to the message itself, or to everything before (`null`: as usual). */
  refuse: { recipient?: RegExp; with: number } | { message: true; with: number } | null;
  close(): Promise<void>;
}

/** A real mail server on loopback that keeps what it gets. */
export async function startMailServer(options: SMTPServerOptions & { port?: number } = {}): Promise<MailServer> {
  const { port = 0, ...rest } = options;
  const state: { received: ReceivedMail[]; refuse: MailServer['refuse'] } = { received: [], refuse: null };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onRcptTo({ address }, _session, callback) {
      const { refuse } = state;
      const isRefused = refuse && 'recipient' in refuse && refuse.recipient?.test(address);
      callback(isRefused ? answer(refuse.with) : undefined);
    },
    onData: callbackify((stream: AsyncIterable<Buffer>, session: SMTPServerSession) => keep(stream, session, state)),
    ...rest,
  });
  // A client that goes away in the middle is no fault of the test.
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    received: state.received,
    get refuse() {
      return state.refuse;
    },
    set refuse(refuse) {
      state.refuse = refuse;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** @throws the refusal, where the test wants one */
async function keep(
  stream: AsyncIterable<Buffer>,
  session: SMTPServerSession,
  state: { received: ReceivedMail[]; refuse: MailServer['refuse'] },
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  if (state.refuse && 'message' in state.refuse) throw answer(state.refuse.with);
  const raw = Buffer.concat(chunks);
  const { mailFrom, rcptTo } = session.envelope;
  const envelope = { from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address) };
  state.received.push({ ...envelope, raw: raw.toString(), message: await PostalMime.parse(raw) });
}

function answer(responseCode: number): Error {
  return Object.assign(new Error('refused by the test'), { responseCode });
}
