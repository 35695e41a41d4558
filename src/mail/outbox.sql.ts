import type { Selectable } from 'kysely';
import type { TenantId } from '#kernel/ids.ts';
import type { World } from '#kernel/world.ts';
import type { Keyring } from '#sql/keyring.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import { headerText, isMailAddress } from './address.ts';
import type { Mail, MailContent, MailFault, NewMail, Outbox, Settled } from './outbox.ts';

/** Sent or not, a mail is remembered this long: enough to answer why somebody has not got it. */
const KEPT_MILLISECONDS = 30 * 24 * 60 * 60 * 1000;

interface OutboxParts {
  store: Store;
  keyring: Keyring;
  world: Pick<World, 'now' | 'randomBytes'>;
}

export function createOutbox(parts: OutboxParts): Outbox {
  const { store, keyring } = parts;
  const select = (tenant: TenantId) => store.db().selectFrom('mails').selectAll().where('tenant_id', '=', tenant);
  return {
    put: (tenant, mail) => put(parts, tenant, mail),
    claim: (now, leaseSeconds) => claim(parts, now, leaseSeconds),
    async settle({ tenant, id, attempts }, settled) {
      const mine = store.db().updateTable('mails').set(changesOf(settled)).where('tenant_id', '=', tenant).where('id', '=', id);
      await mine.where('attempts', '=', attempts).where('state', '=', 'waiting').execute();
    },
    removeOld: (now, limit) => removeOld(store, now, limit),
    async list(tenant, limit) {
      const rows = await select(tenant).orderBy('created_at', 'desc').orderBy('id').limit(limit).execute();
      return rows.map((row) => toMail(keyring, row));
    },
    async find(tenant, id) {
      const row = /^[\w-]{1,80}$/.test(id) ? await select(tenant).where('id', '=', id).executeTakeFirst() : undefined;
      return row && toMail(keyring, row);
    },
    async countWaiting() {
      const waiting = store.db().selectFrom('mails').where('state', '=', 'waiting');
      return Number((await waiting.select(({ fn }) => fn.countAll().as('mails')).executeTakeFirstOrThrow()).mails);
    },
  };
}

async function removeOld(store: Store, now: Date, limit: number): Promise<number> {
  const db = store.db();
  const before = now.getTime() - KEPT_MILLISECONDS;
  const old = await db.selectFrom('mails').select(['tenant_id', 'id']).where('created_at', '<', before).limit(limit).execute();
  for (const { tenant_id, id } of old)
    await db.deleteFrom('mails').where('tenant_id', '=', tenant_id).where('id', '=', id).execute();
  return old.length;
}

async function put({ store, keyring, world }: OutboxParts, tenant: TenantId, mail: NewMail): Promise<string> {
  if (!isMailAddress(mail.to)) throw new Error('a mail was put into the outbox for an address that is none');
  const id = `mail_${Buffer.from(world.randomBytes(16)).toString('base64url')}`;
  const content: MailContent = { subject: headerText(mail.subject), text: mail.text, html: mail.html, language: mail.language };
  const now = world.now().getTime();
  const row: Row = {
    tenant_id: tenant,
    id,
    kind: mail.kind,
    recipient: mail.to,
    sealed_content: keyring.seal(placeOf(tenant, id), JSON.stringify(content)),
    created_at: now,
    not_before: now,
    useful_until: mail.usefulUntil.getTime(),
    attempts: 0,
    state: 'waiting',
    error: null,
  };
  await store.db().insertInto('mails').values(row).execute();
  return id;
}

/**
 * Looks first: an outbox without anything due writes nothing. Then one statement takes a mail by putting it off: of two nodes that saw the same
 * one, the second finds it put off already, and looks again.
 */
async function claim({ store, keyring }: OutboxParts, now: Date, leaseSeconds: number): Promise<Mail | undefined> {
  for (;;) {
    const at = now.getTime();
    const due = await store
      .db()
      .selectFrom('mails')
      .select(['tenant_id', 'id', 'not_before'])
      .where('state', '=', 'waiting')
      .where('not_before', '<=', at)
      .orderBy('not_before')
      .limit(1)
      .executeTakeFirst();
    if (!due) return undefined;
    const row = await store
      .db()
      .updateTable('mails')
      .set(({ eb }) => ({ not_before: at + leaseSeconds * 1000, attempts: eb('attempts', '+', 1) }))
      .where('tenant_id', '=', due.tenant_id)
      .where('id', '=', due.id)
      .where('state', '=', 'waiting')
      .where('not_before', '=', due.not_before)
      .returningAll()
      .executeTakeFirst();
    if (row) return toMail(keyring, row);
  }
}

function changesOf(settled: Settled): Partial<Row> {
  if (settled.kind === 'again') return { not_before: settled.notBefore.getTime(), error: settled.fault };
  return { state: settled.kind, error: settled.kind === 'failed' ? settled.fault : null, sealed_content: null };
}

type Row = Selectable<Tables['mails']>;

/** Where a content lies: sealed for one row, it opens at no other. */
const placeOf = (tenant: string, id: string): string => `mails.sealed_content:${JSON.stringify([tenant, id])}`;

function toMail(keyring: Keyring, row: Row): Mail {
  const { sealed_content: sealed } = row;
  return {
    tenant: row.tenant_id as TenantId,
    id: row.id,
    kind: row.kind,
    to: row.recipient,
    content: sealed === null ? null : (JSON.parse(keyring.unseal(placeOf(row.tenant_id, row.id), sealed)) as MailContent),
    createdAt: new Date(row.created_at),
    usefulUntil: new Date(row.useful_until),
    attempts: row.attempts,
    state: row.state,
    error: row.error as MailFault | null,
  };
}
