import { randomBytes } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { people } from '../people.ts';
import { type Service, startService } from './service.ts';

/** Names of the attributes that it sends: OIDs, as universities' providers do. */
export const SAML_ATTRIBUTES = {
  userId: 'urn:oid:0.9.2342.19200300.100.1.1',
  email: 'urn:oid:0.9.2342.19200300.100.1.3',
  firstName: 'urn:oid:2.5.4.42',
  lastName: 'urn:oid:2.5.4.4',
  phone: 'urn:oid:2.5.4.20',
  groups: 'urn:oid:1.3.6.1.4.1.5923.1.5.1.1',
  roles: 'urn:oid:1.3.6.1.4.1.5923.1.1.1.7',
} as const;

/** A service provider as SimpleSAMLphp's administrator registers it. */
export interface ServiceProvider {
  entityId: string;
  acsUrl: string;
  nameId: 'email' | 'persistent' | 'transient';
  signResponse: boolean;
  signAssertion: boolean;
  encryptAssertion: boolean;
  demandSignedRequest: boolean;
  /** Single logout, signed and verified, by this binding. */
  logout?: { url: string; binding: 'HTTP-Redirect' | 'HTTP-POST' };
  /** Base64 of the DER, without PEM's lines. */
  certificates: { signing?: string; encryption?: string };
}

export interface SimpleSamlPhp extends Service {
  readonly metadataUrl: string;
  /** Adds or changes one; it counts from the next request on. */
  register(provider: ServiceProvider): void;
  /** Its own keys: `old` and `new` publish and sign with one, `both` publishes two and signs with the old one. */
  roll(keys: SigningKeys): void;
}

export type SigningKeys = 'old' | 'both' | 'new';

export async function startSimpleSamlPhp(): Promise<SimpleSamlPhp> {
  const providers = new Map<string, ServiceProvider>();
  const salt = randomBytes(16).toString('hex');
  let keys: SigningKeys = 'old';
  const write = (folder: string, baseUrl: string): void => {
    const settings = { baseUrl, salt, keys, people: people.map(attributesOf), serviceProviders: [...providers.values()] };
    // Put in its place whole: a request that reads it meanwhile finds the one or the other.
    writeFileSync(join(folder, 'settings.json.new'), JSON.stringify(settings));
    renameSync(join(folder, 'settings.json.new'), join(folder, 'settings.json'));
  };
  const service = await startService({ script: 'simplesamlphp', prepare: write });
  return {
    ...service,
    metadataUrl: `${service.url}/simplesaml/saml2/idp/metadata.php`,
    register(provider) {
      providers.set(provider.entityId, provider);
      write(service.folder, service.url);
    },
    roll(wanted) {
      keys = wanted;
      write(service.folder, service.url);
    },
  };
}

function attributesOf({ name, password, ...person }: (typeof people)[number]): object {
  const attributes = {
    [SAML_ATTRIBUTES.userId]: [name],
    [SAML_ATTRIBUTES.email]: [person.email],
    [SAML_ATTRIBUTES.firstName]: [person.firstName],
    [SAML_ATTRIBUTES.lastName]: [person.lastName],
    [SAML_ATTRIBUTES.phone]: [person.phone],
    [SAML_ATTRIBUTES.groups]: person.groups,
    [SAML_ATTRIBUTES.roles]: person.roles,
  };
  return { name, password, attributes };
}
