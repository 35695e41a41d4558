import type { Health, Kind, Provider } from './api.ts';
import { attributes } from './form/fields-common.ts';

export const protocolNames: Record<Kind, string> = {
  'microsoft-oidc': 'OpenID Connect',
  oidc: 'OpenID Connect',
  saml: 'SAML 2.0',
};

export type Tone = 'good' | 'bad' | 'warn' | 'quiet' | 'info';

export interface State {
  word: string;
  tone: Tone;
  /** One sentence, for whoever wonders. */
  why: string;
}

/** The one word for a provider in a list; the gravest first. */
export function stateOf(provider: Provider, health: Health | undefined): State {
  const reason = health?.reasons[0]?.text;
  if (!provider.enabled) {
    return health?.signIns.lastSuccessAt
      ? { word: 'Off', tone: 'quiet', why: 'Switched off. Nobody signs in through it.' }
      : { word: 'Draft', tone: 'quiet', why: 'Not switched on yet. Nobody signs in through it.' };
  }
  if (provider.missing.length > 0)
    return { word: 'Incomplete', tone: 'bad', why: 'A secret is missing. Nobody signs in before it is set.' };
  if (!provider.authentication.enabled)
    return { word: 'Not offered', tone: 'warn', why: '“Offer it on the sign-in page” is off: nobody can sign in through it.' };
  if (health?.state === 'failing') return { word: 'Failing', tone: 'bad', why: reason ?? 'Nobody gets in any more.' };
  if (provider.staged)
    return {
      word: 'Change waiting',
      tone: 'info',
      why: 'A change waits to be verified and made live. People sign in as before.',
    };
  if (health?.state === 'warning') return { word: 'Needs attention', tone: 'warn', why: reason ?? 'Something needs attention.' };
  if (health && !health.signIns.lastSuccessAt && !health.signIns.lastRefusal)
    return { word: 'Not used yet', tone: 'quiet', why: 'Switched on. Nobody has signed in through it yet.' };
  return {
    word: 'On',
    tone: 'good',
    why: health?.signIns.last7d.succeeded ? 'People sign in without trouble.' : 'Nobody has tried in the last seven days.',
  };
}

/** A SHA-1, SHA-256 or id that is too long for a line. */
export const shortened = (text: string, most = 24): string => (text.length <= most ? text : `${text.slice(0, most)}…`);

export const percent = (share: number | null): string => (share === null ? '–' : `${Math.round(share * 100)} %`);

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** Any value as a person reads it. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'not set';
  if (typeof value === 'string') return value === '' ? '(empty)' : value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(textOf).join('\n');
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}

const otherAttributes: Readonly<Record<string, string>> = {
  groups: 'Groups',
  roles: 'Roles',
  status: 'State of the account',
  emailVerified: 'E-mail address is proven',
  'authentication.claim': 'Finds existing accounts',
};

/** An attribute of a person in the words of the form; those of a tenant's own by their name. */
export const nameOfAttribute = (attribute: string): string =>
  otherAttributes[attribute] ??
  attributes.find(([id]) => id === attribute.replace('authentication.matchAttributes.', ''))?.[1] ??
  attribute.replace(/^custom\./, '');

/** Where something has to be changed, in words. */
export const places = {
  here: 'Change it here',
  provider: 'Change it at the identity provider',
  network: 'Look at the network',
  person: 'It lies with the person',
} as const;

export const reportStates = {
  waiting: { word: 'Under way', tone: 'info' },
  passed: { word: 'Passed', tone: 'good' },
  failed: { word: 'Failed', tone: 'bad' },
  expired: { word: 'Not finished', tone: 'quiet' },
} as const;

export const revisionStates = {
  draft: { word: 'Draft', tone: 'quiet' },
  staged: { word: 'Waiting', tone: 'info' },
  live: { word: 'Live', tone: 'good' },
  superseded: { word: 'Replaced', tone: 'quiet' },
  discarded: { word: 'Discarded', tone: 'quiet' },
} as const;

export const origins = {
  created: 'Connected',
  changed: 'Changed',
  'rolled-back': 'Rolled back to',
  imported: 'Imported',
  refreshed: 'Taken over from the provider',
  upgraded: 'Kept from before revisions',
  carried: 'Put on the waiting change as well',
} as const;

/** Whose product it is; nothing where only the protocol is known. */
export const vendorOf = (presets: readonly { id: string; title: string }[], preset: string | null): string | undefined =>
  preset === null || preset.startsWith('generic') ? undefined : presets.find(({ id }) => id === preset)?.title;
