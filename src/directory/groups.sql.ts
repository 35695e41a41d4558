import { hash } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { GroupId, TenantId, UserId } from '#kernel/ids.ts';
import type { Tables } from '#sql/tables.ts';
import { nameKeyOf } from './keys.ts';
import { kinds, removeWithMembers, selectMemberships, setMemberships } from './memberships.sql.ts';
import { type Found, findByKeys, insertNamed, listByName, type NamedRow, updateNamed } from './named.sql.ts';
import type { DirectoryParts } from './rows.sql.ts';
import type { Group, GroupDirectory, MembershipOf } from './user.ts';

type Row = Selectable<Tables['groups']>;

/** Everybody of one department brings the same names with every sign-in; thirty of them are 1.5 kB, as text. */
const LISTS_KEPT = 2500;

export function createGroupStore({ store, world }: Pick<DirectoryParts, 'store' | 'world'>): GroupDirectory {
  const parts = { store, world, kind: kinds.group };
  const find = (tenant: TenantId, given: Found): Promise<Group[]> =>
    findByKeys<Row>(store, kinds.group, { tenant, ...given }).then((rows) => rows.map(toGroup));
  const listMembershipsOf = (tenant: TenantId, userIds: readonly UserId[]): Promise<MembershipOf<Group>[]> =>
    selectMemberships<Row>(store, kinds.group, [tenant, userIds]).then((rows) =>
      rows.map((row) => ({ of: toGroup(row), source: row.source, userId: row.member })),
    );
  const kept = store.keep<{ groups: string }>({ of: ['groups', 'tenants'], most: LISTS_KEPT });
  return {
    find: async (tenant, id) => (await find(tenant, { column: 'id', values: [id] }))[0],
    findByIds: (tenant, ids) => find(tenant, { column: 'id', values: ids }),
    async findByNames(tenant, names) {
      const values = names.map(nameKeyOf);
      const known = await kept(`${tenant} ${hash('sha256', JSON.stringify(values), 'base64url')}`, async () => ({
        groups: JSON.stringify(await find(tenant, { column: 'name_key', values })),
      }));
      return known ? (JSON.parse(known.groups) as Group[]) : [];
    },
    list: async (tenant, page) => (await listByName<Row>(store, kinds.group, { tenant, ...page })).map(toGroup),
    insert: (tenant, group) => insertNamed(parts, tenant, rowOf(group)),
    update: (tenant, group) => updateNamed(parts, tenant, rowOf(group)),
    remove: (tenant, id) => removeWithMembers(store, kinds.group, [tenant, id]),
    listMemberships: (tenant, userId) => listMembershipsOf(tenant, [userId]),
    listMembershipsOf,
    setMemberships: (...given) => setMemberships<GroupId>({ store, world }, kinds.group, given),
  };
}

const rowOf = ({ id, name, description }: Group): NamedRow => ({ id, name, description });

function toGroup({ id, name, description }: Row): Group {
  return { id: id as GroupId, name, description };
}
