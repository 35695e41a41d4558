import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { certify, makeCertifiedKey } from '../kit/saml/certificate.ts';
import { EMAIL, PASSWORD_CONTEXT, PERSISTENT } from '../kit/saml/templates.ts';
import { patch, type Rows, type Setting } from './row.ts';
import { asks, isLetIn, ownCertificate, type SamlPlace, type See, sent } from './saml.place.ts';

const MFA = 'urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken';
const SP = 'https://sp.acme.example';
const other = makeCertifiedKey();
/** Of a key that is trusted, and over. */
const expired = certify(other.privateKey, other.publicKey, { notAfter: new Date('2021-01-01T00:00:00Z') });
const byOther = { signing: { key: other.privateKey, certificateBase64: other.certificateBase64 } };

/** Reads what the provider publishes, now. */
const refreshed: See = async ({ api, id, metadata }) => {
  const { status, json } = await api.call<{ state: string; url: string; problem: { code: string } | null }>(
    'POST',
    `/api/v1/identity-providers/${id}/refresh`,
  );
  return json.url === metadata.url ? (json.problem?.code ?? json.state) : status;
};

const addresses: Setting<SamlPlace>[] = [
  {
    field: '/saml/spEntityId',
    does: 'is who we are in requests and metadata, and whom assertions must be for',
    value: SP,
    see: async (place) => {
      const metadata = await fetch(`${place.tenant.url}/sso/acme/metadata`).then((answer) => answer.text());
      const { url } = place.tenant;
      const audience = await isLetIn({ to: { spEntityId: SP, acsUrl: `${url}/sso/acme/acs` } })(place);
      return [await asks(({ request }) => request.issuer === SP)(place), metadata.includes(`entityID="${SP}"`), audience];
    },
    before: [false, false, 'saml.audience_mismatch'],
    after: [true, true, 'in'],
  },
  {
    field: '/saml/issuer',
    does: 'is the only provider whose assertions count',
    value: 'https://other.example/saml',
    see: isLetIn(),
    before: 'in',
    after: 'saml.issuer_mismatch',
  },
  {
    field: '/saml/ssoUrl',
    does: 'is where people are sent',
    value: 'https://idp.example/other',
    see: asks(({ url, request }) => [url.origin + url.pathname, request.destination]),
    before: ['https://idp.example/sso', 'https://idp.example/sso'],
    after: ['https://idp.example/other', 'https://idp.example/other'],
  },
  {
    field: '/saml/ssoBinding',
    does: 'post sends the request in a form',
    value: 'post',
    see: asks(({ binding }) => binding),
    before: 'redirect',
    after: 'post',
  },
  {
    field: '/saml/metadataUrl',
    does: 'is where certificates are learnt from',
    value: ({ metadata }: SamlPlace) => metadata.url,
    see: async (place) => {
      place.metadata.text = place.idp.metadata({ moreCertificates: [other.certificateBase64] });
      return [await refreshed(place), await isLetIn(byOther)(place)];
    },
    before: [409, 'xml.signature_value'],
    after: ['succeeded', 'in'],
  },
  {
    field: '/saml/metadataCertificates',
    does: 'are who must have signed the metadata',
    value: [other.certificatePem],
    see: async (place) => {
      await patch(place, { saml: { metadataUrl: place.metadata.url } });
      return refreshed(place);
    },
    before: 'succeeded',
    after: 'saml_metadata.signature_refused',
  },
];

const signatures: Setting<SamlPlace>[] = [
  {
    field: '/saml/verificationCertificates',
    does: 'are the keys that are believed',
    value: ({ idp }: SamlPlace) => [idp.keys.certificatePem, other.certificatePem],
    see: isLetIn(byOther),
    before: 'xml.signature_value',
    after: 'in',
  },
  {
    field: '/saml/requireValidCertificates',
    does: 'refuses what is signed with a certificate that is over',
    given: { saml: { verificationCertificates: [expired.certificatePem] } },
    value: true,
    see: isLetIn({ signing: { key: expired.privateKey, certificateBase64: expired.certificateBase64 } }),
    before: 'in',
    after: 'saml.certificate_expired',
  },
  ...(
    [
      ['assertion', 'response'],
      ['response', 'assertion'],
      ['both', 'assertion'],
    ] as const
  ).map(
    ([value, sign]): Setting<SamlPlace> => ({
      field: '/saml/verifySignatureOf',
      does: `${value} refuses where only the ${sign} is signed`,
      value,
      see: isLetIn({ sign }),
      before: 'in',
      after: 'saml.signature_missing',
    }),
  ),
  {
    field: '/saml/signRequests',
    does: 'off sends requests without a signature; on, they are signed with the key of the connection',
    value: false,
    see: async (place) => {
      const { url } = await sent(place);
      return place.idp.readRequest({ url }, await ownCertificate(place, 'signing')).signature;
    },
    before: 'verified',
    after: 'absent',
  },
];

