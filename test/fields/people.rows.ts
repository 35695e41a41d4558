import { as, CREATES, isLetIn, type OidcPlace, told, user } from './oidc.place.ts';
import type { Document, Rows, Setting } from './row.ts';

type See = (place: OidcPlace) => Promise<unknown>;

/** Names of the groups or roles that the account has after the sign-in. */
const names =
  (member: 'groups' | 'roles'): See =>
  async (place) => {
    const list = await user(member)(place);
    return Array.isArray(list) ? list.map(({ name }: { name: string }) => name).sort() : list;
  };
const groups = names('groups');
const roles = names('roles');

/** Claims of one sign-in, then those of the next one; what is seen is seen in the second. */
const first =
  (person: Document, then: See): See =>
  async (place) => {
    await as(person, isLetIn)(place);
    return then(place);
  };

/** A group or role of the tenant's own that is there before anybody comes. */
const having =
  (kind: 'groups' | 'roles', name: string, see: See): See =>
  async (place) => {
    await place.api.call('POST', `/api/v1/${kind}`, { name });
    return see(place);
  };

const users: Setting<OidcPlace>[] = [
  {
    field: '/users/create',
    does: 'makes an account for whom nobody knows',
    value: true,
    see: isLetIn,
    before: 'admission.no_account',
    after: 'in',
  },
  {
    field: '/users/update',
    does: 'writes what the provider says over what the account says',
    given: CREATES,
    value: true,
    see: first({ given_name: 'Alice' }, as({ given_name: 'Alix' }, user('firstName'))),
    before: 'Alice',
    after: 'Alix',
  },
  {
    field: '/users/defaultGroups',
    does: 'are the groups of an account that is made',
    given: CREATES,
    how: 'POST',
    value: ['Newcomers'],
    see: groups,
    before: [],
    after: ['Newcomers'],
  },
  {
    field: '/users/defaultRoles',
    does: 'are the roles of an account that is made',
    given: CREATES,
    how: 'POST',
    value: ['Auditor'],
    see: roles,
    before: [],
    after: ['Auditor'],
  },
  {
    field: '/users/pendingActivation',
    does: 'keeps out who has a new account until somebody enables it',
    given: CREATES,
    how: 'POST',
    value: true,
    see: isLetIn,
    before: 'in',
    after: 'admission.account_pending',
  },
];

/** A claim that the provider sends under this name becomes this attribute. */
const claim = (attribute: string, { usual, value = 'mapped' }: { usual?: string; value?: string } = {}): Setting<OidcPlace> => ({
  field: `/claims/${attribute}`,
  does: 'is the claim that becomes that attribute of the account',
  given: CREATES,
  how: 'POST',
  value: 'theirs',
  see: as({ theirs: value, ...(usual ? { [usual]: 'usual' } : {}) }, user(attribute)),
  before: usual ? 'usual' : null,
  after: value,
});

const claims: Setting<OidcPlace>[] = [
  {
    field: '/claims/email',
    does: 'is the claim that becomes the e-mail address of the account',
    given: CREATES,
    how: 'POST',
    value: 'theirs',
    see: as({ theirs: 'theirs@other.example' }, user('email')),
    before: ({ email }: OidcPlace) => email,
    after: 'theirs@other.example',
  },
  { ...claim('userId'), before: 'alice' },
  claim('userPrincipalName'),
  claim('phone'),
  claim('mobile'),
  claim('firstName', { usual: 'given_name' }),
  claim('lastName', { usual: 'family_name' }),
  claim('locale', { value: 'de-DE' }),
  claim('securityId'),
  {
    field: '/claims/groups',
    does: 'is the claim that groups are read from',
    given: { ...CREATES, groupSync: 'sync' },
    value: 'memberOf',
    see: having('groups', 'Engineering', having('groups', 'Sales', as({ memberOf: ['Sales'] }, groups))),
    before: ['Engineering'],
    after: ['Sales'],
  },
  {
    field: '/claims/roles',
    does: 'is the claim that roles are read from',
    given: CREATES,
    value: 'positions',
    see: having('roles', 'aud', having('roles', 'Cook', as({ positions: ['Cook'] }, roles))),
    before: ['aud'],
    after: ['Cook'],
  },
  {
    field: '/claims/custom',
    does: 'are attributes of the tenant’s own',
    given: CREATES,
    how: 'POST',
    value: { costCentre: 'cost_centre' },
    see: as({ cost_centre: '4711' }, user('custom')),
    before: {},
    after: { costCentre: '4711' },
  },
];

