import type { User } from '#directory/index.ts';
import type { Fact } from '#kernel/trace.ts';
import type { PersonReport } from './verification.ts';

/** What a sign-in changes of an account, attribute by attribute. When it last happened is none of them. */
export function changesOf(before: User | null, after: User): PersonReport['changes'] {
  const [old, now] = [before === null ? {} : attributesOf(before), attributesOf(after)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return names
    .map((attribute) => ({ attribute, before: old[attribute] ?? null, after: now[attribute] ?? null }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after));
}

function attributesOf({ email, emailVerified, userId, userPrincipalName, profile, status }: User): Record<string, Fact> {
  const { custom, ...own } = profile;
  const named = Object.entries(custom).map(([name, value]) => [`custom.${name}`, value as Fact] as const);
  return {
    email,
    emailVerified,
    userId,
    userPrincipalName,
    ...(own as Record<string, Fact>),
    ...Object.fromEntries(named),
    status,
  };
}