const ROLE = '<saml:Attribute Name="Role"><saml:AttributeValue>app_viewer</saml:AttributeValue></saml:Attribute>';
const withTwoRoles = (xml: string): string => xml.replace('</saml:AttributeStatement>', `${ROLE}${ROLE}$&`);

const requests: Setting<SamlPlace>[] = [
  {
    field: '/saml/nameIdFormat',
    does: 'is asked for',
    value: EMAIL,
    see: asks(({ request }) => request.nameIdFormat ?? null),
    before: null,
    after: EMAIL,
  },
  {
    field: '/saml/nameIdFormat',
    does: 'must come back',
    value: EMAIL,
    see: isLetIn({ nameId: { value: 'alice-0001', format: PERSISTENT } }),
    before: 'in',
    after: 'saml.name_id_format_mismatch',
  },
  {
    field: '/saml/preferredNameIdFormat',
    does: 'is asked for, and another one is taken',
    value: EMAIL,
    see: async (place) => [
      await asks(({ request }) => request.nameIdFormat ?? null)(place),
      await isLetIn({ nameId: { value: 'alice-0001', format: PERSISTENT } })(place),
    ],
    before: [null, 'in'],
    after: [EMAIL, 'in'],
  },
  {
    field: '/saml/loginHintParameter',
    does: 'carries the user name that is known already',
    value: 'username',
    see: asks(({ request }) => request.otherParameters, { login_hint: 'alice@acme.example' }),
    before: {},
    after: { username: 'alice@acme.example' },
  },
  {
    field: '/saml/forceAuthn',
    does: 'asks for a fresh sign-in, and refuses another',
    value: true,
    see: async (place) => [
      await asks(({ request }) => request.forceAuthn)(place),
      await isLetIn({ authn: { authnInstant: '2020-01-01T00:00:00Z' } })(place),
    ],
    before: [false, 'in'],
    after: [true, 'saml.authentication_too_old'],
  },
  {
    field: '/saml/requestedAuthnContexts',
    does: 'are asked for, and one must come back',
    value: [MFA],
    see: async (place) => [
      await asks(({ request }) => request.requestedContexts)(place),
      await isLetIn({ authn: { contextClass: PASSWORD_CONTEXT } })(place),
    ],
    before: [[], 'in'],
    after: [[MFA], 'saml.authn_context_mismatch'],
  },
  {
    field: '/saml/repeatableAttributes',
    does: 'lets an attribute come twice',
    value: ['Role'],
    see: isLetIn({ beforeSigning: { assertion: withTwoRoles } }),
    before: 'saml.attribute_duplicate',
    after: 'in',
  },
  {
    field: '/saml/enforceContext',
    does: 'off lets in whose answer does not carry what was asked',
    given: { saml: { requestedAuthnContexts: [MFA] } },
    value: false,
    see: isLetIn({ authn: { contextClass: PASSWORD_CONTEXT } }),
    before: 'saml.authn_context_mismatch',
    after: 'in',
  },
];

const sha256 = (certificate: string): string =>
  createHash('sha256')
    .update(Buffer.from(certificate.replace(/-----[^-]*-----|\s/g, ''), 'base64'))
    .digest('hex');

/** A SAML provider; groups that do not fit into an assertion are in `entra.rows.ts`. */
export const saml: Rows<SamlPlace> = {
  settings: [...addresses, ...signatures, ...requests],
  fixed: [
    {
      field: '/saml/acsUrl',
      does: 'is where answers arrive; it is shown, and asked for',
      refused: { value: 'https://elsewhere.example/acs', code: 'read_only' },
      check: async (place) => {
        const { json } = await place.api.call('GET', `/api/v1/identity-providers/${place.id}`);
        assert.equal(json.saml.acsUrl, `${place.tenant.url}/sso/acme/acs`);
        assert.equal(await asks(({ request }) => request.acsUrl)(place), json.saml.acsUrl);
      },
    },
    {
      field: '/saml/keys',
      does: 'are ours: made by the gateway, published, used',
      refused: { value: { signing: [] }, code: 'unknown_field' },
      check: async (place) => {
        const metadata = await fetch(`${place.tenant.url}/sso/acme/metadata`).then((answer) => answer.text());
        const published = [...metadata.matchAll(/X509Certificate>([^<]*)</g)].map(([, text = '']) => sha256(text));
        for (const use of ['signing', 'decryption'] as const)
          assert.ok(published.includes(sha256(await ownCertificate(place, use))), use);
        const certificatePem = await ownCertificate(place, 'decryption');
        assert.equal(await isLetIn({ encryptTo: { certificatePem } })(place), 'in');
      },
    },
  ],
};
