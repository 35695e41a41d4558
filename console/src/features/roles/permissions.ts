/** What a permission is about, in the words of the navigation. */
const things: Readonly<Record<string, string>> = {
  'identity-providers': 'identity providers',
  'sign-ins': 'the sign-in log',
  domains: 'domains',
  users: 'users and groups',
  roles: 'roles',
  applications: 'applications',
  'audit-events': 'the audit log',
  settings: 'settings',
  secrets: 'secrets',
};
const verbs: Readonly<Record<string, string>> = { read: 'see', write: 'change', export: 'export' };

/** `users:write` as “Change users and groups”. */
export function nameOfPermission(permission: string): string {
  const [thing = '', verb = ''] = permission.split(':');
  const words = `${verbs[verb] ?? verb} ${things[thing] ?? thing.replaceAll('-', ' ')}`;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** All of them in a sentence or two: who may change a thing may see it, so that is not said as well. */
export function tellPermissions(permissions: readonly string[]): string {
  if (permissions.length === 0) return 'Nothing: it is for applications';
  const written = permissions.filter((one) => one.endsWith(':write'));
  const read = permissions.filter((one) => one.endsWith(':read') && !written.includes(one.replace(/read$/, 'write')));
  const rest = permissions.filter((one) => !one.endsWith(':write') && !one.endsWith(':read'));
  const list = (verb: string, of: readonly string[]): string[] =>
    of.length === 0 ? [] : [`${verb} ${of.map((one) => things[one.split(':')[0] ?? ''] ?? one).join(', ')}`];
  return [...list('Change', written), ...list('See', read), ...rest.map(nameOfPermission)].join('. ');
}

/** To see and to change a thing side by side; what has only one of the two comes last. */
export function inPairs(permissions: readonly string[]): string[] {
  const things = Map.groupBy(permissions, (permission) => permission.split(':')[0] ?? '');
  const groups = [...things.values()].map((group) => group.toSorted());
  return [...groups.filter(({ length }) => length === 2), ...groups.filter(({ length }) => length !== 2)].flat();
}
