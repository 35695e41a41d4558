import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Agent, codeOf } from '../kit/agent.ts';
import { entraAssertion, entraSamlIdp, groupIds } from '../kit/entra/index.ts';
import { arriveFromEntra, type EntraConnection, type EntraScene, openEntraScene } from '../kit/entra/scene.ts';
import { type Api, type Claims, claimsOf, codeFrom, redeem, type SamlConnection, signInBySaml } from '../kit/scene.ts';
import type { Document, Open } from './row.ts';

/** A directory of Entra with a person in more groups than fit into a token. */
export interface EntraPlace {
  readonly api: Api;
  readonly id: string;
  readonly stage: EntraScene;
  readonly connection: EntraConnection;
  /** The same directory by SAML, where that is what the rows are about. */
  readonly saml?: SamlConnection;
}

/** Which of several hundred groups has a meaning here. */
const MAPPED = { groupMappings: [{ external: groupIds(1)[0], group: 'Engineers' }] };

export function useEntra(protocol: 'oidc' | 'saml'): Open<EntraPlace> {
  let stage: EntraScene;
  let count = 0;
  before(async () => {
    stage = await openEntraScene();
  });
  after(() => stage.close());
  return async (given) => {
    count += 1;
    const connection = await stage.connect({ slug: `row-${count}`, ...MAPPED, ...(protocol === 'oidc' ? given : {}) });
    Object.assign(connection.alice, { groups: groupIds(450) });
    connection.app.granted = connection.app.required;
    const place = { api: stage.acme.api, id: connection.id, stage, connection };
    return protocol === 'oidc' ? place : bySaml(place, given);
  };
}

const EMAIL = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress';

async function bySaml(place: EntraPlace, { saml: fields = {}, ...given }: Document & { saml?: object }): Promise<EntraPlace> {
  const { stage, connection } = place;
  const saml = await stage.acme.connectSaml(entraSamlIdp(connection.directory), {
    slug: `${connection.slug}-saml`,
    ...MAPPED,
    claims: { email: EMAIL, groups: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups' },
    authentication: { userAttribute: 'email', claim: EMAIL },
    ...given,
    saml: { groupOverage: overageOf(connection), ...fields },
  });
  return { ...place, id: saml.id, saml };
}

export const overageOf = ({ directory, app }: EntraConnection): Document => ({
  directoryId: directory.tid,
  clientId: app.clientId,
});

/** Our certificates, uploaded to the app registration. */
async function upload({ api, id, connection: { app } }: EntraPlace): Promise<void> {
  const { json } = await api.call('GET', `/api/v1/identity-providers/${id}/keys`);
  app.certificates = json.items.filter(({ use }) => use === 'client-assertion').map(({ certificate }) => String(certificate));
}

async function signIn(place: EntraPlace): Promise<Claims> {
  const { stage, connection, saml } = place;
  await upload(place);
  const agent = new Agent();
  const assertion = entraAssertion(connection.directory, connection.alice);
  const came = saml
    ? { agent, ...(await signInBySaml(agent, stage.acme, saml, assertion)) }
    : await arriveFromEntra(stage, connection);
  assert.equal(codeOf(came.arrived), undefined);
  const { json } = await redeem(stage.acme, await codeFrom(came.agent, came.arrived), came.asked);
  return claimsOf(json.id_token);
}

/** The groups that an application is told, although there were too many. */
export const groups = async (place: EntraPlace): Promise<unknown> => (await signIn(place))['groups'] ?? [];

/** Who asked Microsoft for them, and in which cloud. */
export async function asked(place: EntraPlace): Promise<{ client?: string | null; cloud?: string }> {
  const { requests, routes } = place.stage.entra;
  const [before, since] = [requests.length, routes.asked.length];
  await signIn(place);
  const request = requests.slice(before).find(({ form }) => form.get('grant_type') === 'client_credentials');
  const last = routes.asked.slice(since).findLast((url) => url.endsWith('/oauth2/v2.0/token'));
  return { client: request?.form.get('client_id'), cloud: last && new URL(last).host };
}
