import { asks, CREATES, isLetIn, type OidcPlace, user } from './oidc.place.ts';
import type { Document, Setting } from './row.ts';

type See = (place: OidcPlace) => Promise<unknown>;

/** Only one of the two sources says who the person is. */
const nameOnlyIn =
  (source: 'token' | 'userinfo'): See =>
  (place) => {
    if (source === 'token') place.first.nextUserinfo({ json: { given_name: undefined } });
    else place.first.nextToken({ claims: { given_name: undefined } });
    return user('firstName')(place);
  };

/** What the person did at the provider, and whether it is enough. */
const having =
  (claims: Document): See =>
  (place) => {
    place.first.nextToken({ claims });
    return isLetIn(place);
  };

const LONG_AGO = 1_000_000_000;
const demands = (fields: Document): Document => ({ ...CREATES, oidc: fields });

/** What is asked of the provider, and what must come back. */
export const request: readonly Setting<OidcPlace>[] = [
  {
    field: '/oidc/scopes',
    does: 'are what is asked for',
    value: ['openid', 'email', 'department'],
    see: asks('scope'),
    before: 'openid profile email offline_access',
    after: 'openid email department',
  },
  {
    field: '/oidc/idTokenClaims',
    does: 'are the only claims that are read from the ID token',
    given: CREATES,
    how: 'POST',
    value: ['email', 'email_verified'],
    see: nameOnlyIn('token'),
    before: 'Alice',
    after: null,
  },
  {
    field: '/oidc/userinfoClaims',
    does: 'are the only claims that are read from userinfo',
    given: CREATES,
    how: 'POST',
    value: ['family_name'],
    see: nameOnlyIn('userinfo'),
    before: 'Alice',
    after: null,
  },
  {
    field: '/oidc/maxAgeSeconds',
    does: 'is asked for',
    value: 900,
    see: asks('max_age'),
    before: null,
    after: '900',
  },
  {
    field: '/oidc/maxAgeSeconds',
    does: 'keeps out who signed in at the provider longer ago',
    given: CREATES,
    value: 900,
    see: having({ auth_time: LONG_AGO }),
    before: 'in',
    after: 'oidc.authentication_too_old',
  },
  {
    field: '/oidc/acrValues',
    does: 'are asked for',
    value: ['phr', 'phrh'],
    see: asks('acr_values'),
    before: null,
    after: 'phr phrh',
  },
  {
    field: '/oidc/acrValues',
    does: 'must come back',
    given: CREATES,
    value: ['phr'],
    see: having({ acr: 'pwd' }),
    before: 'in',
    after: 'oidc.context_mismatch',
  },
  {
    field: '/oidc/amrValues',
    does: 'are asked for',
    value: ['otp'],
    see: asks('claims'),
    before: null,
    after: '{"id_token":{"amr":{"essential":true,"values":["otp"]}}}',
  },
  {
    field: '/oidc/amrValues',
    does: 'must come back',
    given: CREATES,
    value: ['otp'],
    see: having({ amr: ['pwd'] }),
    before: 'in',
    after: 'oidc.methods_mismatch',
  },
  {
    field: '/oidc/enforceContext',
    does: 'off lets in whose answer does not carry what was asked',
    given: demands({ acrValues: ['phr'], amrValues: ['otp'], maxAgeSeconds: 900 }),
    value: false,
    see: having({ acr: 'pwd', amr: ['pwd'], auth_time: LONG_AGO }),
    before: 'oidc.authentication_too_old',
    after: 'in',
  },
];
