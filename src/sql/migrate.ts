import { type Kysely, sql } from 'kysely';
import * as first from './migrations/0001-first.ts';
import * as revisions from './migrations/0002-revisions.ts';
import * as groupsSeen from './migrations/0003-groups-seen.ts';
import * as keysAndRefreshes from './migrations/0004-keys-and-refreshes.ts';
import * as mails from './migrations/0005-mails.ts';
import * as verifications from './migrations/0006-verifications.ts';
import * as signInMethods from './migrations/0007-sign-in-methods.ts';
import * as adminConsents from './migrations/0008-admin-consents.ts';
import * as largeRowsApart from './migrations/0009-large-rows-apart.ts';
import * as rechecks from './migrations/0010-rechecks.ts';
import * as signInFigures from './migrations/0010-sign-in-figures.ts';
import * as passwords from './migrations/0011-passwords.ts';
import * as logout from './migrations/0012-logout.ts';
import * as signInsByDay from './migrations/0013-sign-ins-by-day.ts';
import * as revocationIds from './migrations/0015-revocation-ids.ts';
import type { Tables } from './tables.ts';

/** In order; a name, once released, never changes its meaning. Forward only. */
const migrations = [
  { name: '0001-first', up: first.up },
  { name: '0004-keys-and-refreshes', up: keysAndRefreshes.up },
  { name: '0002-revisions', up: revisions.up },
  { name: '0003-groups-seen', up: groupsSeen.up },
  { name: '0005-mails', up: mails.up },
  { name: '0006-verifications', up: verifications.up },
  { name: '0007-sign-in-methods', up: signInMethods.up },
  { name: '0010-sign-in-figures', up: signInFigures.up },
  { name: '0008-admin-consents', up: adminConsents.up },
  { name: '0010-rechecks', up: rechecks.up },
  { name: '0009-large-rows-apart', up: largeRowsApart.up },
  { name: '0011-passwords', up: passwords.up },
  { name: '0012-logout', up: logout.up },
  { name: '0013-sign-ins-by-day', up: signInsByDay.up },
  { name: '0015-revocation-ids', up: revocationIds.up },
] as const;

/**
 * Brings the schema to this release; what is applied already is left alone. Whether it is applied is asked inside the transaction
 * that applies it, so that several nodes may start at once.
 */
export async function migrate(kysely: Kysely<Tables>, engine: { keyedTables: string }): Promise<void> {
  await sql`create table if not exists migrations (name text primary key, applied_at bigint not null)`.execute(kysely);
  for (const { name, up } of migrations) {
    await kysely.transaction().execute(async (transaction) => {
      const applied = await transaction.selectFrom('migrations').select('name').where('name', '=', name).execute();
      if (applied.length > 0) return;
      await up(transaction as unknown as Kysely<unknown>, engine);
      await transaction.insertInto('migrations').values({ name, applied_at: Date.now() }).execute();
    });
  }
}
