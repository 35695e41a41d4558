import type { Selectable } from 'kysely';
import type { UserId } from '#kernel/ids.ts';
import type { World } from '#kernel/world.ts';
import type { Keyring } from '#sql/keyring.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import type { Profile, User } from './user.ts';

/** What the stores of this folder are made from. */
export interface DirectoryParts {
  store: Store;
  keyring: Keyring;
  world: World;
}

export type UserRow = Omit<Selectable<Tables['users']>, 'tenant_id' | 'email_key'>;

/** The columns that `toUser` reads, in the order of `UserRow`. */
export const userColumns = [
  'id',
  'email',
  'email_verified',
  'user_id',
  'user_principal_name',
  'profile',
  'status',
  'created_at',
  'updated_at',
  'last_sign_in_at',
] as const;

export function toUser(row: UserRow): User {
  return {
    id: row.id as UserId,
    email: row.email,
    emailVerified: row.email_verified === 1,
    userId: row.user_id,
    userPrincipalName: row.user_principal_name,
    profile: JSON.parse(row.profile) as Profile,
    status: row.status,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    lastSignInAt: row.last_sign_in_at === null ? null : new Date(row.last_sign_in_at),
  };
}

/** Placeholders in one statement at most; the engines allow 32,766 (SQLite) and 65,535 (PostgreSQL). */
const MOST_PLACEHOLDERS = 512;

export function chunked<Value>(values: readonly Value[]): Value[][] {
  return Array.from({ length: Math.ceil(values.length / MOST_PLACEHOLDERS) }, (_, index) =>
    values.slice(index * MOST_PLACEHOLDERS, (index + 1) * MOST_PLACEHOLDERS),
  );
}
