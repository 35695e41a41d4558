import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CertifiedKey, makeCertifiedKey } from '#test/saml/certificate.ts';
import { freePort, type Service, startService } from './service.ts';

/** The person whom LemonLDAP::NG's own demonstration knows; the groups are ours. */
export const doctor = { name: 'dwho', password: 'dwho', email: 'dwho@badwolf.org', displayName: 'Doctor Who' } as const;

/** We as its service provider, with options as its manager names them, without their prefix. */
export interface LemonServiceProvider {
  name: string;
  metadata: string;
  options?: Record<string, string | number>;
}

/** We as its relying party, likewise. */
export interface LemonRelyingParty {
  name: string;
  secret: string;
  redirectUri: string;
  options?: Record<string, string | number>;
}

export interface LemonLdap {
  /** With the slash at its end: so it writes itself. */
  readonly issuer: string;
  readonly samlMetadataUrl: string;
  /** It forgets everybody else and starts again. */
  trust(partners: { saml: readonly LemonServiceProvider[]; oidc: readonly LemonRelyingParty[] }): Promise<void>;
  stop(): Promise<void>;
}

export async function startLemonLdap(): Promise<LemonLdap> {
  const port = await freePort();
  const key = makeCertifiedKey();
  const start = (partners: object): Promise<Service> =>
    startService({
      script: 'lemonldap',
      port,
      prepare: (folder, url) => {
        mkdirSync(join(folder, 'conf'), { recursive: true });
        writeFileSync(join(folder, 'conf/lmConf-1.json'), JSON.stringify({ ...portal(folder, `${url}/`, key), ...partners }));
      },
    });
  let service = await start({});
  return {
    issuer: `${service.url}/`,
    samlMetadataUrl: `${service.url}/saml/metadata`,
    async trust({ saml, oidc }) {
      await service.stop();
      service = await start({ ...serviceProviders(saml), ...relyingParties(oidc) });
    },
    stop: () => service.stop(),
  };
}

function portal(folder: string, url: string, { privateKeyPem, publicKey, certificatePem }: CertifiedKey): object {
  const files = (name: string): object => ({
    Directory: join(folder, name),
    LockDirectory: join(folder, name, 'lock'),
    generateModule: 'Lemonldap::NG::Common::Apache::Session::Generate::SHA256',
  });
  return {
    cfgNum: 1,
    cfgDate: 1,
    cfgVersion: '2.16.1',
    portal: url,
    domain: '127.0.0.1',
    authentication: 'Demo',
    userDB: 'Same',
    passwordDB: 'Demo',
    registerDB: 'Demo',
    key: 'only-for-a-test-on-loopback',
    requireToken: 0,
    cspFormAction: '*',
    // What it would need more packages for.
    captcha: 'NoCaptcha',
    portalDisplayRegister: 0,
    portalDisplayResetPassword: 0,
    demoExportedVars: { uid: 'uid', cn: 'cn', mail: 'mail' },
    locationRules: { '127.0.0.1': { default: 'accept' } },
    exportedHeaders: {},
    exportedVars: {},
    applicationList: {},
    groups: { engineering: '$uid eq "dwho"', 'all-staff': '1', 'vpn-users': '1' },
    macros: { _whatToTrace: '$uid', verified: '1' },
    whatToTrace: '_whatToTrace',
    globalStorage: 'Apache::Session::File',
    globalStorageOptions: files('sessions'),
    persistentStorage: 'Apache::Session::File',
    persistentStorageOptions: files('persistent'),
    notificationStorage: 'File',
    notificationStorageOptions: { dirName: join(folder, 'notifications') },
    localSessionStorage: 'Cache::FileCache',
    localSessionStorageOptions: {
      cache_root: join(folder, 'cache'),
      cache_depth: 1,
      namespace: 'sessions',
      default_expires_in: 600,
    },
    issuerDBSAMLActivation: 1,
    samlServicePrivateKeySig: privateKeyPem,
    samlServicePublicKeySig: certificatePem,
    samlServicePrivateKeyEnc: privateKeyPem,
    samlServicePublicKeyEnc: certificatePem,
    samlServiceUseCertificateInResponse: 1,
    samlServiceSignatureMethod: 'RSA_SHA256',
    issuerDBOpenIDConnectActivation: 1,
    oidcServicePrivateKeySig: privateKeyPem,
    oidcServicePublicKeySig: String(publicKey.export({ type: 'spki', format: 'pem' })),
    oidcServiceKeyIdSig: 'lemon-1',
    oidcServiceIgnoreScopeForClaims: 1,
  };
}

const prefixed = (prefix: string, options: object): object =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [prefix + name, value]));

function serviceProviders(partners: readonly LemonServiceProvider[]): object {
  const each = (make: (partner: LemonServiceProvider) => object): object =>
    Object.fromEntries(partners.map((partner) => [partner.name, make(partner)]));
  return {
    samlSPMetaDataXML: each(({ metadata }) => ({ samlSPMetaDataXML: metadata })),
    samlSPMetaDataOptions: each(({ options }) =>
      prefixed('samlSPMetaDataOptions', {
        CheckSSOMessageSignature: 1,
        SignSSOMessage: 1,
        EncryptionMode: 'none',
        ForceUTF8: 1,
        NotOnOrAfterTimeout: 300,
        SessionNotOnOrAfterTimeout: 3600,
        ...options,
      }),
    ),
    samlSPMetaDataExportedAttributes: each(() => ({ mail: '1;mail;;', uid: '1;uid;;', cn: '1;cn;;', groups: '1;groups;;' })),
  };
}

function relyingParties(partners: readonly LemonRelyingParty[]): object {
  const each = (make: (partner: LemonRelyingParty) => object): object =>
    Object.fromEntries(partners.map((partner) => [partner.name, make(partner)]));
  return {
    oidcRPMetaDataOptions: each(({ name, secret, redirectUri, options }) =>
      prefixed('oidcRPMetaDataOptions', {
        ClientID: name,
        ClientSecret: secret,
        RedirectUris: redirectUri,
        IDTokenSignAlg: 'RS256',
        BypassConsent: 1,
        ...options,
      }),
    ),
    oidcRPMetaDataExportedVars: each(() => ({
      email: 'mail',
      email_verified: 'verified;bool',
      name: 'cn',
      groups: 'groups;string;array',
    })),
  };
}
