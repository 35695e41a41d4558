import type { Generated } from 'kysely';

/**
 * Every table of the gateway. Conventions on both engines: ids and JSON are text, times are integer milliseconds since 1970 (UTC),
 * booleans are 0 or 1, `sealed_…` columns hold what `keyring.ts` sealed, `…_hash` columns hold SHA-256 in base64url.
 */
export interface Tables {
  tenants: {
    id: string;
    name: string;
    display_name: string;
    region: string;
    status: 'active' | 'suspended';
    settings: string;
    created_at: number;
    updated_at: number;
  };
  domains: {
    tenant_id: string;
    name: string;
    include_subdomains: number;
    state: 'pending' | 'proven' | 'vouched';
    token: string;
    created_at: number;
    proven_at: number | null;
  };
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
  applications: {
    tenant_id: string;
    id: string;
    name: string;
    document: string;
    sealed_secret: string | null;
    created_at: number;
    updated_at: number;
  };
  signing_keys: {
    tenant_id: string;
    id: string;
    algorithm: string;
    public_jwk: string;
    sealed_private_jwk: string;
    state: 'next' | 'active' | 'retired';
    created_at: number;
    activated_at: number | null;
    retired_at: number | null;
  };
  users: {
    tenant_id: string;
    id: string;
    email: string | null;
    email_key: string | null;
    email_verified: number;
    user_id: string | null;
    user_principal_name: string | null;
    /** Everything else that `INTERFACE.md` calls a person's attributes, JSON. */
    profile: string;
    status: 'invited' | 'pending' | 'active' | 'disabled';
    created_at: number;
    updated_at: number;
    last_sign_in_at: number | null;
  };
  links: {
    tenant_id: string;
    id: string;
    user_id: string;
    connection_id: string;
    issuer: string;
    subject: string;
    created_at: number;
    last_used_at: number;
    sealed_refresh_token: string | null;
  };
  groups: {
    tenant_id: string;
    id: string;
    name: string;
    name_key: string;
    description: string;
    created_at: number;
    updated_at: number;
  };
  roles: {
    tenant_id: string;
    id: string;
    name: string;
    name_key: string;
    built_in: number;
    permissions: string;
    description: string;
    created_at: number;
    updated_at: number;
  };
  /** `source`: `manual`, `default`, or `idp:<connection id>`; only its source takes a membership away. */
  group_members: { tenant_id: string; group_id: string; user_id: string; source: string; created_at: number };
  role_members: { tenant_id: string; role_id: string; user_id: string; source: string; created_at: number };
  sign_in_methods: { tenant_id: string; user_id: string; connection_id: string; set_at: number };
  attempts: {
    tenant_id: string;
    handle_hash: string;
    connection_id: string;
    connection_revision: number;
    browser_hash: string;
    return_to: string;
    sealed_remember: string;
    created_at: number;
    expires_at: number;
    taken_at: number | null;
  };
  spent: { tenant_id: string; scope: string; id_hash: string; expires_at: number };
  sessions: {
    tenant_id: string;
    id_hash: string;
    uid: string;
    user_id: string;
    connection_id: string | null;
    authenticated_at: number;
    amr: string;
    acr: string | null;
    asked_acr: string;
    created_at: number;
    seen_at: number;
    expires_at: number;
    ends_at: number;
    /** What a logout at the provider needs, JSON, sealed. */
    sealed_upstream: string | null;
    /** What oidc-provider keeps in a session (authorizations by client), JSON. */
    provider_state: string;
  };
  sign_ins: {
    tenant_id: string;
    reference: string;
    purpose: 'sign-in' | 'verify';
    /** Refused answers that belonged to nothing, left out of the log since the last one that is in it. */
    suppressed: number;
    started_at: number;
    ended_at: number;
    outcome: 'signed-in' | 'refused' | 'sent' | 'verified';
    connection_id: string | null;
    user_id: string | null;
    application_id: string | null;
    person: string | null;
    code: string | null;
    trace: string;
    /** How far the provider's clock was ahead of ours; null where it did not show. */
    skew_seconds: number | null;
  };
  /** Test sign-ins that change nothing. `report` is JSON, null while it waits. */
  verifications: {
    tenant_id: string;
    id: string;
    connection_id: string;
    revision: number;
    application_id: string | null;
    reference: string;
    ticket_hash: string;
    /** Null until the ticket was used. */
    browser_hash: string | null;
    state: 'waiting' | 'passed' | 'failed';
    started_by: string;
    started_at: number;
    opened_at: number | null;
    expires_at: number;
    ended_at: number | null;
    person: string | null;
    report: string | null;
  };
  audit_events: {
    tenant_id: string;
    sequence: number;
    id: string;
    at: number;
    action: string;
    actor: string;
    target: string;
    reference: string | null;
    body: string;
    previous_hash: string;
    hash: string;
  };
  oidc_artifacts: {
    tenant_id: string;
    kind: string;
    id_hash: string;
    payload: string;
    grant_id: string | null;
    uid: string | null;
    account_id: string | null;
    expires_at: number | null;
    consumed_at: number | null;
  };
  /** Mails to send; the content is gone once one is sent or given up. */
  mails: {
    tenant_id: string;
    id: string;
    kind: string;
    recipient: string;
    sealed_content: string | null;
    created_at: number;
    /** Nobody tries before this; whoever tries puts it off first. */
    not_before: number;
    useful_until: number;
    attempts: number;
    state: 'waiting' | 'sent' | 'failed';
    error: string | null;
  };
  /** What was given notice of: once ever for each thing, number of days ahead and day of expiry. */
  notices: { tenant_id: string; thing: string; days_ahead: number; expires_at: number; sent_at: number };
  /** When a provider was last asked whether somebody is still there. */
  rechecks: { tenant_id: string; user_id: string; connection_id: string; checked_at: number };
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
  installation: { name: string; value: string };
  migrations: { name: string; applied_at: Generated<number> };
}
