/** What a caller of the API may do, `<resource>:<read|write>`. Roles carry lists of these. */
export const permissions = [
  'settings:read',
  'settings:write',
  'identity-providers:read',
  'identity-providers:write',
  'users:read',
  'users:write',
  'roles:read',
  'roles:write',
  'applications:read',
  'applications:write',
  'domains:read',
  'domains:write',
  'sign-ins:read',
  'audit-events:read',
  // Secrets and private keys under a passphrase of one's own: of the built-in roles only Full Administrators.
  'secrets:export',
] as const;

export type Permission = (typeof permissions)[number];

/** The roles that every tenant is born with; their permissions are code, not data. */
export const builtInRoles: Readonly<Record<string, readonly Permission[]>> = {
  'Full Administrator': permissions,
  'User Administrator': ['users:read', 'users:write', 'roles:read', 'sign-ins:read'],
  'IdP Administrator': [
    'identity-providers:read',
    'identity-providers:write',
    'domains:read',
    'domains:write',
    'users:read',
    'roles:read',
    'sign-ins:read',
  ],
  Auditor: permissions.filter((permission) => permission.endsWith(':read')),
  User: [],
};
