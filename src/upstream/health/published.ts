import type { ConnectionId, TenantId } from '#kernel/ids.ts';

/** What became of reading a provider's own configuration again: metadata of SAML, key set of OpenID Connect. */
export interface PublishedFacts {
  /** Where it is read; null where the provider publishes nothing, or nobody has said where. */
  readonly url: string | null;
  readonly checkedAt: Date | null;
  readonly succeededAt: Date | null;
  /** The last attempt got an answer that could be used; null before the first. */
  readonly reachable: boolean | null;
  /** Problem code of the last attempt, when it failed. */
  readonly problem: string | null;
  /** What the provider says and the connection does not, by pointer. */
  readonly differences: readonly { pointer: string; [fact: string]: unknown }[];
  /** SAML metadata says until when it may be used. */
  readonly validUntil: Date | null;
  /** Ids of the keys that are published now. */
  readonly kids: readonly string[];
}

export interface PublishedBook {
  /** Undefined where nothing has been tried. */
  findPublished(tenant: TenantId, id: ConnectionId): Promise<PublishedFacts | undefined>;
}
