import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { TenantId } from '#kernel/ids.ts';
import { type MailServer, startMailServer } from '#test/mail/index.ts';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import { openTestTenants, type TestTenants } from '#test/tenant/index.ts';
import { deliverMails } from './deliver.ts';
import type { Mailer } from './mailer.ts';
import { createOutbox } from './outbox.sql.ts';
import type { MailFault, NewMail, Outbox } from './outbox.ts';
import type { SmtpSettings } from './settings.ts';
import { createSmtpMailer } from './smtp.ts';

let given: TestTenants;
let server: MailServer;
let outbox: Outbox;
let acme: TenantId;
let faults: { fault: MailFault; isLast: boolean }[] = [];
before(async () => {
  given = await openTestTenants();
  server = await startMailServer();
  outbox = createOutbox(given);
  acme = given.acme;
});
beforeEach(async () => {
  await given.store.db().deleteFrom('mails').execute();
  server.received.length = 0;
  server.refuse = null;
  faults = [];
});
after(async () => {
  await server.close();
  await given.close();
});

const now = () => given.world.now();
const mail = (change: Partial<NewMail> = {}): NewMail => ({
  kind: 'test',
  to: 'ada@acme.example',
  subject: 'Schlüssel läuft ab',
  text: 'Grüße\n.\nEnde',
  html: '<p>Grüße</p>',
  language: 'de',
  usefulUntil: new Date(now().getTime() + 3 * 86_400_000),
  ...change,
});
const mailerTo = (port: number, change: Partial<SmtpSettings> = {}): Mailer =>
  createSmtpMailer({
    smtp: { host: '127.0.0.1', port, tls: 'offered', credentials: null, ...change },
    from: { address: 'sso@acme.example', name: 'Acme, "SSO"' },
  });
const deliver = (mailer: Mailer = mailerTo(server.port)) =>
  deliverMails({ outbox, mailer, now, onFault: ({ fault, isLast }) => faults.push({ fault, isLast }) });

describe('A mail by SMTP', () => {
  it('arrives as it was written, from whom and to whom', async () => {
    const id = await outbox.put(acme, mail());
    await deliver();
    const [received, ...more] = server.received;
    assert.ok(received);
    assert.deepEqual([more.length, received.from, received.to], [0, 'sso@acme.example', ['ada@acme.example']]);
    const { from, to, subject, text, html, headers, messageId } = received.message;
    assert.deepEqual([from?.address, from?.name], ['sso@acme.example', 'Acme, "SSO"']);
    assert.deepEqual(
      to?.map(({ address }) => address),
      ['ada@acme.example'],
    );
    assert.deepEqual(
      [subject, text?.replaceAll('\r\n', '\n').trim(), html?.trim()],
      ['Schlüssel läuft ab', 'Grüße\n.\nEnde', '<p>Grüße</p>'],
    );
    assert.equal(messageId, `<${id}@acme.example>`);
    const header = (name: string) => headers.find(({ key }) => key === name)?.value;
    assert.deepEqual([header('auto-submitted'), header('content-language')], ['auto-generated', 'de']);
    assert.equal((await outbox.find(acme, id))?.state, 'sent');
  });

  it('has no header and no recipient that its subject or its address would add', async () => {
    await outbox.put(acme, mail({ subject: 'Hi\r\nBcc: eve@evil.example\r\n\r\nBody', to: 'ada@acme.example' }));
    await deliver();
    const [received] = server.received;
    assert.deepEqual(received?.to, ['ada@acme.example']);
    assert.equal(received?.message.bcc, undefined);
    assert.equal(received?.message.subject, 'Hi Bcc: eve@evil.example Body');
  });

  it('is given up when its recipient is refused for good, and the others are sent all the same', async () => {
    server.refuse = { recipient: /^gone@/, with: 550 };
    const gone = await outbox.put(acme, mail({ to: 'gone@acme.example' }));
    await outbox.put(acme, mail());
    await deliver();
    assert.deepEqual(
      server.received.map(({ to }) => to),
      [['ada@acme.example']],
    );
    const found = await outbox.find(acme, gone);
    assert.deepEqual([found?.state, found?.error, found?.content], ['failed', 'address_refused', null]);
    assert.deepEqual(faults, [{ fault: 'address_refused', isLast: true }]);
  });

  it('waits when its recipient is refused for now (grey-listed)', async () => {
    server.refuse = { recipient: /./, with: 451 };
    await outbox.put(acme, mail());
    await deliver();
    server.refuse = null;
    await deliver();
    assert.deepEqual([server.received.length, faults], [0, [{ fault: 'not_now', isLast: false }]]);
    given.world.pass(60);
    await deliver();
    assert.equal(server.received.length, 1);
  });

  it('is given up when the server does not take what it says', async () => {
    server.refuse = { message: true, with: 554 };
    const id = await outbox.put(acme, mail());
    await deliver();
    assert.equal((await outbox.find(acme, id))?.error, 'message_refused');
  });

  it('waits for a server that is away, and one attempt a run finds that out', async () => {
    const away = await startMailServer();
    const { port } = away;
    await away.close();
    await outbox.put(acme, mail());
    await outbox.put(acme, mail({ to: 'bob@acme.example' }));
    await deliver(mailerTo(port));
    assert.deepEqual(faults, [{ fault: 'unreachable', isLast: false }]);
    const back = await startMailServer({ port });
    given.world.pass(60);
    await deliver(mailerTo(port));
    await back.close();
    assert.deepEqual(back.received.map(({ to }) => to[0]).sort(), ['ada@acme.example', 'bob@acme.example']);
  });

  it('is given up when nobody could take it in time', async () => {
    const id = await outbox.put(acme, mail());
    given.world.pass(3 * 86_400);
    await deliver();
    assert.deepEqual([server.received.length, (await outbox.find(acme, id))?.error], [0, 'too_late']);
  });

  it('is sent once, however many nodes deliver at once', async () => {
    for (let index = 0; index < 12; index++) await outbox.put(acme, mail({ to: `user${index}@acme.example` }));
    const other = createOutbox(given);
    await Promise.all([
      deliver(),
      deliver(),
      deliverMails({ outbox: other, mailer: mailerTo(server.port), now, onFault: () => assert.fail('no fault') }),
    ]);
    assert.equal(server.received.length, 12);
    assert.equal(new Set(server.received.map(({ to }) => to[0])).size, 12);
  });
});

