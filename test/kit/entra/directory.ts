import { randomUUID, X509Certificate } from 'node:crypto';

/** A client secret; Entra shows its value once and its id always. @see Learn, "Add and manage application credentials" */
export interface Secret {
  id: string;
  value: string;
  expiresAt: Date;
}

/** An app registration and its service principal. @see Learn, "Microsoft Entra app manifest reference" */
export interface App {
  clientId: string;
  redirectUris: string[];
  secrets: Secret[];
  /** PEM, as uploaded under "Certificates & secrets". */
  certificates: string[];
  /** `groupMembershipClaims`: null sends no groups. */
  groupMembershipClaims: 'SecurityGroup' | null;
  /** `optionalClaims.idToken`. */
  optionalClaims: ('email' | 'xms_edov' | 'upn' | 'given_name' | 'family_name')[];
  /** Assignment required = Yes: only these people. @see Learn, "Restrict a Microsoft Entra app to a set of users" */
  assignedTo: string[] | null;
  /** A user or an administrator has consented to the delegated permissions. */
  consented: boolean;
  /** Application permissions that an administrator has granted. */
  granted: string[];
  /** Application permissions that it asks for (`requiredResourceAccess`); admin consent grants them. */
  required: string[];
  /** There is a service principal in the directory: made by the first consent. */
  known: boolean;
}

export interface Person {
  oid: string;
  upn: string;
  mail: string | null;
  givenName: string;
  surname: string;
  /** The owner of the mail's domain has been verified. @see Learn, "Optional claims reference" (xms_edov) */
  domainOwnerVerified: boolean;
  groups: string[];
  roles: string[];
  state: 'enabled' | 'disabled' | 'deleted';
}

/** One directory (tenant). */
export interface Directory {
  readonly tid: string;
  readonly apps: Map<string, App>;
  readonly people: Person[];
  addApp(app?: Partial<App>): App;
  addPerson(person?: Partial<Person>): Person;
}

export function createDirectory(tid: string = randomUUID()): Directory {
  const apps = new Map<string, App>();
  const people: Person[] = [];
  return {
    tid,
    apps,
    people,
    addApp(given = {}) {
      const app: App = { ...NEW_APP, clientId: randomUUID(), redirectUris: [], secrets: [], certificates: [], ...given };
      apps.set(app.clientId, app);
      return app;
    },
    addPerson(given = {}) {
      const person: Person = { ...NEW_PERSON, oid: randomUUID(), groups: [], roles: [], ...given };
      people.push(person);
      return person;
    },
  };
}

const NEW_APP = {
  groupMembershipClaims: 'SecurityGroup' as const,
  optionalClaims: ['email', 'xms_edov'] as App['optionalClaims'],
  assignedTo: null,
  consented: true,
  granted: [],
  required: [],
  known: true,
};

const NEW_PERSON = {
  upn: 'alice@acme.example',
  mail: 'alice@acme.example',
  givenName: 'Alice',
  surname: 'Archer',
  domainOwnerVerified: true,
  state: 'enabled' as const,
};

/** A secret as Entra makes it, 40 characters, good for 180 days unless told otherwise. */
export function makeSecret(expiresAt: Date): Secret {
  return { id: randomUUID(), value: `aB~8Q${randomUUID().replaceAll('-', '')}xyz`, expiresAt };
}

/** So many object ids that look like any other. */
export function groupIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `9f0e0000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`);
}

/** Base64url of the DER's SHA-1 (`x5t`) and SHA-256 (`x5t#S256`). */
export function thumbprintsOf(pem: string): { sha1: string; sha256: string } {
  const { fingerprint, fingerprint256 } = new X509Certificate(pem);
  const base64url = (hex: string): string => Buffer.from(hex.replaceAll(':', ''), 'hex').toString('base64url');
  return { sha1: base64url(fingerprint), sha256: base64url(fingerprint256) };
}
