import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type MailServer, type ReceivedMail, startMailServer } from '../kit/mail/index.ts';
import { makeCertifiedKey } from '../kit/saml/certificate.ts';
import { createSamlIdp } from '../kit/saml/idp.ts';
import { openScene, type Scene, type TestTenant } from '../kit/scene.ts';

const DAY = 86_400;
const inDays = (days: number): Date => new Date(Date.now() + days * DAY * 1000);

describe('Administrators are told before something expires', () => {
  let server: MailServer;
  let scene: Scene;
  let acme: TestTenant;
  let oidc: string;
  let saml: string;

  before(async () => {
    server = await startMailServer();
    const smtp = { host: '127.0.0.1', port: server.port, tls: 'offered', credentials: null } as const;
    scene = await openScene({ mail: { smtp, from: { address: 'sso@vendor.example', name: 'Vendor SSO' } } });
    acme = await scene.addTenant('acme');
    const idp = await scene.startOidcIdp();
    oidc = (await acme.connectOidc(idp, { oidc: { clientSecretExpiresAt: inDays(61).toISOString() } })).id;
    const keys = makeCertifiedKey('rsa-2048', { notBefore: inDays(-1), notAfter: inDays(25) });
    const samlIdp = createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' });
    saml = (await acme.connectSaml(samlIdp, { saml: { verificationCertificates: [keys.certificatePem] } })).id;
    const person = { emailVerified: true, status: 'active' };
    for (const user of [
      { ...person, email: 'ada@acme.example', roles: ['Full Administrator'] },
      { ...person, email: 'ida@acme.example', locale: 'de-AT', roles: ['IdP Administrator'] },
      { ...person, email: 'eve@acme.example', emailVerified: false, roles: ['Full Administrator'] },
      { ...person, email: 'old@acme.example', status: 'pending', roles: ['IdP Administrator'] },
      { ...person, email: 'uma@acme.example', roles: ['User Administrator'] },
    ]) {
      const { status, json } = await acme.api.call('POST', '/api/v1/users', user);
      assert.equal(status, 201, JSON.stringify(json));
    }
    const { status } = await acme.api.call('PATCH', '/api/v1/settings', {
      noticeRecipients: ['oncall@vendor.example', 'ADA@acme.example'],
    });
    assert.equal(status, 200);
  });
  beforeEach(() => void (server.received.length = 0));
  after(async () => {
    await scene.close();
    await server.close();
  });

  /** What every node's jobs do at their time. */
  async function run(nodes = [scene.gateway.composition]): Promise<ReceivedMail[]> {
    await Promise.all(nodes.map(({ jobs }) => jobs.sendNotices()));
    await Promise.all(nodes.map(({ jobs }) => jobs.deliverMails()));
    return [...server.received];
  }
  const recipients = (mails: readonly ReceivedMail[]) => mails.map(({ to }) => to[0]).sort();
  const mailTo = (mails: readonly ReceivedMail[], address: string) => {
    const found = mails.find(({ to }) => to[0] === address);
    assert.ok(found, `no mail to ${address}`);
    return { subject: found.message.subject, text: found.message.text?.replaceAll('\r\n', '\n') ?? '' };
  };
  const ALL = ['ada@acme.example', 'ida@acme.example', 'oncall@vendor.example'];

  it('one mail a person whose business it is, once, about a certificate that ends in 25 days', async () => {
    const mails = await run();
    assert.deepEqual(recipients(mails), ALL);
    const { subject, text } = mailTo(mails, 'ada@acme.example');
    assert.match(subject ?? '', /^Certificate that Acme SAML signs with \(SHA-256 [0-9A-F:]{23}\) expires in 2[45] days$/);
    assert.match(text, /What to do: Ask the provider’s administrator for the next certificate/);
    assert.match(text, /If nothing is done: Answers signed with this certificate/);
    assert.ok(
      text.includes(`Where: ${acme.url}/api/v1/identity-providers/${saml}, field /saml/verificationCertificates/0`),
      text,
    );
    assert.deepEqual(await run(), mails, 'the next run sends nothing');
  });

  it('in the language of each, or of the tenant', async () => {
    await acme.api.call('PATCH', '/api/v1/settings', { language: 'de' });
    scene.gateway.advance(2 * DAY);
    const mails = await run();
    assert.deepEqual(recipients(mails), ALL);
    for (const address of ['ida@acme.example', 'oncall@vendor.example'])
      assert.match(
        mailTo(mails, address).subject ?? '',
        /^Client-Secret von Acme OIDC \(Client-ID client-\w+\) läuft in 5[89] Tagen ab$/,
      );
    assert.match(mailTo(mails, 'ida@acme.example').text, /Was zu tun ist: Erzeugen Sie beim Anbieter ein neues Secret/);
  });

  it('about several things in one mail, sent by one of two nodes that run at once', async () => {
    await acme.api.call('PATCH', '/api/v1/settings', { language: 'en' });
    const other = await scene.gateway.addNode();
    scene.gateway.advance(35 * DAY);
    const mails = await run([scene.gateway.composition, other.composition]);
    await other.close();
    assert.deepEqual(recipients(mails), ALL);
    const { subject, text } = mailTo(mails, 'ada@acme.example');
    assert.equal(subject, '2 things of acme Ltd expire soon or have expired');
    assert.match(text, /Certificate that Acme SAML signs with .* has expired/);
    assert.match(text, /Client secret of Acme OIDC .* expires in 2\d days/);
  });

  it('not about a secret that was replaced, nor about a provider that is off', async () => {
    const renewed = { oidc: { clientSecret: 'a new one, long enough', clientSecretExpiresAt: inDays(700).toISOString() } };
    const changed = await acme.api.call('PATCH', `/api/v1/identity-providers/${oidc}?override=renewed`, renewed);
    assert.equal(changed.status, 200, JSON.stringify(changed.json));
    const off = await acme.api.call('PATCH', `/api/v1/identity-providers/${saml}`, { enabled: false });
    assert.equal(off.status, 200, JSON.stringify(off.json));
    scene.gateway.advance(60 * DAY);
    assert.deepEqual(await run(), []);
  });

  it('and the audit log says what was told, of what, and to how many', async () => {
    const { json } = await acme.api.call<{ items: { target: string; after: Record<string, unknown> }[] }>(
      'GET',
      '/api/v1/audit-events?action=notice.sent',
    );
    const told = json.items.map(
      ({ target, after: { kind, daysAhead, recipients: people } }) => `${kind} ${target} ${daysAhead} ${people}`,
    );
    assert.deepEqual(told.sort(), [
      `client-secret connection:${oidc} 30 3`,
      `client-secret connection:${oidc} 60 3`,
      `verification-certificate connection:${saml} 0 3`,
      `verification-certificate connection:${saml} 30 3`,
    ]);
  });

  it('and the calendar shows all of it', async () => {
    type Calendar = {
      items: { kind: string; state: string; identityProviderId: string; enabled: boolean }[];
      noticesAreSent: boolean;
    };
    const { json } = await acme.api.call<Calendar>('GET', '/api/v1/expiries?within=30');
    assert.deepEqual(
      json.items.map(({ kind, state, enabled, identityProviderId }) => [kind, state, enabled, identityProviderId]),
      [['verification-certificate', 'expired', false, saml]],
    );
    assert.equal(json.noticesAreSent, true);
    const all = await acme.api.call<Calendar>('GET', '/api/v1/expiries');
    assert.deepEqual([...new Set(all.json.items.map(({ kind }) => kind))].sort(), [
      'client-secret',
      'own-key',
      'verification-certificate',
    ]);
    const ics = await fetch(`${acme.url}/api/v1/expiries.ics`, {
      headers: { authorization: `Bearer ${scene.gateway.operatorToken}` },
    });
    assert.equal(ics.headers.get('content-type'), 'text/calendar; charset=utf-8');
    assert.match(await ics.text(), /^BEGIN:VCALENDAR\r\n/);
    assert.equal((await fetch(`${acme.url}/api/v1/expiries`)).status, 401);
  });

  it('there is no mailbox for everybody where mails are sent', async () => {
    assert.equal((await fetch(`${acme.url}/dev/mailbox`)).status, 404);
  });
});

