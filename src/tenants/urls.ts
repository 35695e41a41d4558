/** Where tenants live: one URL template a region, each with `{tenant}` once, as its first host label or as a path segment. */
export interface TenantUrls {
  /** `https://sso.example.com/t/acme`, without trailing slash: the tenant's issuer and the root of all its URLs. */
  urlOf(tenant: { name: string; region: string }): string;
  /** Base URL of the server itself in that region: the operator API lives there. */
  serverUrl(region?: string): string;
  readonly regions: readonly string[];
  /**
   * Reads a request's host and path. A path template is matched whatever the host says (links never follow the Host header);
   * a sub-domain template needs the host. The rest begins with a slash. A path that two readers could read differently (dot
   * segments, empty segments, `;`, a backslash, needless or double percent-encoding) leads to `NOWHERE`.
   */
  locate(host: string, path: string): { tenant: string; rest: string } | { tenant: null; rest: string };
}

export interface UrlTemplate {
  readonly region: string;
  readonly template: string;
}

/** Name of a tenant: a DNS label and a path segment at once. */
export const TENANT_NAME = /^[a-z][a-z0-9-]{1,58}[a-z0-9]$/;

/** An inside address at which nothing will ever be. */
export const NOWHERE = '/~nowhere';

/** Segments of the server's own addresses: a tenant prefix that is one of them would hide them. */
const OWN_SEGMENTS = ['api', 'healthz', 'readyz', 'metrics', '.well-known'];

/**
 * Every octet that has a reason to be encoded stays allowed: what is not unreserved, no slash, backslash, `;`, `?`, `#`, `%`, and
 * no control character. An encoded letter or dot has no reason (RFC 3986 §6.2.2.2) but to get past a rule in front of us.
 */
