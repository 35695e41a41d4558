import assert from 'node:assert/strict';
import { Agent, formOf } from '../kit/agent.ts';
import { demandXml, readLogout, redirected } from '../kit/saml/logout.ts';
import { codeFrom, redeem } from '../kit/scene.ts';
import { CREATES, type OidcPlace, sent } from './oidc.place.ts';
import type { Rows } from './row.ts';
import { respond, type SamlPlace, sent as sentBySaml } from './saml.place.ts';

/** Somebody signs in and out again; where the browser is sent then. */
async function leave(place: OidcPlace): Promise<string | undefined> {
  const { agent, asked, location } = await sent(place);
  const fields = await place.first.authorize(location);
  const back = await agent.get(`${new URL(location).searchParams.get('redirect_uri')}?${new URLSearchParams(fields)}`);
  const { status } = await redeem(place.tenant, await codeFrom(agent, back), asked);
  assert.equal(status, 200);
  return (await agent.post(`${place.tenant.url}/sign-out`, { answer: 'yes' })).location;
}

/** Signing out at an OpenID provider. */
export const logout: Rows<OidcPlace> = {
  settings: [
    {
      field: '/oidc/endSessionEndpoint',
      does: 'is where people are sent who sign out here',
      given: CREATES,
      value: ({ second }: OidcPlace) => `${second.issuer}/end-session`,
      see: async (place) => (await leave(place))?.split('?')[0],
      before: ({ first }: OidcPlace) => `${first.issuer}/end-session`,
      after: ({ second }: OidcPlace) => `${second.issuer}/end-session`,
    },
    {
      field: '/oidc/revocationEndpoint',
      does: 'is told of refresh tokens that nobody needs any more',
      given: CREATES,
      value: ({ second }: OidcPlace) => `${second.issuer}/revoke`,
      see: async (place) => {
        const count = (): number[] => [place.first.count('revoke'), place.second.count('revoke')];
        await place.revokeTokens();
        const [first = 0, second = 0] = count();
        await leave(place);
        await place.revokeTokens();
        const [firstNow = 0, secondNow = 0] = count();
        return { first: firstNow - first, second: secondNow - second };
      },
      before: { first: 1, second: 0 },
      after: { first: 0, second: 1 },
    },
  ],
  fixed: [
    {
      field: '/oidc/postLogoutRedirectUri',
      does: 'is where the provider sends people back to; it is shown, asked for, and answers',
      refused: { value: 'https://elsewhere.example/signed-out', code: 'read_only' },
      check: async (place) => {
        const { api, id, tenant } = place;
        const { json } = await api.call<{ oidc: { postLogoutRedirectUri: string } }>('GET', `/api/v1/identity-providers/${id}`);
        assert.equal(json.oidc.postLogoutRedirectUri, `${tenant.url}/sso/acme/signed-out`);
        const { status } = await api.call('PATCH', `/api/v1/identity-providers/${id}?override=a+test+says+so`, CREATES);
        assert.equal(status, 200);
        const asked = new URL((await leave(place)) ?? 'about:blank').searchParams;
        assert.equal(asked.get('post_logout_redirect_uri'), json.oidc.postLogoutRedirectUri);
        const answer = await new Agent().get(json.oidc.postLogoutRedirectUri);
        assert.equal(answer.location, `${tenant.url}/sign-out/done`);
      },
    },
  ],
};

/** Somebody signs in and out again; where the browser is sent then, how, and with what. */
async function leaveBySaml(place: SamlPlace): Promise<{ by: string; to: string; says: string }> {
  const { agent, request } = await sentBySaml(place);
  const SAMLResponse = respond(place, request);
  await agent.follow(await agent.post(request.acsUrl, { SAMLResponse, RelayState: request.relayState ?? '' }), (url) =>
    url.startsWith('http://127.0.0.1:9'),
  );
  const visit = await agent.post(`${place.tenant.url}/sign-out`, { answer: 'yes' });
  if (visit.location !== undefined) {
    const { kind, nameId, destination } = readLogout({ url: visit.location });
    return { by: 'redirect', to: destination ?? '', says: `${kind} of ${nameId}` };
  }
  if (!visit.body.includes('SAMLRequest')) return { by: 'nothing', to: 'nowhere', says: 'nothing' };
  const { kind, nameId, destination } = readLogout({ fields: formOf(visit).fields });
  return { by: 'post', to: destination ?? '', says: `${kind} of ${nameId}` };
}

const SLO = 'https://idp.example/slo';

/** Single logout. */
export const samlLogout: Rows<SamlPlace> = {
  settings: [
    {
      field: '/saml/sloUrl',
      does: 'is where people are sent who sign out here',
      value: SLO,
      see: leaveBySaml,
      before: { by: 'nothing', to: 'nowhere', says: 'nothing' },
      after: { by: 'redirect', to: SLO, says: 'LogoutRequest of alice-0001' },
    },
    {
      field: '/saml/sloBinding',
      does: 'post sends logout messages in a form',
      given: { saml: { sloUrl: SLO } },
      value: 'post',
      see: async (place) => (await leaveBySaml(place)).by,
      before: 'redirect',
      after: 'post',
    },
  ],
  fixed: [
    {
      field: '/saml/spSloUrl',
      does: 'is where logout messages are taken; it is shown, published, and answers',
      given: { saml: { sloUrl: SLO } },
      refused: { value: 'https://elsewhere.example/slo', code: 'read_only' },
      check: async ({ api, id, tenant, idp }) => {
        const { json } = await api.call<{ saml: { spSloUrl: string } }>('GET', `/api/v1/identity-providers/${id}`);
        const { spSloUrl } = json.saml;
        assert.equal(spSloUrl, `${tenant.url}/sso/acme/slo`);
        assert.ok((await (await fetch(`${tenant.url}/sso/acme/metadata`)).text()).includes(`Location="${spSloUrl}"`));
        const demand = demandXml(idp, { to: spSloUrl, nameId: 'alice-0001' });
        const { location } = await new Agent().get(`${spSloUrl}?${redirected(idp, demand)}`);
        assert.equal(readLogout({ url: location ?? '' }).kind, 'LogoutResponse');
      },
    },
  ],
};
