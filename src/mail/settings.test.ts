import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type MailSettings, readMailSettings } from './settings.ts';

function read(given: Record<string, string>, mode: 'development' | 'production' = 'development') {
  const faults: string[] = [];
  const settings = readMailSettings({
    mode,
    given: (name) => given[name],
    secret: (name) => given[name] ?? null,
    fault(variable, detail) {
      faults.push(variable);
      assert.doesNotMatch(detail, /s3cret/, 'a fault tells no value');
    },
  });
  return { settings, faults };
}

describe('SALLYPORT_SMTP_URL', () => {
  const rows: [url: string, smtp: MailSettings['smtp']][] = [
    ['smtps://mail.acme.example', { host: 'mail.acme.example', port: 465, tls: 'implicit', credentials: null }],
    ['smtp://mail.acme.example', { host: 'mail.acme.example', port: 587, tls: 'starttls', credentials: null }],
    [
      'smtp://sso%40acme.example:s3cret%2F@mail.acme.example:2525',
      { host: 'mail.acme.example', port: 2525, tls: 'starttls', credentials: { user: 'sso@acme.example', password: 's3cret/' } },
    ],
    ['smtp://relay.internal:25?tls=off', { host: 'relay.internal', port: 25, tls: 'none', credentials: null }],
    ['smtp://127.0.0.1:1025', { host: '127.0.0.1', port: 1025, tls: 'offered', credentials: null }],
    ['smtp://[::1]:1025', { host: '::1', port: 1025, tls: 'offered', credentials: null }],
  ];
  for (const [url, smtp] of rows)
    it(`says where mails go, and how safely: ${url}`, () => {
      const { settings, faults } = read({ SALLYPORT_SMTP_URL: url });
      assert.deepEqual([settings.smtp, faults], [smtp, []]);
    });

  it('may be missing: mails then stay in the outbox, in production as well', () => {
    for (const mode of ['development', 'production'] as const) {
      const { settings, faults } = read({}, mode);
      assert.deepEqual([settings.smtp, faults], [null, []]);
    }
  });

  for (const [name, url] of [
    ['another protocol', 'https://u:s3cret@mail.acme.example'],
    ['no URL', 's3cret'],
    ['a path', 'smtp://mail.acme.example/s3cret'],
    ['a parameter that nobody knows', 'smtp://mail.acme.example?tls=of'],
    ['two TLS at once', 'smtps://mail.acme.example?tls=off'],
    ['a password in the clear', 'smtp://u:s3cret@mail.acme.example?tls=off'],
    ['a user without password', 'smtp://u@mail.acme.example'],
    ['a broken encoding', 'smtp://u:s3cret%@mail.acme.example'],
  ] as const)
    it(`is refused: ${name}`, () => assert.deepEqual(read({ SALLYPORT_SMTP_URL: url }).faults, ['SALLYPORT_SMTP_URL']));
});

describe('SALLYPORT_MAIL_FROM', () => {
  it('is the sender', () => {
    const { settings } = read({ SALLYPORT_MAIL_FROM: 'Acme <sso@acme.example>' });
    assert.deepEqual(settings.from, { address: 'sso@acme.example', name: 'Acme' });
  });
  it('is needed in production where mails are sent', () =>
    assert.deepEqual(read({ SALLYPORT_SMTP_URL: 'smtps://mail.acme.example' }, 'production').faults, ['SALLYPORT_MAIL_FROM']));
  it('is refused where it is no address', () =>
    assert.deepEqual(read({ SALLYPORT_MAIL_FROM: 'a@b, c@d' }).faults, ['SALLYPORT_MAIL_FROM']));
});
