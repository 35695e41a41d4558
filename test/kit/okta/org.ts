import type { JsonWebKey } from 'node:crypto';
import { randomBytes } from 'node:crypto';

/** An app integration. @see Okta, "Apps API" (oauthClient settings), "Client authentication methods" */
export interface OktaApp {
  clientId: string;
  redirectUris: string[];
  authentication: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none';
  secret: string | null;
  /** `private_key_jwt`: keys kept in Okta, or the address that they are published at. */
  keys: JsonWebKey[];
  jwksUri: string | null;
  /** "Require PKCE as additional verification"; public clients need it anyway. */
  pkceRequired: boolean;
  /** Ids of those who may use it; null: everybody. */
  assignedTo: string[] | null;
  refresh: RefreshSettings;
  /** "Groups claim filter" of the app's OpenID Connect ID token: the org server's only way to send groups. */
  groupsFilter: GroupsFilter | null;
  /** Where the org server puts them beside an access token: both are seen, and the documentation names both. */
  groupsIn: 'id_token' | 'userinfo';
}

/** @see Okta, "Refresh access tokens and rotate refresh tokens" (rotation_type, leeway 0 to 60 seconds, 30 unless set) */
export interface RefreshSettings {
  rotation: 'STATIC' | 'ROTATE';
  leewaySeconds: number;
}

/** @see Okta, "Customize tokens returned from Okta with a groups claim" */
export interface GroupsFilter {
  claim: string;
  kind: 'STARTS_WITH' | 'EQUALS' | 'CONTAINS' | 'REGEX';
  value: string;
}

export interface OktaPerson {
  id: string;
  login: string;
  email: string;
  emailVerified: boolean;
  firstName: string;
  lastName: string;
  groups: string[];
  state: 'ACTIVE' | 'DEPROVISIONED';
}

/** The org server, or a custom one with claims and an access policy of its own. @see Okta, "Authorization servers" */
export interface AuthorizationServer {
  /** Empty for the org server; `default`. */
  readonly id: string;
  /** Custom servers: a groups claim of the server, always in the ID token. The org server has none. */
  groupsFilter: GroupsFilter | null;
  /** Custom servers without a rule that lets the client in refuse everybody. */
  policyAllows: boolean;
}

export interface OktaOrg {
  readonly host: string;
  readonly apps: Map<string, OktaApp>;
  readonly people: OktaPerson[];
  addApp(app?: Partial<OktaApp>): OktaApp;
  addPerson(person?: Partial<OktaPerson>): OktaPerson;
}

export function createOrg(host: string): OktaOrg {
  const apps = new Map<string, OktaApp>();
  const people: OktaPerson[] = [];
  return {
    host,
    apps,
    people,
    addApp(given = {}) {
      const made = { clientId: `0oa${randomId()}`, secret: randomBytes(32).toString('base64url'), keys: [], redirectUris: [] };
      const app: OktaApp = { ...NEW_APP, ...made, refresh: { rotation: 'ROTATE', leewaySeconds: 30 }, ...given };
      apps.set(app.clientId, app);
      return app;
    },
    addPerson(given = {}) {
      const person: OktaPerson = { ...NEW_PERSON, id: `00u${randomId()}`, groups: ['Everyone'], ...given };
      people.push(person);
      return person;
    },
  };
}

const NEW_APP = {
  authentication: 'client_secret_basic' as const,
  jwksUri: null,
  pkceRequired: true,
  assignedTo: null,
  groupsFilter: null,
  groupsIn: 'id_token' as const,
};

const NEW_PERSON = {
  login: 'alice@acme.example',
  email: 'alice@acme.example',
  emailVerified: true,
  firstName: 'Alice',
  lastName: 'Archer',
  state: 'ACTIVE' as const,
};

/** 17 letters and digits, as Okta's ids have them behind their prefix. */
export function randomId(): string {
  return randomBytes(24)
    .toString('base64')
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 17)
    .padEnd(17, '0');
}
