import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import { type Service, startService } from './service.ts';

/** What it does otherwise than pysaml2 does by itself. */
export interface Mood {
  wantSigned?: boolean;
  signAssertion?: boolean;
  signResponse?: boolean;
  signature?: string;
  digest?: string;
  encrypt?: boolean;
  /** Sends eduPersonTargetedID, a NameID in an attribute. */
  targetedId?: boolean;
  /** Looks over the NameIDPolicy of the request, and sends a transient name. */
  ignorePolicy?: boolean;
}

export interface Pysaml2 extends Service {
  readonly metadataUrl: string;
  /** It trusts this service provider alone. */
  trust(metadata: string): Promise<void>;
  be(mood: Mood): Promise<void>;
}

/** Attributes by their names in `urn:oasis:names:tc:SAML:2.0:attrname-format:uri`. */
export const PYSAML2_ATTRIBUTES = {
  email: 'urn:oid:0.9.2342.19200300.100.1.3',
  userId: 'urn:oid:0.9.2342.19200300.100.1.1',
  firstName: 'urn:oid:2.5.4.42',
  lastName: 'urn:oid:2.5.4.4',
  groups: 'urn:oid:1.3.6.1.4.1.5923.1.1.1.1',
  roles: 'urn:oid:1.3.6.1.4.1.5923.1.1.1.7',
} as const;

export async function startPysaml2(): Promise<Pysaml2> {
  const service = await startService({
    script: 'pysaml2',
    prepare: (folder) => {
      const { privateKeyPem, certificatePem } = makeCertifiedKey();
      writeFileSync(join(folder, 'key.pem'), privateKeyPem);
      writeFileSync(join(folder, 'certificate.pem'), certificatePem);
    },
  });
  const put = async (path: string, body: string): Promise<void> => {
    const { ok, status } = await fetch(service.url + path, { method: 'PUT', body });
    if (!ok) throw new Error(`pysaml2's identity provider answers ${status} to PUT ${path}`);
  };
  return {
    ...service,
    metadataUrl: `${service.url}/metadata`,
    trust: (metadata) => put('/partners', metadata),
    be: (mood) => put('/mood', JSON.stringify(mood)),
  };
}
