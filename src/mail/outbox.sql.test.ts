import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { TenantId } from '#kernel/ids.ts';
import { openTestTenants, type TestTenants } from '#test/tenant/index.ts';
import { createOutbox } from './outbox.sql.ts';
import { decideRetry, type Mail, type MailFault, type NewMail, type Outbox } from './outbox.ts';

let given: TestTenants;
let outbox: Outbox;
let acme: TenantId;
before(async () => {
  given = await openTestTenants();
  outbox = createOutbox(given);
  acme = given.acme;
});
beforeEach(() => given.store.db().deleteFrom('mails').execute());
after(() => given.close());

const now = () => given.world.now();
const DAY = 86_400_000;
const mail = (change: Partial<NewMail> = {}): NewMail => ({
  kind: 'test',
  to: 'ada@acme.example',
  subject: 'Your code',
  text: 'The code is 123456.',
  html: '<p>The code is 123456.</p>',
  language: 'en',
  usefulUntil: new Date(now().getTime() + DAY),
  ...change,
});

describe('A mail in the outbox', () => {
  it('is found with all that it says, by its own tenant alone', async () => {
    const id = await outbox.put(acme, mail());
    const found = await outbox.find(acme, id);
    assert.deepEqual(
      [found?.to, found?.content, found?.state, found?.attempts],
      [
        'ada@acme.example',
        { subject: 'Your code', text: 'The code is 123456.', html: '<p>The code is 123456.</p>', language: 'en' },
        'waiting',
        0,
      ],
    );
    assert.equal(await outbox.find(given.globex, id), undefined);
    assert.deepEqual(await outbox.list(given.globex, 10), []);
    assert.equal(await outbox.find(acme, 'x\0'), undefined);
  });

  it('is sealed: no column holds a word of it', async () => {
    await outbox.put(acme, mail());
    const rows = await given.store.db().selectFrom('mails').selectAll().execute();
    assert.doesNotMatch(JSON.stringify(rows), /123456|Your code/);
  });

  it('is not there when the transaction that wanted it sent falls', async () => {
    const failed = given.store.transact(async () => {
      await outbox.put(acme, mail());
      throw new Error('the rest failed');
    });
    await assert.rejects(failed, /the rest failed/);
    assert.deepEqual(await outbox.list(acme, 10), []);
  });

  it('has one line as its subject, and one address to go to', async () => {
    const id = await outbox.put(acme, mail({ subject: 'Hello\r\nBcc: eve@evil.example' }));
    assert.equal((await outbox.find(acme, id))?.content?.subject, 'Hello Bcc: eve@evil.example');
    await assert.rejects(outbox.put(acme, mail({ to: 'a@b.example\r\nRCPT TO:<eve@evil.example>' })));
    await assert.rejects(outbox.put(acme, mail({ to: 'a@b.example, eve@evil.example' })));
  });
});

describe('Claiming a mail', () => {
  it('puts it off for everybody else until the lease ends, and counts', async () => {
    const id = await outbox.put(acme, mail());
    const claimed = await outbox.claim(now(), 60);
    assert.deepEqual([claimed?.id, claimed?.tenant, claimed?.attempts], [id, acme, 1]);
    assert.equal(await outbox.claim(now(), 60), undefined);
    given.world.pass(60);
    // The node that had it died.
    assert.deepEqual([(await outbox.claim(now(), 60))?.id, (await outbox.find(acme, id))?.attempts], [id, 2]);
  });

  it('gives each mail to one of many who ask at once', async () => {
    for (let index = 0; index < 20; index++) await outbox.put(index % 2 ? acme : given.globex, mail());
    const claimed = (await Promise.all(Array.from({ length: 30 }, () => outbox.claim(now(), 60)))).filter(
      (one) => one !== undefined,
    );
    assert.equal(claimed.length, 20);
    assert.equal(new Set(claimed.map(({ id }) => id)).size, 20);
  });

  it('takes the one that has waited longest', async () => {
    const first = await outbox.put(acme, mail());
    given.world.pass(1);
    await outbox.put(acme, mail());
    assert.equal((await outbox.claim(now(), 60))?.id, first);
  });
});

describe('What became of a mail', () => {
  const claim = async (): Promise<Mail> => {
    const claimed = await outbox.claim(now(), 60);
    assert.ok(claimed);
    return claimed;
  };

  it('is noted, and its content forgotten, when it is sent or given up', async () => {
    for (const settled of [{ kind: 'sent' }, { kind: 'failed', fault: 'address_refused' }] as const) {
      const id = await outbox.put(acme, mail());
      await outbox.settle(await claim(), settled);
      const found = await outbox.find(acme, id);
      assert.deepEqual([found?.state, found?.content], [settled.kind, null]);
      given.world.pass(3600);
      assert.equal(await outbox.claim(now(), 60), undefined);
    }
    await outbox.put(acme, mail());
    assert.equal(await outbox.countWaiting(), 1);
  });

  it('is another attempt later', async () => {
    const id = await outbox.put(acme, mail());
    const notBefore = new Date(now().getTime() + 300_000);
    await outbox.settle(await claim(), { kind: 'again', fault: 'not_now', notBefore });
    given.world.pass(299);
    assert.equal(await outbox.claim(now(), 60), undefined);
    given.world.pass(1);
    const again = await claim();
    assert.deepEqual([again.id, again.error, again.attempts], [id, 'not_now', 2]);
  });

  it('is not noted by whoever has lost it to another', async () => {
    const id = await outbox.put(acme, mail());
    const slow = await claim();
    given.world.pass(60);
    await claim();
    await outbox.settle(slow, { kind: 'failed', fault: 'unreachable' });
    assert.equal((await outbox.find(acme, id))?.state, 'waiting');
  });

  it('is remembered for a month', async () => {
    const id = await outbox.put(acme, mail());
    await outbox.settle(await claim(), { kind: 'sent' });
    given.world.pass(30 * 86_400);
    assert.equal(await outbox.removeOld(now(), 10), 0);
    given.world.pass(1);
    assert.equal(await outbox.removeOld(now(), 10), 1);
    assert.equal(await outbox.find(acme, id), undefined);
  });
});

describe('After a failure', () => {
  const at = new Date('2026-11-23T09:00:00Z');
  const decide = (attempts: number, fault: MailFault, usefulDays = 30) => {
    const settled = decideRetry({ attempts, usefulUntil: new Date(at.getTime() + usefulDays * DAY) }, fault, at);
    return settled.kind === 'again' ? (settled.notBefore.getTime() - at.getTime()) / 1000 : settled.kind;
  };
  for (const [name, attempts, fault, usefulDays, then] of [
    ['a recipient who is refused is asked no more', 1, 'address_refused', 30, 'failed'],
    ['a message that is refused is sent no more', 1, 'message_refused', 30, 'failed'],
    ['a server that is not there is tried a minute later', 1, 'unreachable', 30, 60],
    ['and then with growing pauses', 4, 'unreachable', 30, 3600],
    ['a password that is wrong may be mended', 2, 'sign_in_refused', 30, 300],
    ['nine attempts are followed by a tenth', 9, 'not_now', 30, 86_400],
    ['ten attempts are enough', 10, 'not_now', 30, 'failed'],
    ['what would come too late is given up', 8, 'not_now', 0.5, 'failed'],
  ] as const)
    it(name, () => assert.equal(decide(attempts, fault, usefulDays), then));
});
