import type { Group, MembershipSource, User } from '#directory/index.ts';
import type { Fact } from '#kernel/trace.ts';

/**
 * What a sign-in does to a person, told by the code that does it: the steps fill it in as they go, as far as they get. Verify makes its
 * report of it. A sign-in that nobody asks about has none.
 */
export interface Account {
  mappings?: readonly MappingFact[];
  person?: PersonFact;
  groups?: MembershipFact;
  roles?: MembershipFact;
}

/** What one mapping made of the claims. */
export interface MappingFact {
  /** `email`, `groups`, `custom.costCentre`, `authentication.claim`. */
  readonly attribute: string;
  /** The claim or claims that it reads. */
  readonly from: string;
  readonly value: Fact;
  /** A claim that did not come, one that came without a value, and a list that is cut short are three things. */
  readonly outcome: 'value' | 'default' | 'missing' | 'empty' | 'overage';
  /** What was done to the value, in order. */
  readonly steps: readonly Fact[];
}

export interface PersonFact {
  readonly outcome: 'known' | 'linked' | 'created' | 'refused';
  /** As the account was before; null for a new one, and where nobody was found. */
  readonly before: User | null;
  /** As it is afterwards; null for whoever was refused. */
  readonly after: User | null;
  /** Problem code of a refusal. */
  readonly code: string | null;
  /** One sentence for an administrator. */
  readonly why: string;
}

/** What became of one kind of membership. */
export interface MembershipFact {
  readonly how: 'leave' | 'add' | 'replace';
  readonly why: string;
  /** Values of the claim, in their order. */
  readonly received: readonly string[];
  /** What they stand for here, each with the value that meant it. */
  readonly found: readonly { readonly name: string; readonly because: string }[];
  /** Values that stand for nothing here. */
  readonly unmapped: readonly { readonly value: string; readonly why: string }[];
}

/** A membership as a list shows it. */
export type Held = { readonly of: Pick<Group, 'name'>; readonly source: MembershipSource };