const memberships: Setting<OidcPlace>[] = [
  {
    field: '/groupSync',
    does: 'gives the groups that the provider sends',
    given: CREATES,
    value: 'sync',
    see: having('groups', 'Engineering', groups),
    before: [],
    after: ['Engineering'],
  },
  {
    field: '/groupSync',
    does: 'append never takes one away',
    given: { ...CREATES, groupSync: 'sync' },
    value: 'append',
    see: having('groups', 'Engineering', first({ groups: ['Engineering'] }, as({ groups: [] }, groups))),
    before: [],
    after: ['Engineering'],
  },
  {
    field: '/assignedGroups',
    does: 'are the groups of whoever comes through it, with groupSync assign',
    given: CREATES,
    value: ['Partners'],
    patch: { groupSync: 'assign', assignedGroups: ['Partners'] },
    see: groups,
    before: [],
    after: ['Partners'],
  },
  {
    field: '/groupMappings/*/external',
    does: 'is the value of the provider that stands for a group here',
    given: { ...CREATES, groupSync: 'sync', groupMappings: [{ external: 'nothing', group: 'Staff' }] },
    value: 'Engineering',
    patch: { groupMappings: [{ external: 'Engineering', group: 'Staff' }] },
    see: groups,
    before: [],
    after: ['Staff'],
  },
  {
    field: '/groupMappings/*/group',
    does: 'is the group that the value stands for',
    given: { ...CREATES, groupSync: 'sync', groupMappings: [{ external: 'Engineering', group: 'Staff' }] },
    value: 'Workers',
    patch: { groupMappings: [{ external: 'Engineering', group: 'Workers' }] },
    see: groups,
    before: ['Staff'],
    after: ['Workers'],
  },
  {
    field: '/groupMappings/*/label',
    does: 'names a value that says nothing, where groups are listed and gates speak of it',
    given: {
      ...CREATES,
      groupMappings: [{ external: 'Engineering', group: 'Staff' }],
      access: { mode: 'rules', rules: [{ group: 'Engineers (Entra)' }] },
    },
    value: 'Engineers (Entra)',
    patch: { groupMappings: [{ external: 'Engineering', label: 'Engineers (Entra)', group: 'Staff' }] },
    see: isLetIn,
    before: 'admission.not_allowed',
    after: 'in',
  },
  {
    field: '/groupFilter/include',
    does: 'leaves out every other group',
    given: { ...CREATES, groupSync: 'sync' },
    value: [{ matches: 'Sa.*' }],
    see: having('groups', 'Engineering', having('groups', 'Sales', as({ groups: ['Engineering', 'Sales'] }, groups))),
    before: ['Engineering', 'Sales'],
    after: ['Sales'],
  },
  {
    field: '/groupFilter/exclude',
    does: 'leaves out these groups',
    given: { ...CREATES, groupSync: 'sync' },
    value: ['Sales'],
    see: having('groups', 'Engineering', having('groups', 'Sales', as({ groups: ['Engineering', 'Sales'] }, groups))),
    before: ['Engineering', 'Sales'],
    after: ['Engineering'],
  },
  {
    field: '/whenMissing/groups',
    does: 'empty reads a claim that did not come as a list without groups',
    given: { ...CREATES, groupSync: 'sync' },
    value: 'empty',
    see: having('groups', 'Engineering', first({ groups: ['Engineering'] }, as({ groups: undefined }, groups))),
    before: ['Engineering'],
    after: [],
  },
  {
    field: '/whenMissing/roles',
    does: 'empty reads a claim that did not come as a list without roles',
    given: CREATES,
    value: 'empty',
    see: having('roles', 'aud', first({ roles: ['aud'] }, as({ roles: undefined }, roles))),
    before: ['aud'],
    after: [],
  },
  {
    field: '/roleMappings/*/external',
    does: 'is the value of the provider that stands for a role here',
    given: { ...CREATES, roleMappings: [{ external: 'nothing', role: 'Auditor' }] },
    value: 'aud',
    patch: { roleMappings: [{ external: 'aud', role: 'Auditor' }] },
    see: told('roles'),
    before: [],
    after: ['Auditor'],
  },
  {
    field: '/roleMappings/*/role',
    does: 'is the role that the value stands for',
    given: { ...CREATES, roleMappings: [{ external: 'aud', role: 'Auditor' }] },
    value: 'User',
    patch: { roleMappings: [{ external: 'aud', role: 'User' }] },
    see: told('roles'),
    before: ['Auditor'],
    after: ['User'],
  },
  {
    field: '/roleSync',
    does: 'first takes only the first role',
    given: CREATES,
    value: 'first',
    see: having('roles', 'aud', having('roles', 'Cook', as({ roles: ['Cook', 'aud'] }, roles))),
    before: ['Cook', 'aud'],
    after: ['Cook'],
  },
];

/** Who the person is, what becomes of the account, and what it is given. */
export const people: Rows<OidcPlace> = { settings: [...users, ...claims, ...memberships] };
