import { randomBytes, randomUUID } from 'node:crypto';
import { type Aadsts, errorBody } from './aadsts.ts';
import type { App, Directory, Person } from './directory.ts';

/** What the browser gets: sent back to the application, or a page of Entra's own from which nobody comes back. */
export type Shown = { kind: 'redirect'; url: URL } | { kind: 'page'; code: Aadsts; text: string };

/** What the person at the browser does. */
export interface Behaviour {
  who: Person;
  /** Answer of whoever is asked for consent. */
  consents: boolean;
  /** Whether "not assigned" is shown at Entra, as it usually is, or comes back as `access_denied`: both are seen. */
  assignmentErrors: 'returned' | 'shown';
}

export interface Grant {
  directory: Directory;
  app: App;
  person: Person;
  redirectUri: string;
  challenge: string | null;
  nonce: string | null;
  scope: string;
  version: '1.0' | '2.0';
}

export interface Asked {
  directory: Directory | undefined;
  query: URLSearchParams;
  version: '1.0' | '2.0';
  now: Date;
}

/**
 * `/{tenant}/oauth2/v2.0/authorize`. Nothing is returned to an address that is not registered.
 * @see Learn, "OAuth 2.0 authorization code flow", "Redirect URI (reply URL) outline and restrictions"
 */
export function authorize(asked: Asked, { who, consents, assignmentErrors }: Behaviour, codes: Map<string, Grant>): Shown {
  const { directory, query, version, now } = asked;
  const page = (code: Aadsts): Shown => ({ kind: 'page', code, text: errorBody(code, now).error_description });
  if (!directory) return page(90002);
  const app = directory.apps.get(query.get('client_id') ?? '');
  if (!app) return page(700016);
  const redirectUri = query.get('redirect_uri') ?? '';
  // Compared exactly; a slash at the end makes another address.
  if (!app.redirectUris.includes(redirectUri)) return page(50011);
  const silent = query.get('prompt') === 'none';
  const state = query.get('state');
  const refuse = (code: Aadsts, error?: string): Shown => {
    const body = errorBody(code, now);
    return back(redirectUri, {
      error: error ?? body.error,
      error_description: body.error_description,
      error_uri: body.error_uri,
      state,
    });
  };
  if (app.assignedTo && !app.assignedTo.includes(who.oid)) return assignmentErrors === 'shown' ? page(50105) : refuse(50105);
  if (!app.consented && silent) return refuse(65001, 'consent_required');
  if (!app.consented && !consents) return refuse(65004);
  Object.assign(app, { consented: true, known: true });
  const code = `0.${randomBytes(300).toString('base64url')}`;
  const challenge = query.get('code_challenge');
  codes.set(code, {
    directory,
    app,
    person: who,
    redirectUri,
    challenge,
    nonce: query.get('nonce'),
    scope: query.get('scope') ?? '',
    version,
  });
  return back(redirectUri, { code, state, session_state: randomUUID() });
}

/**
 * `/{tenant}/v2.0/adminconsent` and the older `/{tenant}/adminconsent`, which returns no scope.
 * @see Learn, "Admin consent on the Microsoft identity platform"
 */
export function adminConsent({ directory, query, version, now }: Asked, { consents }: Behaviour): Shown {
  const page = (code: Aadsts): Shown => ({ kind: 'page', code, text: errorBody(code, now).error_description });
  if (!directory) return page(90002);
  const app = directory.apps.get(query.get('client_id') ?? '');
  if (!app) return page(700016);
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!app.redirectUris.includes(redirectUri)) return page(50011);
  const scope = query.get('scope');
  if (version === '2.0' && !scope) return page(70011);
  const state = query.get('state');
  const always = { admin_consent: 'True', tenant: directory.tid, state };
  if (!consents) {
    const { error_description } = errorBody(65004, now);
    // The published example of version 2.0 says consent_required, version 1.0 access_denied.
    return back(redirectUri, { ...always, error: version === '2.0' ? 'consent_required' : 'access_denied', error_description });
  }
  // Only `/.default` asks for the application permissions of the registration.
  const whole = version === '1.0' || scope?.split(' ').some((one) => one.endsWith('/.default'));
  Object.assign(app, { consented: true, known: true, granted: whole ? [...app.required] : app.granted });
  return back(redirectUri, { ...always, ...(version === '2.0' ? { scope } : {}) });
}

function back(redirectUri: string, fields: Record<string, string | null>): Shown {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(fields)) if (value !== null) url.searchParams.set(name, value);
  return { kind: 'redirect', url };
}
