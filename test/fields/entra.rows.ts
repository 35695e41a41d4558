import { Agent } from '../kit/agent.ts';
import { goToProvider } from '../kit/scene.ts';
import { asked, type EntraPlace, groups, overageOf } from './entra.place.ts';
import type { Document, Rows } from './row.ts';

/** Another registration, and another directory, that nobody has heard of. */
const OTHER = '11111111-2222-4333-8444-555555555555';
const GROUPS = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups';
const resolved = { oidc: { groupOverage: {} } };
const client = async (place: EntraPlace): Promise<unknown> => (await asked(place)).client;
const cloud = async (place: EntraPlace): Promise<unknown> => (await asked(place)).cloud;

/** What only a directory of Microsoft Entra has. */
export const entra: Rows<EntraPlace> = {
  settings: [
    {
      field: '/oidc/directoryId',
      does: 'is the directory that people are sent to, and whose tokens count',
      value: OTHER,
      see: async ({ stage, connection }) =>
        new URL((await goToProvider(new Agent(), stage.acme, connection)).sent.location ?? '').pathname.split('/')[1],
      before: ({ connection }: EntraPlace) => connection.directory.tid,
      after: OTHER,
    },
    {
      field: '/oidc/groupOverage/resolve',
      does: 'reads the groups that do not fit into the token',
      given: { oidc: { groupOverage: { resolve: false } } },
      value: true,
      see: groups,
      before: [],
      after: ['Engineers'],
    },
    {
      field: '/oidc/groupOverage/clientId',
      does: 'is the registration that reads them',
      given: resolved,
      value: OTHER,
      see: client,
      before: ({ connection }: EntraPlace) => connection.app.clientId,
      after: OTHER,
    },
    {
      field: '/oidc/groupOverage/graphUrl',
      does: 'is the Graph that they are read from, in its own cloud',
      given: resolved,
      value: 'https://graph.microsoft.us',
      see: cloud,
      before: 'login.microsoftonline.com',
      after: 'login.microsoftonline.us',
    },
  ],
};

const change =
  (fields: Document) =>
  ({ connection }: EntraPlace): Document => ({ saml: { groupOverage: { ...overageOf(connection), ...fields } } });

/** The same by SAML. */
export const entraSaml: Rows<EntraPlace> = {
  settings: [
    {
      field: '/saml/groupOverage/resolve',
      does: 'off leaves the groups that do not fit into the assertion unread',
      value: false,
      patch: change({ resolve: false }),
      see: async (place) => (await asked(place)).client !== undefined,
      before: true,
      after: false,
    },
    {
      field: '/saml/groupOverage/directoryId',
      does: 'is the only directory whose groups are read',
      value: OTHER,
      patch: change({ directoryId: OTHER }),
      see: async (place) => (await asked(place)).cloud !== undefined,
      before: true,
      after: false,
    },
    {
      field: '/saml/groupOverage/clientId',
      does: 'is the registration that reads them',
      value: OTHER,
      patch: change({ clientId: OTHER }),
      see: client,
      before: ({ connection }: EntraPlace) => connection.app.clientId,
      after: OTHER,
    },
    {
      field: '/saml/groupOverage/graphUrl',
      does: 'is the Graph that they are read from, in its own cloud',
      value: 'https://graph.microsoft.us',
      patch: change({ graphUrl: 'https://graph.microsoft.us' }),
      see: cloud,
      before: 'login.microsoftonline.com',
      after: 'login.microsoftonline.us',
    },
    {
      field: '/saml/groupOverage/claim',
      does: 'is the attribute that the groups belong to',
      given: { groupSync: 'sync' },
      value: 'urn:acme:groups',
      patch: (place: EntraPlace) => ({
        claims: { groups: 'urn:acme:groups' },
        ...change({ claim: 'urn:acme:groups' })(place),
      }),
      see: async (place) => [await groups(place), (await claimOf(place)) === GROUPS],
      before: [['Engineers'], true],
      after: [['Engineers'], false],
    },
  ],
};

async function claimOf({ api, id }: EntraPlace): Promise<unknown> {
  const { json } = await api.call<{ saml: { groupOverage: { claim: string } } }>('GET', `/api/v1/identity-providers/${id}`);
  return json.saml.groupOverage.claim;
}
