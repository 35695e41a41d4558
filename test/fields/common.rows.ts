import assert from 'node:assert/strict';
import { Agent } from '../kit/agent.ts';
import { makeCertifiedKey } from '../kit/saml/certificate.ts';
import { as, asks, isLetIn, type OidcPlace, sent } from './oidc.place.ts';
import type { Rows } from './row.ts';

/** The page that lists the providers. */
const page = async ({ tenant }: OidcPlace): Promise<string> => (await new Agent().get(`${tenant.url}/sign-in`)).body;

const shows =
  (pattern: RegExp) =>
  async (place: OidcPlace): Promise<string | null> =>
    pattern.exec(await page(place))?.[1] ?? null;

/** Where a sign-in goes that names no provider: to which path of which host. */
const goes =
  (more: (place: OidcPlace) => Record<string, string> = () => ({})) =>
  async (place: OidcPlace): Promise<string | undefined> => {
    const { location, code } = await sent(place, more(place));
    return code ?? location.split('?')[0]?.replace(place.tenant.url, 'here').replace(place.first.issuer, 'provider');
  };

const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** A second provider, so that there is something to choose. */
async function addOther({ api, first }: OidcPlace): Promise<void> {
  const oidc = { clientId: 'other', clientSecret: 'another-secret', issuer: first.issuer };
  const document = { kind: 'oidc', name: 'Other', slug: 'other', enabled: true, oidc };
  const { status } = await api.call('POST', '/api/v1/identity-providers', document);
  if (status !== 409) assert.ok(status === 201, String(status));
}

const beside =
  (see: (place: OidcPlace) => Promise<unknown>) =>
  async (place: OidcPlace): Promise<unknown> => {
    await addOther(place);
    return see(place);
  };

/** Somebody whom an administrator made, with these attributes. */
const known =
  (attributes: (place: OidcPlace) => object, see: (place: OidcPlace) => Promise<unknown>) =>
  async (place: OidcPlace): Promise<unknown> => {
    await place.api.call('POST', '/api/v1/users', attributes(place));
    return see(place);
  };

const saml = {
  issuer: 'https://idp.example/saml',
  ssoUrl: 'https://idp.example/sso',
  verificationCertificates: [makeCertifiedKey().certificatePem],
};

/** What every provider has, whatever its protocol. */
export const common: Rows<OidcPlace> = {
  settings: [
    {
      field: '/kind',
      does: 'is the protocol that is spoken with the provider',
      how: 'POST',
      value: 'saml',
      patch: { kind: 'saml', saml },
      see: async (place) => new URL((await sent(place)).location).searchParams.has('SAMLRequest'),
      before: false,
      after: true,
    },
    {
      field: '/preset',
      does: 'fills in what that vendor wants to be asked',
      how: 'POST',
      value: 'google',
      see: asks('scope'),
      before: 'openid profile email offline_access',
      after: 'openid profile email',
    },
    {
      field: '/name',
      does: 'is on the button of the sign-in page',
      value: 'Globex Workforce',
      see: shows(/(Globex Workforce)/),
      before: null,
      after: 'Globex Workforce',
    },
    {
      field: '/slug',
      does: 'is in every address of the provider',
      how: 'POST',
      value: 'globex',
      see: async (place) => (await asks('redirect_uri')(place))?.toString().replace(place.tenant.url, ''),
      before: '/sso/acme/callback',
      after: '/sso/globex/callback',
    },
    {
      field: '/enabled',
      does: 'lets people sign in through it',
      given: { enabled: false },
      value: true,
      see: goes(),
      before: 'sign_in.no_connection',
      after: 'provider/authorize',
    },
    {
      field: '/authentication/enabled',
      does: 'off keeps people from signing in through it, whatever else it is for',
      value: false,
      see: goes(),
      before: 'provider/authorize',
      after: 'sign_in.no_connection',
    },
    {
      field: '/authentication/default',
      does: 'sends every sign-in there that names no other',
      value: true,
      see: beside(goes()),
      before: 'here/sign-in',
      after: 'provider/authorize',
    },
    {
      field: '/authentication/domains',
      does: 'sends people of these domains there',
      value: ({ tenant }: OidcPlace) => [`${tenant.name}.example`],
      see: beside(goes(({ email }) => ({ login_hint: email }))),
      before: 'here/sign-in',
      after: 'provider/authorize',
    },
    {
      field: '/authentication/userAttribute',
      does: 'is the attribute of the account that identifies the person',
      given: { authentication: { claim: 'number' } },
      value: 'userId',
      see: as(
        { number: 'n-7' },
        known(({ email }) => ({ email, userId: 'n-7' }), isLetIn),
      ),
      before: 'admission.no_account',
      after: 'in',
    },
    {
      field: '/authentication/claim',
      does: 'is the claim that identifies the person',
      given: { authentication: { userAttribute: 'userId' } },
      value: 'number',
      see: as(
        { number: 'n-7' },
        known(({ email }) => ({ email, userId: 'n-7' }), isLetIn),
      ),
      before: 'admission.no_account',
      after: 'in',
    },
    {
      field: '/authentication/matchAttributes',
      does: 'keeps out whose other attributes differ from the account',
      value: { firstName: 'given_name' },
      see: known(({ email }) => ({ email, firstName: 'Alicia' }), isLetIn),
      before: 'in',
      after: 'admission.attribute_mismatch',
    },
    {
      field: '/branding/buttonText',
      does: 'is the text of the button',
      value: 'Enter the building',
      see: shows(/(Enter the building)/),
      before: null,
      after: 'Enter the building',
    },
    {
      field: '/branding/buttonImage',
      does: 'is the image of the button',
      value: PIXEL,
      see: shows(/<img[^>]*src="(data:[^"]*)"/),
      before: null,
      after: PIXEL,
    },
  ],
};
