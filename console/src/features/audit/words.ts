/** `identity-provider.changed` as “Identity provider changed”. */
export function wordsOfAction(action: string): string {
  const words = action
    .replace(/^sign-in\./, 'sign–in ')
    .replace(/^break-glass/, 'emergency account')
    .replace(/^setup-/, 'set–up ')
    .replace(/[.-]/g, ' ')
    .replace('–', '-');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `user:usr_1` as its kind and what it is known by. */
export function partsOf(name: string): { kind: string; id: string | undefined } {
  const colon = name.indexOf(':');
  return colon === -1 ? { kind: name, id: undefined } : { kind: name.slice(0, colon), id: name.slice(colon + 1) };
}

/** What somebody looks for, as the API filters by it. */
export const actions: readonly { group: string; items: string[] }[] = [
  {
    group: 'Identity providers',
    items: ['created', 'changed', 'staged', 'activated', 'discarded', 'removed', 'exported'].map(
      (verb) => `identity-provider.${verb}`,
    ),
  },
  { group: 'Sign-ins', items: ['sign-in.succeeded', 'sign-in.refused', 'session.ended', 'break-glass.used'] },
  { group: 'People', items: ['user.created', 'user.changed', 'user.updated', 'user.removed', 'user.sign-in-method-changed'] },
  {
    group: 'Groups and roles',
    items: ['group.created', 'group.changed', 'group.removed', 'role.created', 'role.changed', 'role.removed'],
  },
  {
    group: 'Applications',
    items: ['application.created', 'application.changed', 'application.secret-renewed', 'application.removed'],
  },
  {
    group: 'Organisation',
    items: ['domain.created', 'domain.proven', 'domain.changed', 'domain.removed', 'settings.changed', 'notice.sent'],
  },
];
