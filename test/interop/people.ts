/** Who can sign in at every real provider of these tests. */
export interface Person {
  name: string;
  password: string;
  email: string;
  firstName: string;
  lastName: string;
  phone: string;
  groups: string[];
  roles: string[];
}

export const alice: Person = {
  name: 'alice',
  password: 'looking-glass-1',
  email: 'alice@acme.example',
  firstName: 'Alice',
  lastName: 'Liddell',
  phone: '+15550100',
  groups: ['engineering', 'vpn-users', 'all-staff'],
  roles: ['app_admin', 'app_auditor'],
};

export const bob: Person = {
  name: 'bob',
  password: 'can-we-fix-it-1',
  email: 'bob@acme.example',
  firstName: 'Bob',
  lastName: 'Builder',
  phone: '+15550101',
  groups: ['sales', 'all-staff'],
  roles: ['app_viewer'],
};

export const people: readonly Person[] = [alice, bob];