const PLAIN_PATH =
  /^(?:\/(?!\.{1,2}(?:\/|$))(?:[\w\-.~!$&'()*+,=:@]|%(?:2[01246-9abc]|3[acde]|40|5[bde]|60|7[bcd]|[89a-f][\da-f]))+)*\/?$/i;

/** A template taken apart. `base` is the path of the server itself, often empty; `prefix` ends with the slash before the tenant. */
type Parsed =
  | { kind: 'host'; protocol: string; host: string; hostName: string; base: string }
  | { kind: 'path'; origin: string; base: string; prefix: string };

/** What is wrong with a template, in words for the operator, or null. */
export function findTemplateFault(template: string): string | null {
  const parsed = parseTemplate(template);
  return typeof parsed === 'string' ? parsed : null;
}

/** @param templates the default region first; @throws Error for a template that `findTemplateFault` finds fault with */
export function createTenantUrls(templates: readonly UrlTemplate[]): TenantUrls {
  const regions = new Map(templates.map(({ region, template }) => [region, mustParse(template)]));
  const [fallback] = regions.values();
  if (!fallback) throw new Error('no URL template');
  const parsedOf = (region: string | undefined): Parsed => regions.get(region ?? '') ?? fallback;
  const all = [...regions.values()];
  const hosts = all.filter((parsed) => parsed.kind === 'host');
  const paths = all.filter((parsed) => parsed.kind === 'path');
  const ownHosts = new Set(hosts.map(({ hostName }) => hostName));
  return {
    regions: [...regions.keys()],
    urlOf: ({ name, region }) => tenantUrl(parsedOf(region), name),
    serverUrl: (region) => {
      const parsed = parsedOf(region);
      return parsed.kind === 'host' ? `${parsed.protocol}//${parsed.host}${parsed.base}` : `${parsed.origin}${parsed.base}`;
    },
    locate(host, target) {
      const query = target.indexOf('?');
      const path = query < 0 ? target : target.slice(0, query);
      if (!PLAIN_PATH.test(path)) return { tenant: null, rest: NOWHERE };
      const found = (hosts.length > 0 && locateByHost(hosts, ownHosts, { host, path })) || locateByPath(paths, path);
      const located = found || { tenant: null, rest: locateOwn(all, path) };
      return query < 0 ? located : { tenant: located.tenant, rest: `${located.rest}${target.slice(query)}` };
    },
  };
}

function tenantUrl(parsed: Parsed, name: string): string {
  return parsed.kind === 'host'
    ? `${parsed.protocol}//${name}.${parsed.host}${parsed.base}`
    : `${parsed.origin}${parsed.prefix}${name}`;
}

type Located = { tenant: string | null; rest: string };

function locateByHost(
  templates: readonly Extract<Parsed, { kind: 'host' }>[],
  ownHosts: ReadonlySet<string>,
  { host, path }: { host: string; path: string },
): Located | null {
  const hostName = host.toLowerCase().replace(/:\d{1,5}$/, '');
  // `eu.sso.example.com` is the server of a region before it could be a tenant named eu.
  if (ownHosts.has(hostName)) return null;
  const dot = hostName.indexOf('.');
  const name = hostName.slice(0, Math.max(dot, 0));
  const template = templates.find((one) => one.hostName === hostName.slice(dot + 1));
  if (!template || !TENANT_NAME.test(name)) return null;
  const rest = cut(path, template.base);
  return rest === null ? { tenant: null, rest: NOWHERE } : { tenant: name, rest };
}

function locateByPath(templates: readonly Extract<Parsed, { kind: 'path' }>[], path: string): Located | null {
  for (const { prefix } of templates) {
    if (!path.startsWith(prefix)) continue;
    const slash = path.indexOf('/', prefix.length);
    const name = slash < 0 ? path.slice(prefix.length) : path.slice(prefix.length, slash);
    if (TENANT_NAME.test(name)) return { tenant: name, rest: slash < 0 ? '/' : path.slice(slash) };
  }
  return null;
}

/** The server's own address: a base path goes, and its absence is accepted for probes that come past the proxy. */
function locateOwn(templates: readonly Parsed[], path: string): string {
  for (const { base } of templates) {
    const rest = base === '' ? null : cut(path, base);
    if (rest !== null) return rest;
  }
  return path || '/';
}

/** What follows a base path, or null when the path is elsewhere. */
function cut(path: string, base: string): string | null {
  if (!path.startsWith(base)) return null;
  const rest = path.slice(base.length);
  return rest === '' ? '/' : rest.startsWith('/') ? rest : null;
}

function mustParse(template: string): Parsed {
  const parsed = parseTemplate(template);
  if (typeof parsed === 'string') throw new Error(`URL template ${template}: ${parsed}`);
  return parsed;
}

/** Stands for the tenant while the template is read as a URL; no template would hold it by chance. */
const PLACEHOLDER = 'tenant-goes-here';

/** @returns a sentence when the template cannot be used */
function parseTemplate(template: string): Parsed | string {
  const parts = template.split('{tenant}');
  const url = parts.length === 2 ? URL.parse(parts.join(PLACEHOLDER)) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return 'is an http or https URL with {tenant} in it once';
  if (/[{}]/.test(parts.join(''))) return 'holds a placeholder that is not known';
  if (url.username || url.password || /[?#]/.test(template)) return 'has no user, query or fragment';
  if (!PLAIN_PATH.test(url.pathname)) return 'has a path without empty or dot segments';
  return url.hostname.includes(PLACEHOLDER) ? parseHostForm(url) : parsePathForm(url);
}

function parseHostForm(url: URL): Parsed | string {
  if (!url.hostname.startsWith(`${PLACEHOLDER}.`)) return 'has {tenant} as a label of its own, the first of the host';
  const host = url.host.slice(PLACEHOLDER.length + 1);
  return {
    kind: 'host',
    protocol: url.protocol,
    host,
    hostName: host.replace(/:\d+$/, ''),
    base: url.pathname.replace(/\/$/, ''),
  };
}

function parsePathForm(url: URL): Parsed | string {
  const segments = url.pathname.replace(/\/$/, '').slice(1).split('/');
  const fixed = segments.at(-2);
  if (segments.at(-1) !== PLACEHOLDER) return 'has {tenant} as its last path segment';
  if (!fixed || OWN_SEGMENTS.includes(fixed))
    return "has a path segment before {tenant} that is not one of the server's own, such as /t/{tenant}";
  const above = segments
    .slice(0, -2)
    .map((segment) => `/${segment}`)
    .join('');
  return { kind: 'path', origin: url.origin, base: above, prefix: `${above}/${fixed}/` };
}
