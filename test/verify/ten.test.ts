import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Agent } from '../kit/agent.ts';
import { freePort } from '../kit/gateway.ts';
import { makeCertifiedKey } from '../kit/saml/certificate.ts';
import { createSamlIdp, type SamlIdp } from '../kit/saml/idp.ts';
import { EMAIL, PERSISTENT, statusXml } from '../kit/saml/templates.ts';
import { ALICE, type OidcConnection, openScene, type SamlConnection, type Scene, type TestTenant } from '../kit/scene.ts';
import { readReport, startVerify, type TestReport, verifyByOidc, verifyBySaml } from './kit.ts';

/** What the first line must say: where, which setting, and the values in question. */
interface Wanted {
  code: string;
  where: string;
  pointer?: string;
  says: readonly (string | RegExp)[];
}

interface Set {
  scene: Scene;
  acme: TestTenant;
}

interface Row {
  name: string;
  wanted: (made: Connected) => Wanted;
  play(set: Set): Promise<Connected & { report: TestReport }>;
}
type Connected = { oidc?: OidcConnection; saml?: SamlConnection };

const RESPONDER = 'urn:oasis:names:tc:SAML:2.0:status:Responder';
const REQUESTER = 'urn:oasis:names:tc:SAML:2.0:status:Requester';
const NOW = (): number => Math.floor(Date.now() / 1000);

const samlIdp = (change: Partial<Parameters<typeof createSamlIdp>[0]> = {}): SamlIdp =>
  createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso', ...change });

async function byOidc({ scene, acme }: Set, bend: (connection: OidcConnection) => void, document: Record<string, unknown> = {}) {
  const oidc = await acme.connectOidc(await scene.startOidcIdp(), { enabled: false, ...document });
  bend(oidc);
  return { oidc, report: (await verifyByOidc(acme, oidc)).report };
}

async function bySaml(
  { acme }: Set,
  change: Parameters<typeof verifyBySaml>[2],
  { document = {}, idp = samlIdp() }: { document?: Record<string, unknown>; idp?: SamlIdp } = {},
) {
  const saml = await acme.connectSaml(idp, { enabled: false, ...document });
  return { saml, report: (await verifyBySaml(acme, saml, change)).report };
}

