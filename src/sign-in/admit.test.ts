import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { User } from '#directory/index.ts';
import type { UserId } from '#kernel/ids.ts';
import type { ConnectionPolicy } from '#upstream/index.ts';
import { type Arrival, decideAdmission } from './admit.ts';

const ada: User = {
  id: 'usr_ada' as UserId,
  email: 'ada@acme.example',
  emailVerified: true,
  userId: null,
  userPrincipalName: null,
  profile: { firstName: 'Ada', custom: {} },
  status: 'active',
  createdAt: new Date(0),
  updatedAt: new Date(0),
  lastSignInAt: null,
};
const policy = (users: Partial<ConnectionPolicy['users']> = {}, match: Record<string, string> = {}): ConnectionPolicy => ({
  users: { create: false, update: false, defaultGroups: [], defaultRoles: [], pendingActivation: false, ...users },
  claims: { email: 'email', custom: {} },
  groupMappings: [],
  groupSync: 'none',
  assignedGroups: [],
  roleMappings: [],
  roleSync: 'all',
  authentication: { enabled: true, default: false, domains: [], userAttribute: 'email', claim: 'email', matchAttributes: match },
  branding: {},
});
const arrival = (given: Partial<Arrival>): Arrival => ({
  policy: policy(),
  identifier: 'ada@acme.example',
  matching: {},
  emailTrusted: false,
  emailVerified: false,
  isEntered: false,
  byLink: undefined,
  byIdentifier: undefined,
  holder: undefined,
  ...given,
});

const cases: { name: string; given: Partial<Arrival>; is: string }[] = [
  { name: 'a linked account is known, whatever its e-mail', given: { byLink: ada }, is: 'known' },
  { name: 'an account found by trusted e-mail is linked', given: { byIdentifier: ada, emailTrusted: true }, is: 'linked' },
  { name: 'an account is never found by an untrusted e-mail', given: { byIdentifier: ada }, is: 'admission.email_not_trusted' },
  {
    name: 'creation does not make an untrusted e-mail good',
    given: { byIdentifier: ada, policy: policy({ create: true }) },
    is: 'admission.email_not_trusted',
  },
  {
    name: 'an account that somebody entered under an unproven address is not merged (T122)',
    given: { byIdentifier: { ...ada, emailVerified: false }, emailTrusted: true, isEntered: true },
    is: 'admission.account_unproven',
  },
  {
    name: 'an account that an administrator made and nobody entered is linked',
    given: { byIdentifier: { ...ada, emailVerified: false }, emailTrusted: true },
    is: 'linked',
  },
  { name: 'nobody found and creation off', given: {}, is: 'admission.no_account' },
  { name: 'nobody found and creation on', given: { policy: policy({ create: true }) }, is: 'created' },
  {
    name: 'without the identifying claim nobody is created',
    given: { identifier: undefined, policy: policy({ create: true }) },
    is: 'admission.claim_missing',
  },
  {
    name: 'a new account never takes what somebody else holds',
    given: { holder: ada, policy: policy({ create: true }) },
    is: 'admission.account_exists',
  },
  {
    name: 'a disabled account is refused by its link',
    given: { byLink: { ...ada, status: 'disabled' } },
    is: 'admission.account_disabled',
  },
  {
    name: 'a disabled account is refused by its e-mail',
    given: { byIdentifier: { ...ada, status: 'disabled' }, emailTrusted: true },
    is: 'admission.account_disabled',
  },
  { name: 'a pending account waits', given: { byLink: { ...ada, status: 'pending' } }, is: 'admission.account_pending' },
  {
    name: 'an invited account comes in',
    given: { byIdentifier: { ...ada, status: 'invited' }, emailTrusted: true },
    is: 'linked',
  },
  {
    name: 'a match attribute that fits',
    given: { byLink: ada, policy: policy({}, { firstName: 'given_name' }), matching: { firstName: 'Ada' } },
    is: 'known',
  },
  {
    name: 'a match attribute that differs',
    given: { byLink: ada, policy: policy({}, { firstName: 'given_name' }), matching: { firstName: 'Eve' } },
    is: 'admission.attribute_mismatch',
  },
  {
    name: 'a match attribute that did not come',
    given: { byLink: ada, policy: policy({}, { firstName: 'given_name' }) },
    is: 'admission.attribute_mismatch',
  },
  {
    name: 'match attributes do not hold where the provider may update',
    given: { byLink: ada, policy: policy({ update: true }, { firstName: 'given_name' }), matching: { firstName: 'Eve' } },
    is: 'known',
  },
];

describe('decideAdmission (PRODUCT.md §3)', () => {
  for (const { name, given, is } of cases) {
    it(`${name}: ${is}`, () => {
      const admission = decideAdmission(arrival(given));
      assert.equal(admission.kind === 'refused' ? admission.problem.code : admission.kind, is);
    });
  }
});
