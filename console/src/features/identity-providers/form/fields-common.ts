import type { Field } from './field.ts';

/** Attributes of a person, as people call them. */
export const attributes = [
  ['email', 'E-mail address'],
  ['userId', 'User ID'],
  ['userPrincipalName', 'User principal name'],
  ['firstName', 'First name'],
  ['lastName', 'Last name'],
  ['locale', 'Language'],
  ['mobile', 'Mobile number'],
  ['phone', 'Phone number'],
  ['securityId', 'Security ID'],
] as const;

export const generalFields: readonly Field[] = [
  { pointer: '/name', label: 'Name', help: 'For administrators.', control: 'text', required: true },
  { pointer: '/slug', label: 'Short name in addresses', help: 'Never changes.', control: 'fixed' },
  { pointer: '/preset', label: 'Vendor', help: 'A label. Changing it changes no setting.', control: 'choice', choices: [] },
  { pointer: '/branding/buttonText', label: 'Text of the sign-in button', control: 'text', placeholder: 'Sign in with Acme' },
  {
    pointer: '/branding/buttonImage',
    label: 'Picture on the button',
    help: 'An https address, or a small PNG, JPEG, WebP or GIF that is stored with it.',
    control: 'image',
  },
];

export const routingFields: readonly Field[] = [
  {
    pointer: '/authentication/enabled',
    label: 'Offer it on the sign-in page',
    help: 'Off: nobody can sign in through it.',
    control: 'switch',
    waits: true,
  },
  {
    pointer: '/authentication/domains',
    label: 'E-mail domains',
    help: 'Whoever has an address in one of them is sent here. They have to be verified under Domains.',
    control: 'list',
    waits: true,
    placeholder: 'acme.example',
  },
  {
    pointer: '/authentication/default',
    label: 'Send everybody here',
    help: 'Every sign-in goes to this provider, whatever the domain. One provider at most.',
    control: 'switch',
    waits: true,
  },
  {
    pointer: '/portal/applicationId',
    label: 'Application for people from the provider’s portal',
    help: 'Where somebody lands who clicks the tile there.',
    control: 'application',
  },
];

export const findingFields: readonly Field[] = [
  {
    pointer: '/authentication/userAttribute',
    label: 'Find existing accounts by',
    help: 'Only the first time; after that the provider’s own id is remembered.',
    control: 'choice',
    waits: true,
    choices: attributes,
  },
  {
    pointer: '/authentication/claim',
    label: '… which must equal this claim',
    control: 'verified-mapping',
    waits: true,
  },
  {
    pointer: '/authentication/matchAttributes',
    label: 'These must be equal as well',
    help: 'Somebody whose account says otherwise is refused.',
    control: 'match-attributes',
    waits: true,
  },
];

export const claimFields: readonly Field[] = [
  ...(['email', 'userId', 'userPrincipalName', 'firstName', 'lastName', 'locale', 'mobile', 'phone', 'securityId'] as const).map(
    (name): Field => ({
      pointer: `/claims/${name}`,
      label: attributes.find(([id]) => id === name)?.[1] ?? name,
      control: 'mapping',
      ...(['email', 'userId', 'userPrincipalName', 'securityId'].includes(name) ? { waits: true } : {}),
      ...(['securityId', 'mobile', 'phone', 'locale'].includes(name) ? { rare: true } : {}),
    }),
  ),
  { pointer: '/claims/groups', label: 'Groups', control: 'mapping' },
  { pointer: '/claims/roles', label: 'Roles', control: 'mapping' },
  {
    pointer: '/claims/custom',
    label: 'Attributes of your own',
    help: 'Kept with the person and passed on to applications.',
    control: 'custom-mappings',
  },
];

export const peopleFields: readonly Field[] = [
  {
    pointer: '/users/create',
    label: 'Make accounts at the first sign-in',
    help: 'Off: only people who have an account here already get in.',
    control: 'switch',
  },
  {
    pointer: '/users/pendingActivation',
    label: 'New accounts wait for an administrator',
    control: 'switch',
  },
  {
    pointer: '/users/update',
    label: 'Keep names and addresses up to date',
    help: 'At each sign-in, what the provider says overwrites what is here.',
    control: 'switch',
  },
  { pointer: '/users/defaultGroups', label: 'Groups for every new account', control: 'groups' },
  { pointer: '/users/defaultRoles', label: 'Roles for every new account', control: 'roles' },
];

export const accessFields: readonly Field[] = [
  {
    pointer: '/access',
    label: 'Who may come in',
    help: 'Judged before an account is made or changed, for known people too.',
    control: 'access',
    waits: true,
  },
];

const missing = [
  ['keep', 'Nothing: what there is stays'],
  ['empty', 'None: everything is taken away'],
] as const;

export const groupFields: readonly Field[] = [
  {
    pointer: '/groupSync',
    label: 'What the provider’s groups do',
    control: 'choice',
    choices: [
      ['none', 'Nothing'],
      ['append', 'People are added, never taken out'],
      ['sync', 'People are added, and taken out when a group no longer comes'],
      ['assign', 'People get exactly the groups below'],
    ],
  },
  { pointer: '/assignedGroups', label: 'Exactly these groups', control: 'groups', when: ['/groupSync', ['assign']] },
  {
    pointer: '/groupMappings',
    label: 'Group mappings',
    help: 'A group without a mapping stands for the group of exactly that name here, if there is one.',
    control: 'group-mappings',
  },
  {
    pointer: '/groupFilter/include',
    label: 'Only these groups count',
    help: 'Empty: all of them.',
    control: 'patterns',
    rare: true,
  },
  { pointer: '/groupFilter/exclude', label: 'These groups never count', control: 'patterns', rare: true },
  {
    pointer: '/whenMissing/groups',
    label: 'When no groups claim comes, it means',
    control: 'choice',
    choices: missing,
    rare: true,
  },
];

export const roleFields: readonly Field[] = [
  {
    pointer: '/roleMappings',
    label: 'Role mappings',
    help: 'Built-in roles are given only by a mapping.',
    control: 'role-mappings',
  },
  {
    pointer: '/roleSync',
    label: 'When several values mean a role',
    control: 'choice',
    choices: [
      ['all', 'All of them are given'],
      ['first', 'Only the first is given'],
    ],
  },
  { pointer: '/whenMissing/roles', label: 'When no roles claim comes, it means', control: 'choice', choices: missing },
];
