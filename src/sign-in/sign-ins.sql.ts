import { sql } from 'kysely';
import type { TenantId } from '#kernel/ids.ts';
import type { TraceLine } from '#kernel/trace.ts';
import { type Given, statement } from '#sql/statement.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import { findSkewSeconds } from './clock-skew.ts';
import { redactLine } from './redact.ts';
import type { SignIn, SignInEntry, SignInLog, SignInPage } from './sign-ins.ts';
import { removeByTraceDays } from './trace-days.sql.ts';

export function createSignInLog({ store }: { store: Store }): SignInLog {
  return {
    async write(tenant, signIn) {
      await store.change(write, rowOf(tenant, signIn));
    },
    async find(tenant, reference) {
      const row = await store
        .db()
        .selectFrom('sign_ins')
        .selectAll()
        .where('tenant_id', '=', tenant)
        .where('reference', '=', reference)
        .executeTakeFirst();
      return row && readSignIn(row);
    },
    list: (tenant, page) => list(store, tenant, page),
    removeOld: (now, limit) => removeByTraceDays(store, { now, limit, table: 'sign_ins' }),
  };
}

/** All but the trace, which is long. */
const LISTED = [
  'reference',
  'purpose',
  'suppressed',
  'started_at',
  'ended_at',
  'outcome',
  'connection_id',
  'user_id',
  'application_id',
  'person',
  'code',
] as const;

async function list(store: Store, tenant: TenantId, page: SignInPage): Promise<SignInEntry[]> {
  const { limit, before, from, until, purpose = 'sign-in', person, reference } = page;
  let query = store.db().selectFrom('sign_ins').select(LISTED).where('tenant_id', '=', tenant);
  for (const [column, value] of exactly(page)) query = query.where(column, '=', value);
  if (purpose !== 'all') query = query.where('purpose', '=', purpose);
  if (from) query = query.where('started_at', '>=', from.getTime());
  if (until) query = query.where('started_at', '<', until.getTime());
  // `lower` of both engines folds ASCII alike; what lies beyond is compared as it was sent.
  if (person) query = query.where(sql<boolean>`lower(person) like ${containing(person.toLowerCase())} escape '!'`);
  if (reference) query = query.where(sql<boolean>`reference like ${containing(reference.toUpperCase())} escape '!'`);
  if (before) {
    const at = before.startedAt.getTime();
    query = query.where((is) =>
      is.or([is('started_at', '<', at), is.and([is('started_at', '=', at), is('reference', '<', before.reference)])]),
    );
  }
  const rows = await query.orderBy('started_at', 'desc').orderBy('reference', 'desc').limit(limit).execute();
  return rows.map(readEntry);
}

function exactly({ outcome, code, connectionId, applicationId, userId }: SignInPage) {
  const wanted = [
    ['outcome', outcome],
    ['code', code],
    ['connection_id', connectionId],
    ['application_id', applicationId],
    ['user_id', userId],
  ] as const;
  return wanted.flatMap(([column, value]) => (value === undefined || value === '' ? [] : [[column, value] as const]));
}

/** What somebody typed, found anywhere: their own `%` and `_` are letters. */
const containing = (text: string): string => `%${text.replace(/[!%_]/g, '!$&')}%`;

/** A second answer to the same attempt is refused under a reference of its own; the same one only ever comes from a retry. */
const write = statement((db, row: Given<Tables['sign_ins']>) =>
  db
    .insertInto('sign_ins')
    .values(row)
    .onConflict((there) =>
      there.columns(['tenant_id', 'reference']).doUpdateSet(({ ref }) => ({
        outcome: ref('excluded.outcome'),
        code: ref('excluded.code'),
        trace: ref('excluded.trace'),
      })),
    ),
);

/** A trace has some kilobytes. Thousands of groups in one of its values do not make it a megabyte. */
const LONGEST_TRACE = 65_536;

function writeLines(lines: readonly TraceLine[]): string {
  const whole = JSON.stringify(lines);
  return whole.length <= LONGEST_TRACE ? whole : JSON.stringify(lines.map(redactLine));
}

function rowOf(tenant: TenantId, signIn: SignIn): Tables['sign_ins'] {
  const { reference, startedAt, endedAt, outcome, connectionId, userId, applicationId, person, code, lines } = signIn;
  return {
    tenant_id: tenant,
    reference,
    purpose: signIn.purpose,
    suppressed: signIn.suppressed,
    started_at: startedAt.getTime(),
    ended_at: endedAt.getTime(),
    outcome,
    connection_id: connectionId,
    user_id: userId,
    application_id: applicationId,
    person,
    code,
    trace: writeLines(lines),
    skew_seconds: findSkewSeconds(lines, endedAt),
  };
}

function readSignIn(row: Tables['sign_ins']): SignIn {
  return { ...readEntry(row), lines: JSON.parse(row.trace) as TraceLine[] };
}

function readEntry(row: Pick<Tables['sign_ins'], (typeof LISTED)[number]>): SignInEntry {
  return {
    reference: row.reference,
    purpose: row.purpose,
    suppressed: row.suppressed,
    startedAt: new Date(row.started_at),
    endedAt: new Date(row.ended_at),
    outcome: row.outcome === 'sent' ? 'refused' : row.outcome,
    connectionId: row.connection_id,
    userId: row.user_id,
    applicationId: row.application_id,
    person: row.person,
    code: row.code,
  };
}
