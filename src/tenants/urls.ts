/** Where tenants live: one URL template a region, each with `{tenant}` once, as its first host label or as a path segment. */
export interface TenantUrls {
  /** `https://sso.example.com/t/acme`, without trailing slash: the tenant's issuer and the root of all its URLs. */
  urlOf(tenant: { name: string; region: string }): string;
  /** Base URL of the server itself in that region: the operator API lives there. */
  serverUrl(region?: string): string;
  readonly regions: readonly string[];
  /**
   * Reads a request's host and path. A path template is matched whatever the host says (links never follow the Host header);
   * a sub-domain template needs the host.
   */
  locate(host: string, path: string): { tenant: string; rest: string } | { tenant: null; rest: string };
}
