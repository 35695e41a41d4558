import { randomBytes } from 'node:crypto';
import type { ConnectionId, TenantId, UserId } from '#kernel/ids.ts';
import { type OidcIdp, startOidcIdp } from '#test/oidc/index.ts';
import { createSamlIdp, type SamlIdp } from '#test/saml/idp.ts';
import { Journey, type Provider, type Target } from './journey.ts';
import type { MeasuredGateway } from './process.ts';
import type { Sample } from './seed.ts';

export type Protocol = 'saml' | 'oidc';

const REDIRECT_URI = 'http://127.0.0.1:9/callback';

/** Ten attributes, thirty of whose values are groups: a response of some seven kilobytes with one RSA-2048 signature. */
const GROUPS = Array.from({ length: 30 }, (_, at) => `cn=department-${String(at).padStart(2, '0')},ou=groups,dc=acme,dc=example`);
const PERSON = { email: 'alice@acme.example', givenName: 'Alice', sn: 'Archer', telephoneNumber: '+15550100', locale: 'en-GB' };
const REST = { department: 'Research', costCentre: '4711', employeeNumber: '100042', title: 'Engineer' };

/** A provider in this process and the sample tenant that is connected to it. */
export interface Scenario {
  readonly protocol: Protocol;
  readonly provider: Provider;
  readonly sample: Sample;
  readonly target: Target;
  close(): Promise<void>;
}

export async function openScenario(gateway: MeasuredGateway, protocol: Protocol): Promise<Scenario> {
  const operator = callerOf(gateway.serverUrl, gateway.operatorToken);
  const name = `acme-${protocol}`;
  const tenant = await operator('/api/v1/tenants', { name, displayName: 'Acme' });
  const tenantUrl = `${gateway.serverUrl}/t/${name}`;
  const api = callerOf(tenantUrl, gateway.operatorToken);
  const application = await api('/api/v1/applications', { name: 'Bench', kind: 'confidential', redirectUris: [REDIRECT_URI] });
  const upstream = protocol === 'saml' ? samlUpstream() : await oidcUpstream();
  const connection = await api('/api/v1/identity-providers', {
    name: 'Acme',
    slug: protocol,
    enabled: true,
    users: { create: true, update: true },
    groupSync: 'sync',
    groupMappings: GROUPS.map((external, at) => ({ external, group: `Department ${at}` })),
    authentication: { enabled: true, default: false, domains: [], userAttribute: 'email', claim: 'email' },
    ...upstream.document(`${tenantUrl}/sso/${protocol}/callback`),
  });
  const target = {
    tenantUrl,
    slug: protocol,
    clientId: application.id,
    clientSecret: application.clientSecret ?? '',
    redirectUri: REDIRECT_URI,
  };
  await new Journey(target, upstream.provider).whole();
  const { items } = (await api('/api/v1/users')) as unknown as { items: { id: string }[] };
  const sample = {
    tenant: tenant.id as TenantId,
    connection: connection.id as ConnectionId,
    application: application.id,
    user: items[0]?.id as UserId,
  };
  return { protocol, provider: upstream.provider, sample, target, close: upstream.close };
}

interface Upstream {
  document(callback: string): object;
  provider: Provider;
  close(): Promise<void>;
}

function samlUpstream(): Upstream {
  const idp: SamlIdp = createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' });
  return {
    document: () => ({
      kind: 'saml',
      claims: { email: 'email', firstName: 'givenName', lastName: 'sn', groups: 'groups' },
      saml: {
        issuer: idp.entityId,
        ssoUrl: idp.ssoUrl,
        verificationCertificates: [idp.keys.certificatePem],
        signRequests: process.env['BENCH_SIGN_REQUESTS'] === 'on',
      },
    }),
    async provider({ tenantUrl, slug }, sentTo) {
      const url = new URL(sentTo);
      const { id } = idp.readRequest({ url });
      const acsUrl = `${tenantUrl}/sso/${slug}/acs`;
      const response = idp.respond({
        to: { acsUrl, spEntityId: `${tenantUrl}/sso/${slug}/metadata`, inResponseTo: id },
        nameId: 'alice-0001',
        attributes: { ...PERSON, ...REST, groups: GROUPS },
        sign: 'assertion',
      });
      return {
        url: acsUrl,
        form: new URLSearchParams({ SAMLResponse: response, RelayState: url.searchParams.get('RelayState') ?? '' }).toString(),
      };
    },
    close: async () => {},
  };
}

async function oidcUpstream(): Promise<Upstream> {
  const { givenName, sn, email } = PERSON;
  const idp: OidcIdp = await startOidcIdp({
    alg: 'RS256',
    person: { email, email_verified: true, given_name: givenName, family_name: sn, groups: GROUPS, ...REST },
  });
  const secret = randomBytes(24).toString('hex');
  const redirectUris: string[] = [];
  idp.clients.set('bench', { clientId: 'bench', authentication: 'client_secret_basic', secret, redirectUris });
  return {
    document: (callback) => {
      redirectUris.push(callback);
      return { kind: 'oidc', oidc: { clientId: 'bench', clientSecret: secret, issuer: idp.issuer } };
    },
    async provider({ tenantUrl, slug }, sentTo) {
      const callback = `${tenantUrl}/sso/${slug}/callback`;
      if (!redirectUris.includes(callback)) redirectUris.push(callback);
      return { url: `${callback}?${new URLSearchParams(await idp.authorize(sentTo))}` };
    },
    close: () => idp.close(),
  };
}

type Called = Record<string, string> & { id: string };

function callerOf(base: string, token: string): (path: string, body?: object) => Promise<Called> {
  return async (path, body) => {
    const answer = await fetch(`${base}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Called;
  };
}
