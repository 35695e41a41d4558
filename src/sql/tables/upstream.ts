import type { Generated } from 'kysely';

/** What is kept of identity providers. */
export interface UpstreamTables {
  connections: {
    tenant_id: string;
    id: string;
    slug: string;
    kind: string;
    name: string;
    enabled: number;
    revision: number;
    /** The revision at which a sign-in under way last lost its ground: see `Connection.trustRevision`. */
    trust_revision: Generated<number>;
    /** The identity provider as `INTERFACE.md` shows it, without secrets. */
    document: string;
    /** JSON of the secret fields, sealed; null when there are none. */
    sealed_secrets: string | null;
    /** Counts the changes of its keys: who has read them under another number reads them anew. */
    keys_version: Generated<number>;
    created_at: number;
    updated_at: number;
  };
  /** Every state of an identity provider; the current one is in `connections` as well. */
  connection_revisions: {
    tenant_id: string;
    connection_id: string;
    revision: number;
    state: 'draft' | 'staged' | 'live' | 'superseded' | 'discarded';
    /** The revision that it was made over. */
    base_revision: number | null;
    origin: string;
    /** The revision that was rolled back to. */
    source_revision: number | null;
    document: string;
    sealed_secrets: string | null;
    /** What the secrets are sealed for: this row, or (made before there were revisions) the row of `connections`. */
    sealed_for: 'revision' | 'connection';
    made_at: number;
    /** JSON of an `Actor`, as `activated_by`. */
    made_by: string;
    activated_at: number | null;
    activated_by: string | null;
    override_reason: string | null;
    verification_id: string | null;
    verification_passed: number | null;
    verified_at: number | null;
  };
  connection_keys: {
    tenant_id: string;
    id: string;
    connection_id: string;
    use: 'signing' | 'decryption' | 'client-assertion';
    certificate: string;
    sealed_private_key: string;
    state: 'next' | 'active' | 'retired';
    created_at: number;
    expires_at: number;
    activated_at: number | null;
    /** When a next key becomes active by itself, because somebody said so. */
    planned_at: number | null;
    retired_at: number | null;
  };
  /** What became of reading a provider's published configuration again; a row is made at the first look. */
  connection_refreshes: {
    tenant_id: string;
    connection_id: string;
    /** The revision that `next_at` was reckoned for. */
    connection_revision: number;
    /** When its turn comes; null where there is nothing to read. */
    next_at: number | null;
    /** Until then one node is at it. */
    lease_until: number | null;
    /** When a sign-in last asked for it, because a signature fitted no certificate. */
    asked_at: number | null;
    /** Failures in a row. */
    failures: number;
    attempted_at: number | null;
    succeeded_at: number | null;
    /** SHA-256 of the document, hex. */
    document_hash: string | null;
    valid_until: number | null;
    /** Code of the last refusal; null after a success. */
    problem: string | null;
    /** What was found, JSON. */
    result: string;
  };
  /** Groups that a connection's provider has sent; `times` and `last_seen` are brought up to date once a day. */
  groups_seen: {
    tenant_id: string;
    connection_id: string;
    external: string;
    first_seen: number;
    last_seen: number;
    times: number;
  };
  /** What was given notice of: once ever for each thing, number of days ahead and day of expiry. */
  notices: { tenant_id: string; thing: string; days_ahead: number; expires_at: number; sent_at: number };
  /** Admin consent that was asked for and has not been answered. */
  consent_requests: {
    tenant_id: string;
    state_hash: string;
    connection_id: string;
    purpose: 'sign-in' | 'directory';
    client_id: string;
    directory_id: string;
    browser_hash: string;
    expires_at: number;
  };
  /** What a browser reported last, for each registration of a connection. */
  admin_consents: {
    tenant_id: string;
    connection_id: string;
    purpose: 'sign-in' | 'directory';
    client_id: string;
    outcome: 'granted' | 'refused';
    scope: string | null;
    error: string | null;
    reference: string;
    reported_at: number;
  };
}
