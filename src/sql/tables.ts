import type { Generated } from 'kysely';
import type { SignInTables } from './tables/sign-in.ts';
import type { UpstreamTables } from './tables/upstream.ts';

/**
 * Every table of the gateway. Conventions on both engines: ids and JSON are text, times are integer milliseconds since 1970 (UTC),
 * booleans are 0 or 1, `sealed_…` columns hold what `keyring.ts` sealed, `…_hash` columns hold SHA-256 in base64url.
 */
export interface Tables extends UpstreamTables, SignInTables {
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
  installation: { name: string; value: string };
  migrations: { name: string; applied_at: Generated<number> };
}
