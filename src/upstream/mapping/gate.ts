import type { ClaimMapping } from './mapping.ts';

export const accessOperators = ['equals', 'contains', 'matches', 'exists'] as const;

/**
 * One condition on whom the provider sends. Values are compared without space around them; case counts unless `ignoreCase`. `matches` must
 * cover a whole value. A claim with several values fulfils it with any of them; one that did not come fulfils nothing.
 */
export type AccessRule =
  | { claim: ClaimMapping; operator: (typeof accessOperators)[number]; values?: readonly string[]; ignoreCase?: boolean }
  | { group: string };

/** Who may come in at all, judged before anybody is made or changed. `rules` without rules lets nobody in. */
export interface AccessGate {
  mode: 'everyone' | 'rules';
  match: 'any' | 'all';
  rules: readonly AccessRule[];
}

/** A value of the groups claim as it comes, or all that a pattern covers. */
export type GroupPattern = string | { matches: string };

/** Which values of the groups claim count at all. Nothing included means everything; what is excluded is out in any case. */
export interface GroupFilter {
  include: readonly GroupPattern[];
  exclude: readonly GroupPattern[];
}

/** What a claim that did not come says: nothing (`keep`), or that the person has none (`empty`). */
export interface WhenMissing {
  groups: 'keep' | 'empty';
  roles: 'keep' | 'empty';
}