describe('The way to the mail server', () => {
  const { privateKeyPem: key, certificatePem: cert } = makeCertifiedKey();
  const credentials = { user: 'sso', password: 's3cret' };

  it('is not gone in the clear where TLS is demanded', async () => {
    const id = await outbox.put(acme, mail());
    await deliver(mailerTo(server.port, { tls: 'starttls' }));
    assert.deepEqual(
      [server.received.length, faults[0]?.fault, (await outbox.find(acme, id))?.state],
      [0, 'tls_failed', 'waiting'],
    );
  });

  for (const tls of ['starttls', 'implicit'] as const)
    it(`is not gone to a server that cannot prove who it is (${tls})`, async () => {
      let asked = 0;
      const stranger = await startMailServer({
        secure: tls === 'implicit',
        key,
        cert,
        disabledCommands: [],
        onAuth: (_auth, _session, callback) => {
          asked++;
          callback(null, { user: 'x' });
        },
      });
      await outbox.put(acme, mail());
      await deliver(mailerTo(stranger.port, { tls, credentials }));
      await stranger.close();
      assert.deepEqual([stranger.received.length, asked, faults], [0, 0, [{ fault: 'tls_failed', isLast: false }]]);
    });

  it('is encrypted towards this very machine where the server offers it', async () => {
    const secured: boolean[] = [];
    const relay = await startMailServer({
      key,
      cert,
      disabledCommands: [],
      onMailFrom: (_from, session, callback) => {
        secured.push(session.secure);
        callback();
      },
    });
    await outbox.put(acme, mail());
    await deliver(mailerTo(relay.port));
    await relay.close();
    assert.deepEqual([relay.received.length, secured], [1, [true]]);
  });

  it('ends at a password that the server does not know, and is tried again', async () => {
    const strict = await startMailServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (_auth, _session, callback) => callback(new Error('no')),
    });
    await outbox.put(acme, mail());
    await deliver(mailerTo(strict.port, { credentials }));
    await strict.close();
    assert.deepEqual(faults, [{ fault: 'sign_in_refused', isLast: false }]);
  });

  it('ends at a sender whom the server does not take: no fault of the mail', async () => {
    const strict = await startMailServer({
      onMailFrom: (_from, _session, callback) => callback(Object.assign(new Error('not yours'), { responseCode: 553 })),
    });
    await outbox.put(acme, mail());
    await deliver(mailerTo(strict.port));
    await strict.close();
    assert.deepEqual(faults, [{ fault: 'sender_refused', isLast: false }]);
  });
});
