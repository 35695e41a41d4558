/** What is kept of people on their way in, and of those who are. */
export interface SignInTables {
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
    /** Of what the provider names its session by when it ends it; null where it does not. */
    upstream_key_hash: string | null;
  };
  /** Browsers that were sent to a provider to sign out there, until they are back. */
  departures: {
    tenant_id: string;
    state_hash: string;
    connection_id: string;
    browser_hash: string;
    sealed_kept: string;
    expires_at: number;
  };
  /** Where, and as whom, tokens are revoked: as the provider was when they were given up. */
  revocation_clients: { tenant_id: string; id: string; sealed_client: string; created_at: number };
  /** Refresh tokens of providers that are to be revoked there; sealed as they were in the link that they come from. */
  revocations: {
    tenant_id: string;
    client_id: string;
    link_id: string;
    connection_id: string;
    issuer: string;
    subject: string;
    sealed_token: string;
    created_at: number;
    /** Nobody tries before this; whoever tries puts it off first. */
    not_before: number;
    attempts: number;
    /** Of what moved it here: beside the link it is never the same twice. Empty in rows of the release before. */
    id: string;
  };
  sign_ins: {
    tenant_id: string;
    reference: string;
    purpose: 'sign-in' | 'verify' | 'sign-out';
    /** Refused answers that belonged to nothing, left out of the log since the last one that is in it. */
    suppressed: number;
    started_at: number;
    ended_at: number;
    outcome: 'signed-in' | 'refused' | 'sent' | 'verified' | 'signed-out';
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
  /** When a provider was last asked whether somebody is still there. */
  rechecks: { tenant_id: string; user_id: string; connection_id: string; checked_at: number };
  /** Of accounts that are kept for emergencies; `hash` is argon2id in PHC form. */
  passwords: { tenant_id: string; user_id: string; hash: string; changed_at: number; used_at: number | null };
  /** Links behind which a password is set, once each; without `user_id` for a new administrator. */
  setup_links: {
    tenant_id: string;
    token_hash: string;
    user_id: string | null;
    /** Who made it, as the audit log writes it. */
    made_by: string;
    created_at: number;
    expires_at: number;
    used_at: number | null;
  };
  /** Tries at passwords, by hashes of identifier and network; counted before the password is looked at. */
  login_failures: {
    tenant_id: string;
    key_hash: string;
    tries: number;
    blocked_until: number;
    /** Then counting begins anew. */
    ends_at: number;
    /** Somebody signed in rightly from there not long ago. */
    trusted_until: number;
  };
}
