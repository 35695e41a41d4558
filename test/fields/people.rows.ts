import { memberships } from './memberships.rows.ts';
import { as, CREATES, first, groups, having, isLetIn, type OidcPlace, roles, user } from './oidc.place.ts';
import type { Rows, Setting } from './row.ts';

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

/** Who the person is, what becomes of the account, and what it is given. */
export const people: Rows<OidcPlace> = { settings: [...users, ...claims, ...memberships] };
