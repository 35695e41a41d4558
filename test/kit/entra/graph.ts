import { randomUUID } from 'node:crypto';
import type { Directory, Person } from './directory.ts';

export interface GraphAnswer {
  status: number;
  headers?: Record<string, string>;
  json: unknown;
}

export interface GraphRequest {
  url: URL;
  method: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** A token for Graph: whose directory, and what its registration was granted. */
export interface GraphToken {
  directory: Directory;
  roles: readonly string[];
  expiresAt: Date;
}

/** Largest and usual page. @see Learn, "List a user's memberships (direct and transitive)" */
const PAGES = { most: 999, usual: 100 };
/** @see Learn, "directoryObject: getMemberObjects" */
const MOST_MEMBER_OBJECTS = 11_000;

/** Either is enough to read the memberships of another user; a group's own properties want a permission for groups besides. */
const READS_MEMBERSHIPS = ['User.Read.All', 'GroupMember.Read.All', 'Group.Read.All', 'Directory.Read.All'];

/** `GET /v1.0/users/{id}/transitiveMemberOf[/microsoft.graph.group]` and `POST /v1.0/users/{id}/getMemberObjects`. */
export function answerGraph(
  request: GraphRequest,
  token: GraphToken | undefined,
  { now, host }: { now: Date; host: string },
): GraphAnswer {
  if (!token || token.expiresAt <= now)
    return refusal(401, 'InvalidAuthenticationToken', 'Access token has expired or is not yet valid.');
  const [, version, users, id, action, cast] = request.url.pathname.split('/');
  if (version !== 'v1.0' || users !== 'users') return refusal(400, 'BadRequest', 'Resource not found for the segment.');
  if (!token.roles.some((role) => READS_MEMBERSHIPS.includes(role)))
    return refusal(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
  const person = token.directory.people.find(({ oid, state }) => oid === id && state !== 'deleted');
  if (!person) return refusal(404, 'Request_ResourceNotFound', `Resource '${id}' does not exist.`);
  if (action === 'transitiveMemberOf' && request.method === 'GET') return listMemberships(request, person, { cast, host });
  if (action === 'getMemberObjects' && request.method === 'POST') return memberObjects(request, person, host);
  return refusal(400, 'BadRequest', 'Resource not found for the segment.');
}

function listMemberships(
  { url, headers }: GraphRequest,
  { groups }: Person,
  at: { cast: string | undefined; host: string },
): GraphAnswer {
  const query = url.searchParams;
  const advanced = headers['consistencylevel'] === 'eventual' && query.get('$count') === 'true';
  // @see Learn, "Advanced query capabilities on Microsoft Entra ID objects" (OData cast)
  if (at.cast !== undefined && (at.cast !== 'microsoft.graph.group' || !advanced))
    return refusal(400, 'Request_UnsupportedQuery', 'OData cast needs ConsistencyLevel: eventual and $count=true.');
  const top = Math.min(Number(query.get('$top') ?? PAGES.usual), PAGES.most);
  const from = Number(Buffer.from(query.get('$skiptoken') ?? '', 'base64url').toString() || '0');
  const value = groups
    .slice(from, from + top)
    .map((id) => ({ ...(at.cast ? {} : { '@odata.type': '#microsoft.graph.group' }), id }));
  const next = new URL(`https://${at.host}${url.pathname}${url.search}`);
  next.searchParams.set('$skiptoken', Buffer.from(String(from + top)).toString('base64url'));
  return {
    status: 200,
    json: {
      '@odata.context': `https://${at.host}/v1.0/$metadata#groups(id)`,
      ...(advanced ? { '@odata.count': groups.length } : {}),
      ...(from + top < groups.length ? { '@odata.nextLink': next.href } : {}),
      value,
    },
  };
}

function memberObjects({ body }: GraphRequest, { groups }: Person, host: string): GraphAnswer {
  if (typeof (JSON.parse(body || '{}') as Record<string, unknown>)['securityEnabledOnly'] !== 'boolean')
    return refusal(400, 'Request_BadRequest', 'securityEnabledOnly is required.');
  if (groups.length > MOST_MEMBER_OBJECTS)
    return refusal(400, 'Directory_ResultSizeLimitExceeded', 'The result set of the request is too big.');
  return { status: 200, json: { '@odata.context': `https://${host}/v1.0/$metadata#Collection(Edm.String)`, value: groups } };
}

/** @see Learn, "Microsoft Graph error responses and resource types" */
export function refusal(status: number, code: string, message: string, headers: Record<string, string> = {}): GraphAnswer {
  const innerError = { date: '2026-11-22T10:00:00', 'request-id': randomUUID(), 'client-request-id': randomUUID() };
  return { status, headers, json: { error: { code, message, innerError } } };
}

/** @see Learn, "Microsoft Graph throttling guidance" */
export const throttled = (seconds: number): GraphAnswer =>
  refusal(429, 'TooManyRequests', 'Please retry again later.', { 'retry-after': String(seconds) });