describe('Without a mail server, in development', () => {
  let scene: Scene;
  let acme: TestTenant;
  before(async () => {
    scene = await openScene();
    acme = await scene.addTenant('acme');
    await scene.addTenant('globex');
    await acme.api.call('PATCH', '/api/v1/settings', { noticeRecipients: ['oncall@vendor.example'] });
    await acme.connectOidc(await scene.startOidcIdp(), {
      name: '<b>Acme</b>',
      oidc: { clientSecretExpiresAt: inDays(5).toISOString() },
    });
    await scene.gateway.composition.jobs.sendNotices();
    await scene.gateway.composition.jobs.deliverMails();
  });
  after(() => scene.close());

  it('a mailbox shows the tenant’s mails, escaped, under a strict policy', async () => {
    const list = await fetch(`${acme.url}/dev/mailbox`);
    const html = await list.text();
    assert.match(list.headers.get('content-security-policy') ?? '', /^default-src 'none'; style-src 'sha256-[^ ]+'/);
    assert.match(html, /Client secret of &lt;b&gt;Acme&lt;\/b&gt;/);
    const href = /href="([^"]*\/dev\/mailbox\/mail_[\w-]+)"/.exec(html)?.[1];
    assert.ok(href);
    const mail = await (await fetch(href)).text();
    assert.match(mail, /oncall@vendor\.example/);
    assert.ok(mail.includes(`href="${acme.url}/api/v1/expiries"`), mail);
    assert.equal((await fetch(`${scene.gateway.tenantUrl('globex')}/dev/mailbox/${href.split('/').at(-1)}`)).status, 404);
  });

  it('it is not read under another name (DNS rebinding)', async () => {
    const { port } = new URL(acme.url);
    const elsewhere = await fetch(`http://127.0.0.1:${port}/t/acme/dev/mailbox`);
    assert.equal(elsewhere.status, 404);
  });

  it('the calendar says that nobody is told', async () => {
    const { json } = await acme.api.call('GET', '/api/v1/expiries');
    assert.equal(json['noticesAreSent'], false);
  });
});
