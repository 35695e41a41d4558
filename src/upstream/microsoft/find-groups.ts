import { Problem, type ProblemType } from '#kernel/problem.ts';
import type { World } from '#kernel/world.ts';
import type { GraphAccess } from './access.ts';
import { dropAppToken, getAppToken } from './app-token.ts';
import { ask, type MicrosoftAnswer } from './ask.ts';
import { GUID } from './clouds.ts';
import { problems } from './problems.ts';

/** The most that is read: somebody waits for it in a browser. A directory lets nobody be in many more. */
export const MOST_GROUPS = 10_000;
/** The largest page that Graph gives. */
const PAGE = 999;
/** A server that always has another page ends here. */
const MOST_PAGES = Math.ceil(MOST_GROUPS / PAGE) + 2;
const WHOLE_MILLISECONDS = 8000;

/** Until when Graph is not asked again for a connection, in milliseconds since the epoch. */
const resting = new WeakMap<GraphAccess, number>();
/** After a failure of the network: a sign-in is not to wait for it each time. */
const UNREACHABLE_REST_SECONDS = 30;

interface Asking {
  world: World;
  /** When the whole must be done, in milliseconds since the epoch. */
  until: number;
}

/**
 * Object ids of all groups that one person of the directory is in, directly or through others.
 *
 * @param objectId GUID, of a verified answer
 * @throws Problem `microsoft.*`; nothing partial is ever returned
 * @see Microsoft Learn, "List a user's memberships (direct and transitive)"
 */
export async function findGroups(access: GraphAccess, objectId: string, world: World): Promise<readonly string[]> {
  const now = world.now().getTime();
  if ((resting.get(access) ?? 0) > now) throw new Problem(problems.throttled, { facts: { cause: 'asked before' } });
  try {
    return await readAll(access, objectId, { world, until: now + WHOLE_MILLISECONDS });
  } catch (error) {
    const seconds = restAfter(error);
    if (seconds > 0) resting.set(access, world.now().getTime() + seconds * 1000);
    throw error;
  }
}

async function readAll(access: GraphAccess, objectId: string, asking: Asking): Promise<string[]> {
  const groups = new Set<string>();
  const first = pageUrl(access, objectId);
  let next: string | undefined = first;
  for (let pages = 0; next !== undefined && pages < MOST_PAGES; pages++) {
    const page: Page = readPage(await askPage(access, next, asking), first);
    for (const id of page.ids) groups.add(id);
    if (groups.size > MOST_GROUPS) break;
    next = page.next;
  }
  if (groups.size > MOST_GROUPS || next !== undefined)
    throw new Problem(problems.groups_too_many, { facts: { read: groups.size, most: MOST_GROUPS } });
  return [...groups];
}

/** Once more with a new token where Graph does not take the kept one: it may have been revoked. */
async function askPage(access: GraphAccess, url: string, asking: Asking): Promise<MicrosoftAnswer> {
  const answer = await send(url, await getAppToken(access, asking), asking);
  // What a token may is written in it: one from before the consent would be refused as long as it is kept.
  if (answer.status === 401 || answer.status === 403) dropAppToken(access);
  if (answer.status !== 401) return answer;
  return send(url, await getAppToken(access, asking), asking);
}

function send(url: string, token: string, asking: Asking): Promise<MicrosoftAnswer> {
  // Asking for groups alone (an OData cast) is an advanced query, which wants this header and `$count`.
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json', consistencylevel: 'eventual' };
  return ask(url, { headers }, asking);
}

function pageUrl({ cloud }: GraphAccess, objectId: string): string {
  if (!GUID.test(objectId)) throw new Error('an object id was judged before');
  const path = `/v1.0/users/${objectId.toLowerCase()}/transitiveMemberOf/microsoft.graph.group`;
  return `${cloud.graph}${path}?$select=id&$top=${PAGE}&$count=true`;
}

interface Page {
  ids: string[];
  next: string | undefined;
}

function readPage({ status, json, retryAfterSeconds }: MicrosoftAnswer, first: string): Page {
  if (status !== 200) throw new Problem(typeOf(status), { facts: { status, error: codeIn(json), retryAfterSeconds } });
  const { value } = json;
  if (!Array.isArray(value)) throw new Problem(problems.graph_unreadable, { facts: { status } });
  const ids = value.map((group: unknown) => (group as { id?: unknown } | null)?.id);
  if (!ids.every((id): id is string => typeof id === 'string' && GUID.test(id)))
    throw new Problem(problems.graph_unreadable, { facts: { cause: 'a group without an id' } });
  return { ids, next: nextUrl(json['@odata.nextLink'], first) };
}

/**
 * The next page, at the address that was asked: only the mark of where to go on is taken from the answer. A link that leads elsewhere
 * would be followed with a token for the whole directory.
 */
function nextUrl(link: unknown, first: string): string | undefined {
  if (link === undefined || link === null) return undefined;
  const given = typeof link === 'string' ? URL.parse(link) : null;
  const asked = new URL(first);
  const mark = given?.searchParams.get('$skiptoken');
  if (!given || !mark || given.origin !== asked.origin || given.pathname.toLowerCase() !== asked.pathname.toLowerCase())
    throw new Problem(problems.graph_unreadable, { facts: { cause: 'a next page somewhere else' } });
  return `${first}&$skiptoken=${encodeURIComponent(mark)}`;
}

/** @see Microsoft Learn, "Microsoft Graph error responses and resource types" */
function typeOf(status: number): ProblemType {
  switch (status) {
    case 403:
      return problems.permission_missing;
    case 404:
      return problems.person_unknown;
    case 429:
    case 503:
      return problems.throttled;
    case 401:
      return problems.token_refused;
    default:
      return problems.graph_unreadable;
  }
}

function codeIn({ error }: MicrosoftAnswer['json']): string | null {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code.slice(0, 100) : null;
}

function restAfter(error: unknown): number {
  if (!(error instanceof Problem)) return 0;
  if (error.type === problems.graph_unreachable) return UNREACHABLE_REST_SECONDS;
  const asked = error.facts['retryAfterSeconds'];
  return error.type === problems.throttled && typeof asked === 'number' ? asked : 0;
}
