import { ApiProblem, type TenantClient } from '#client/index.ts';
import { dataOf } from './command.ts';
import { type Page } from './pages.ts';
import { refuse, UsageError } from './refusals.ts';

/** A path segment that addresses something else than it says. */
const isNoSegment = (text: string): boolean => text === '' || text === '.' || text === '..';

/** @throws UsageError for what cannot stand in an address */
export function checkName(text: string): string {
  if (isNoSegment(text)) throw new UsageError(`"${text}" is no name and no id`);
  return text;
}

/** Id of an identity provider, given by id or slug. */
export async function providerId(client: TenantClient, given: string): Promise<string> {
  // A slug has no underscore.
  if (checkName(given).startsWith('idp_')) return given;
  const found = await search<{ id: string; slug: string }>(
    async (query) => dataOf(await client.GET('/api/v1/identity-providers', { params: { query } })),
    ({ slug }) => slug === given,
  );
  return theOne(found, { what: 'identity provider', given, by: 'slug' });
}

/**
 * Slugs of the identity providers by id, for a list that a person reads; a provider that is gone has none, and whoever may not read them
 * sees ids.
 */
export async function slugsOf(client: TenantClient): Promise<ReadonlyMap<string, string>> {
  try {
    const all = await search<{ id: string; slug: string }>(
      async (query) => dataOf(await client.GET('/api/v1/identity-providers', { params: { query } })),
      () => true,
    );
    return new Map(all.map(({ id, slug }) => [id, slug]));
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 403) return new Map();
    throw error;
  }
}

/** Id of a user, given by id or e-mail address. */
export async function userId(client: TenantClient, given: string): Promise<string> {
  if (!checkName(given).includes('@')) return given;
  const { items } = dataOf(await client.GET('/api/v1/users', { params: { query: { email: given, limit: 2 } } }));
  return theOne(items, { what: 'user', given, by: 'e-mail address' });
}

/** Id of a group, given by id or name. */
export async function groupId(client: TenantClient, given: string): Promise<string> {
  if (checkName(given).startsWith('grp_')) return given;
  const found = await search<Named>(
    async (query) => dataOf(await client.GET('/api/v1/groups', { params: { query } })),
    isNamed(given),
  );
  return theOne(found, { what: 'group', given, by: 'name' });
}

/** Id of a role, given by id or name. */
export async function roleId(client: TenantClient, given: string): Promise<string> {
  if (checkName(given).startsWith('rol_')) return given;
  const found = await search<Named>(
    async (query) => dataOf(await client.GET('/api/v1/roles', { params: { query } })),
    isNamed(given),
  );
  return theOne(found, { what: 'role', given, by: 'name' });
}

/** Id of an application, given by id or by a name that only one has. */
export async function applicationId(client: TenantClient, given: string): Promise<string> {
  if (checkName(given).startsWith('app_')) return given;
  const found = await search<Named>(
    async (query) => dataOf(await client.GET('/api/v1/applications', { params: { query } })),
    isNamed(given),
  );
  return theOne(found, { what: 'application', given, by: 'name' });
}

interface Named {
  id: string;
  name: string;
}

const isNamed =
  (given: string) =>
  ({ name }: Named): boolean =>
    name.toLowerCase() === given.toLowerCase();

async function search<Item>(
  read: (query: { limit: number; cursor?: string }) => Promise<Page<Item>>,
  fits: (item: Item) => boolean,
): Promise<Item[]> {
  const found: Item[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Page<Item> = await read({ limit: 100, ...(cursor === null ? {} : { cursor }) });
    found.push(...page.items.filter(fits));
    if (page.next === null) return found;
    cursor = page.next;
  }
}

/** @throws ApiProblem `cli.not_found`, `cli.ambiguous` */
function theOne(found: readonly { id: string }[], { what, given, by }: { what: string; given: string; by: string }): string {
  const [one, another] = found;
  if (one === undefined) {
    throw refuse('cli.not_found', {
      title: `There is no ${what} with the ${by} "${given}".`,
      remedy: `List them, or give the id.`,
    });
  }
  if (another === undefined) return one.id;
  const ids = found.map(({ id }) => id).join(', ');
  throw refuse('cli.ambiguous', { title: `${found.length} are called "${given}".`, remedy: `Give the id: ${ids}.` });
}
