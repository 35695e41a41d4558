import assert from 'node:assert/strict';
import { Agent, codeOf, type Visit } from '../kit/agent.ts';
import type { OidcPlace } from './oidc.place.ts';
import type { Rows } from './row.ts';
import { respond, type SamlPlace, sent } from './saml.place.ts';

const REPORTS = 'https://reports.example/today';

/** What the portal of an OpenID provider does with a browser. */
async function openTile({ tenant, first }: OidcPlace, agent: Agent): Promise<Visit> {
  return agent.get(`${tenant.url}/sso/acme/initiate?${new URLSearchParams({ iss: first.issuer })}`);
}

/** Where somebody ends who begins at the portal and says nothing of where to go. */
async function ends(place: OidcPlace): Promise<string | undefined> {
  const { tenant, first, api } = place;
  const changed = await api.call('PATCH', `/api/v1/applications/${tenant.application.id}`, { launchUrls: [REPORTS] });
  assert.equal(changed.status, 200, JSON.stringify(changed.json));
  const agent = new Agent();
  const { location = '' } = await openTile(place, agent);
  const fields = await first.authorize(location);
  const back = await agent.get(`${new URL(location).searchParams.get('redirect_uri')}?${new URLSearchParams(fields)}`);
  const visit = await agent.follow(back, (url) => !url.startsWith(tenant.url));
  return visit.location ?? visit.url.replace(tenant.url, 'here');
}

/** Signing in from the provider's portal, by OpenID Connect. */
export const portal: Rows<OidcPlace> = {
  settings: [
    {
      field: '/oidc/allowThirdPartyInitiated',
      does: 'lets people begin at the provider’s portal',
      value: true,
      see: async (place) => {
        const visit = await openTile(place, new Agent());
        return codeOf(visit) ?? visit.location?.split('?')[0]?.replace(place.first.issuer, 'provider');
      },
      before: 'sign_in.portal_off',
      after: 'provider/authorize',
    },
    {
      field: '/portal/applicationId',
      does: 'is where people are led who begin at the portal and say nothing of where to go',
      given: { users: { create: true }, oidc: { allowThirdPartyInitiated: true } },
      value: ({ tenant }: OidcPlace) => tenant.application.id,
      see: ends,
      before: 'here/sign-in/done',
      after: REPORTS,
    },
  ],
  fixed: [
    {
      field: '/oidc/initiateLoginUri',
      does: 'is where the portal sends people; it is shown, and answers',
      given: { oidc: { allowThirdPartyInitiated: true } },
      refused: { value: 'https://elsewhere.example/initiate', code: 'read_only' },
      check: async (place) => {
        const { json } = await place.api.call<{ oidc: { initiateLoginUri: string } }>(
          'GET',
          `/api/v1/identity-providers/${place.id}`,
        );
        assert.equal(json.oidc.initiateLoginUri, `${place.tenant.url}/sso/acme/initiate`);
        assert.equal((await openTile(place, new Agent())).status, 303);
      },
    },
  ],
};

/** The same by SAML. */
export const samlPortal: Rows<SamlPlace> = {
  settings: [
    {
      field: '/saml/allowIdpInitiated',
      does: 'lets people begin at the provider’s portal: they are sent there once more, by a request of ours',
      value: true,
      see: async (place) => {
        const { request } = await sent(place);
        const SAMLResponse = respond(place, request, {
          to: { acsUrl: request.acsUrl, spEntityId: request.issuer, inResponseTo: null },
        });
        const visit = await new Agent().post(request.acsUrl, { SAMLResponse });
        return codeOf(visit) ?? visit.location?.split('?')[0];
      },
      before: 'sign_in.portal_off',
      after: 'https://idp.example/sso',
    },
  ],
};