const rows: readonly Row[] = [
  {
    name: 'wrong client secret (OIDC)',
    play: (set) =>
      byOidc(set, ({ idp }) => {
        for (const client of idp.clients.values()) client.secret = 'another';
      }),
    wanted: ({ oidc }) => ({
      code: 'oidc.client_refused',
      where: 'here',
      pointer: '/oidc/clientSecret',
      says: [/^Change “Client secret” here/, String((oidc?.document.oidc as Record<string, unknown> | undefined)?.['clientId'])],
    }),
  },
  {
    name: 'the id of a secret in the place of its value (OIDC)',
    play: (set) => byOidc(set, () => {}, { oidc: { clientSecret: '3f0e6c2a-9c1b-4a57-8a6b-0d6c7e1f2a3b' } }),
    wanted: () => ({
      code: 'oidc.client_refused',
      where: 'here',
      pointer: '/oidc/clientSecret',
      says: [/looks like the id of a secret/],
    }),
  },
  {
    name: 'wrong issuer (OIDC)',
    play: (set) => byOidc(set, ({ idp }) => idp.nextToken({ claims: { iss: 'https://login.other.example' } })),
    wanted: ({ oidc }) => ({
      code: 'oidc.issuer_mismatch',
      where: 'here',
      pointer: '/oidc/issuer',
      says: [/^Change “Issuer” here/, 'https://login.other.example', oidc?.idp.issuer ?? ''],
    }),
  },
  {
    name: 'wrong issuer (SAML)',
    play: (set) => bySaml(set, {}, { document: { saml: { issuer: 'https://idp.acme.example/saml/' } } }),
    wanted: () => ({
      code: 'saml.issuer_mismatch',
      where: 'here',
      pointer: '/saml/issuer',
      says: [/^Change “Issuer \(entity ID of the provider\)” here/, '“https://idp.acme.example/saml”', /slash/],
    }),
  },
  {
    name: 'expired certificate (SAML)',
    play: async ({ acme }) => {
      const keys = makeCertifiedKey('rsa-2048', { commonName: 'old idp', notAfter: new Date('2026-01-31T00:00:00Z') });
      const saml = await acme.connectSaml(samlIdp({ keys }), { enabled: false });
      const ticket = await startVerify(acme, saml);
      await new Agent().get(ticket.url);
      return { saml, report: await readReport(acme.api, saml, ticket.id) };
    },
    wanted: () => ({
      code: 'saml.certificate_expired',
      where: 'here',
      pointer: '/saml/verificationCertificates',
      says: [/^Replace “Signing certificates of the provider” here/, '2026-01-31', 'old idp'],
    }),
  },
  {
    name: 'another certificate than the provider signs with (SAML)',
    play: (set) => bySaml(set, {}, { document: { saml: { verificationCertificates: [makeCertifiedKey().certificatePem] } } }),
    wanted: () => ({
      code: 'xml.signature_value',
      where: 'here',
      pointer: '/saml/verificationCertificates',
      says: [/^Change “Signing certificates of the provider” here/],
    }),
  },
  {
    name: 'wrong audience (OIDC)',
    play: (set) => byOidc(set, ({ idp }) => idp.nextToken({ claims: { aud: 'api://other' } })),
    wanted: () => ({
      code: 'oidc.audience_mismatch',
      where: 'here',
      pointer: '/oidc/clientId',
      says: [/^Compare “Client ID” here/, 'api://other'],
    }),
  },
  {
    name: 'wrong audience (SAML)',
    play: async ({ acme }) => {
      const saml = await acme.connectSaml(samlIdp(), { enabled: false });
      const change = { to: { acsUrl: saml.acsUrl, spEntityId: `${saml.spEntityId}/` } };
      return { saml, report: (await verifyBySaml(acme, saml, { change })).report };
    },
    wanted: ({ saml }) => ({
      code: 'saml.audience_mismatch',
      where: 'provider',
      pointer: '/saml/spEntityId',
      says: [/^At the provider, set the audience/, `“${saml?.spEntityId}”`, /slash too many/],
    }),
  },
  {
    name: 'clock ten minutes ahead (OIDC)',
    play: (set) => byOidc(set, ({ idp }) => idp.nextToken({ claims: { iat: NOW() + 600, exp: NOW() + 900 } })),
    wanted: () => ({
      code: 'oidc.token_not_yet_valid',
      where: 'provider',
      says: [/^Set the clock of the identity provider/, '10 minutes ahead of'],
    }),
  },
  {
    name: 'clock ten minutes behind (OIDC)',
    play: (set) => byOidc(set, ({ idp }) => idp.nextToken({ claims: { iat: NOW() - 600, exp: NOW() - 300 } })),
    wanted: () => ({ code: 'oidc.token_expired', where: 'provider', says: [/^Set the clock/, '10 minutes behind'] }),
  },
  {
    name: 'clock ten minutes ahead (SAML)',
    play: (set) => bySaml(set, { change: { now: new Date(Date.now() + 600_000) } }),
    wanted: () => ({ code: 'saml.issued_out_of_time', where: 'provider', says: [/^Set the clock/, '10 minutes ahead of'] }),
  },
  {
    name: 'clock ten minutes behind (SAML)',
    play: (set) => bySaml(set, { change: { now: new Date(Date.now() - 600_000) } }),
    wanted: () => ({ code: 'saml.confirmation_expired', where: 'provider', says: [/^Set the clock/, '10 minutes behind'] }),
  },
  {
    name: 'missing e-mail claim (OIDC)',
    play: (set) =>
      byOidc(set, ({ idp }) => {
        const { email: _, email_verified: __, ...rest } = idp.person;
        idp.person = rest;
      }),
    wanted: () => ({
      code: 'admission.claim_missing',
      where: 'provider',
      pointer: '/authentication/claim',
      says: [/^At the provider, send the claim “email”/, /These claims came: .*given_name/],
    }),
  },
  {
    name: 'missing e-mail claim (SAML)',
    play: (set) => {
      const { email: _, ...attributes } = ALICE;
      return bySaml(set, { change: { attributes } });
    },
    wanted: () => ({
      code: 'admission.claim_missing',
      where: 'provider',
      pointer: '/authentication/claim',
      says: [/^At the provider, send the claim “email”/, /givenName/],
    }),
  },
  {
    name: 'redirect URI registered without its slash, refused on the provider’s own page (OIDC)',
    play: async ({ scene, acme }) => {
      const oidc = await acme.connectOidc(await scene.startOidcIdp(), { enabled: false });
      for (const client of oidc.idp.clients.values()) client.redirectUris = [`${oidc.callbackUrl}/`];
      const ticket = await startVerify(acme, oidc);
      const sent = await new Agent().get(ticket.url);
      await assert.rejects(oidc.idp.authorize(sent.location ?? ''), /unknown redirect_uri/);
      const waiting = await readReport(acme.api, oidc, ticket.id);
      assert.equal(waiting.state, 'waiting');
      assert.ok(waiting.summary.whatToDo.includes(`“${oidc.callbackUrl}”`), waiting.summary.whatToDo);
      scene.gateway.advance(16 * 60);
      return { oidc, report: await readReport(acme.api, oidc, ticket.id) };
    },
    wanted: ({ oidc }) => ({
      code: 'verify.never_answered',
      where: 'provider',
      pointer: '/oidc/redirectUri',
      says: [/^At the provider, register exactly/, `“${oidc?.callbackUrl}”`, /no slash more or less/],
    }),
  },
  {
    name: 'redirect URI that differs at the token endpoint (OIDC)',
    play: (set) =>
      byOidc(set, ({ idp }) =>
        idp.nextTokenResponse({ status: 400, json: { error: 'invalid_grant', error_description: 'redirect_uri differs' } }),
      ),
    wanted: ({ oidc }) => ({
      code: 'oidc.code_refused',
      where: 'provider',
      pointer: '/oidc/redirectUri',
      says: [/^At the provider, register exactly/, `“${oidc?.callbackUrl}”`],
    }),
  },
  {
    name: 'ACS URL registered with a slash more (SAML)',
    play: async ({ acme }) => {
      const saml = await acme.connectSaml(samlIdp(), { enabled: false });
      const change = { to: { acsUrl: `${saml.acsUrl}/`, spEntityId: saml.spEntityId } };
      return { saml, report: (await verifyBySaml(acme, saml, { change })).report };
    },
    wanted: ({ saml }) => ({
      code: 'saml.destination_mismatch',
      where: 'provider',
      pointer: '/saml/acsUrl',
      says: [/^At the provider, set the ACS URL/, `exactly “${saml?.acsUrl}”`, /slash too many/],
    }),
  },
  {
    name: 'NameID format refused by the provider (SAML)',
    play: (set) =>
      bySaml(
        set,
        { change: { status: statusXml(REQUESTER, 'urn:oasis:names:tc:SAML:2.0:status:InvalidNameIDPolicy') } },
        { document: { saml: { nameIdFormat: PERSISTENT } } },
      ),
    wanted: () => ({
      code: 'saml.status_not_success',
      where: 'here',
      pointer: '/saml/nameIdFormat',
      says: [/^Change “NameID format” here/, PERSISTENT],
    }),
  },
  {
    name: 'another NameID format than asked for (SAML)',
    play: (set) =>
      bySaml(
        set,
        { change: { nameId: { value: 'alice@acme.example', format: EMAIL } } },
        { document: { saml: { nameIdFormat: PERSISTENT } } },
      ),
    wanted: () => ({
      code: 'saml.name_id_format_mismatch',
      where: 'here',
      pointer: '/saml/nameIdFormat',
      says: [/^Change “NameID format” here/, EMAIL, PERSISTENT],
    }),
  },
  {
    name: 'user not assigned (OIDC)',
    play: (set) =>
      byOidc(set, ({ idp }) =>
        idp.nextAuthorization({
          code: undefined,
          error: 'access_denied',
          error_description: 'User is not assigned to the client application.',
        }),
      ),
    wanted: () => ({ code: 'oidc.access_denied', where: 'provider', says: [/assign/i] }),
  },
  {
    name: 'user not assigned (Entra)',
    play: (set) =>
      byOidc(set, ({ idp }) =>
        idp.nextAuthorization({
          code: undefined,
          error: 'access_denied',
          error_description: 'AADSTS50105: The signed in user is not assigned to a role for the application.',
        }),
      ),
    wanted: () => ({ code: 'oidc.access_denied', where: 'provider', says: [/assign/i] }),
  },
  {
    name: 'user not assigned (SAML)',
    play: (set) =>
      bySaml(set, {
        change: { status: statusXml(RESPONDER, 'urn:oasis:names:tc:SAML:2.0:status:RequestDenied', 'not assigned') },
      }),
    wanted: () => ({ code: 'saml.status_not_success', where: 'provider', says: [/assign the person/] }),
  },
  {
    name: 'metadata unreachable (OIDC)',
    play: async ({ scene, acme }) => {
      const oidc = await acme.connectOidc(await scene.startOidcIdp(), { enabled: false });
      await oidc.idp.close();
      const ticket = await startVerify(acme, oidc);
      await new Agent().get(ticket.url);
      return { oidc, report: await readReport(acme.api, oidc, ticket.id) };
    },
    wanted: ({ oidc }) => ({
      code: 'oidc.keys_unavailable',
      where: 'network',
      pointer: '/oidc/jwksUri',
      says: [/^Make the signing keys reachable/, oidc?.idp.issuer ?? ''],
    }),
  },
  {
    name: 'metadata unreachable (SAML)',
    play: async ({ acme }) => {
      const metadataUrl = `http://127.0.0.1:${await freePort()}/metadata`;
      const saml = await acme.connectSaml(samlIdp(), { enabled: false, saml: { metadataUrl } });
      const ticket = await startVerify(acme, saml);
      await new Agent().get(ticket.url);
      return { saml, report: await readReport(acme.api, saml, ticket.id) };
    },
    wanted: () => ({
      code: 'fetch.unreachable',
      where: 'network',
      pointer: '/saml/metadataUrl',
      says: [/^Make “http:\/\/127\.0\.0\.1:\d+\/metadata” \(“Metadata address”\) reachable/],
    }),
  },
];

describe('A wrong configuration gives a report whose first line says what to change and where', () => {
  for (const { name, play, wanted } of rows) {
    it(name, async () => {
      const scene = await openScene();
      try {
        const acme = await scene.addTenant('acme');
        const { report, ...connected } = await play({ scene, acme });
        const { code, where, pointer, says } = wanted(connected);
        const { summary } = report;
        assert.deepEqual([summary.code, summary.where, summary.pointer], [code, where, pointer], JSON.stringify(summary));
        for (const words of says)
          assert.ok(
            typeof words === 'string' ? summary.whatToDo.includes(words) : words.test(summary.whatToDo),
            `${words} in: ${summary.whatToDo}`,
          );
        assert.ok(report.steps.length > 0);
      } finally {
        await scene.close();
      }
    });
  }
});
