import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { before, describe, it } from 'node:test';
import type { Visit } from '../kit/agent.ts';
import type { TestApplication } from '../kit/scene.ts';
import { acme, agent, answered, codeFor, type Given, redeem, setUp, store } from './answers.fixture.ts';

setUp();

/** A row of `oidc_artifacts`, with its payload read. */
interface Kept {
  payload: Record<string, unknown>;
  grant_id: string | null;
  uid: string | null;
  account_id: string | null;
  expires_at: number | null;
  consumed_at: number | null;
}
/** What is stored otherwise than `plain/` would store it, and what oidc-provider makes of it. */
type Otherwise = [title: string, change: (kept: Kept) => Partial<Kept>, outcome: string];

/** Longer ago than clocks may differ. */
const past = (): number => Date.now() - 60_000;
const within = (kept: Kept, more: Record<string, unknown>): Partial<Kept> => ({ payload: { ...kept.payload, ...more } });
/** The same family by row and payload, its id rewritten. */
const ofGrant = (kept: Kept, rewrite: (parts: string[]) => string[]): Partial<Kept> => {
  const grantId = rewrite((kept.grant_id ?? '').split('.')).join('.');
  return { grant_id: grantId, payload: { ...kept.payload, grantId } };
};

const both: Otherwise[] = [
  ['with a member that nobody knows here', (kept) => within(kept, { resource: 'https://api.example' }), 'either'],
  ['of another kind', (kept) => within(kept, { kind: 'RefreshToken' }), 'refused'],
  ['over by its row', () => ({ expires_at: past() }), 'either'],
  ['over by what it says', (kept) => within(kept, { exp: Math.floor(past() / 1000) }), 'refused'],
  ['without an end', () => ({ expires_at: null }), 'either'],
  ['spent', () => ({ consumed_at: past() }), 'either'],
  ['in no family', () => ({ grant_id: null }), 'either'],
  ['in another family by its row', (kept) => ({ grant_id: `${kept.grant_id}x` }), 'either'],
  ['of nobody', () => ({ account_id: null }), 'either'],
  ['of somebody else by its row', () => ({ account_id: 'usr_mallory' }), 'either'],
  [
    'that was consented to, with no consent',
    (kept) => ofGrant(kept, ([app = '', , ...rest]) => [app, 'consented', ...rest]),
    'refused',
  ],
  ['granted to another application', (kept) => ofGrant(kept, ([, ...rest]) => ['app_other', ...rest]), 'refused'],
  [
    'granted by somebody else',
    (kept) => ofGrant(kept, ([app = '', basis = '', , secret = '']) => [app, basis, 'usr_mallory', secret]),
    'refused',
  ],
  ['whose family has no name that is read', (kept) => ofGrant(kept, (parts) => [...parts, 'more']), 'refused'],
];

describe('a code that is kept otherwise is left to oidc-provider', () => {
  const own: Otherwise[] = [
    ['with a challenge by another method', (kept) => within(kept, { codeChallengeMethod: 'plain' }), 'refused'],
    ['that was spent', () => ({ consumed_at: past() }), 'refused'],
    ['resting on no session', () => ({ uid: null }), 'refused'],
    ['resting on a session that nobody has', () => ({ uid: 'ses_nobody' }), 'refused'],
    ['for a scope that is not registered any more', (kept) => within(kept, { scope: 'openid unheard-of' }), 'either'],
    ['for scopes in another order', (kept) => within(kept, { scope: 'email openid' }), 'either'],
    ['without openid', (kept) => within(kept, { scope: 'email' }), 'either'],
  ];
  it('the valid control: as it is', async () => {
    assert.deepEqual(await outcomeOf(redeemed(await codeFor('openid email'))), { by: 'plain', status: 200 });
  });
  for (const [title, change, outcome] of [...both, ...own]) {
    it(`${title}: ${outcome}`, async () => {
      const given = await codeFor('openid email');
      await keepOtherwise('AuthorizationCode', given.code, change);
      check(await outcomeOf(redeemed(given)), outcome);
    });
  }
});

describe('an access token that is kept otherwise is left to oidc-provider', () => {
  const own: Otherwise[] = [
    ['for an audience', (kept) => within(kept, { aud: 'https://api.example' }), 'refused'],
    ['bound to a key', (kept) => within(kept, { jkt: 'A'.repeat(43) }), 'refused'],
    ['without openid', (kept) => within(kept, { scope: 'email' }), 'refused'],
    ['of an application that nobody has', (kept) => within(kept, { clientId: 'app_gone' }), 'refused'],
  ];
  it('the valid control: as it is', async () => {
    assert.deepEqual(await outcomeOf(told(await tokenFor())), { by: 'plain', status: 200 });
  });
  for (const [title, change, outcome] of [...both, ...own]) {
    it(`${title}: ${outcome}`, async () => {
      const token = await tokenFor();
      await keepOtherwise('AccessToken', token, change);
      check(await outcomeOf(told(token)), outcome);
    });
  }
});

describe('an application that was changed meanwhile is left to oidc-provider', () => {
  let application: TestApplication;
  before(async () => {
    application = await acme.addApplication({ name: 'Fleeting' });
  });
  const changes: [title: string, change: Record<string, unknown>, outcome: string][] = [
    ['not of the house any more', { firstParty: false }, 'refused'],
    ['without one of the scopes', { scopes: ['openid'] }, 'either'],
    ['switched off', { enabled: false }, 'refused'],
  ];
  for (const [title, change, outcome] of changes) {
    it(`${title}, with a code: ${outcome}`, async () => {
      const given = await codeFor('openid email', {}, application);
      await registered(application, change, async () => check(await outcomeOf(redeemed(given, application)), outcome));
    });
  }
  for (const [title, change, outcome] of changes.filter(([title]) => !title.startsWith('without'))) {
    it(`${title}, with an access token: ${outcome}`, async () => {
      const token = await tokenFor(application);
      await registered(application, change, async () => check(await outcomeOf(told(token)), outcome));
    });
  }
});

type Outcome = Awaited<ReturnType<typeof outcomeOf>>;

async function outcomeOf(ask: () => Promise<Visit>) {
  const { by, result } = await answered(ask);
  return { by, status: result.status };
}

/** `either`: whether it is still good is oidc-provider's to say. */
function check({ by, status }: Outcome, outcome: string): void {
  assert.equal(by, 'library');
  if (outcome === 'refused') assert.ok([400, 401].includes(status), `${status}`);
}

const redeemed =
  ({ code, asked }: Given, application = acme.application) =>
  () =>
    redeem({ code, asked, application }, {});
const told = (token: string) => () => agent.get(`${acme.url}/oauth/userinfo`, { authorization: `Bearer ${token}` });

async function tokenFor(application = acme.application): Promise<string> {
  const { body } = await redeemed(await codeFor('openid email', {}, application), application)();
  return (JSON.parse(body) as { access_token: string }).access_token;
}

async function keepOtherwise(kind: 'AuthorizationCode' | 'AccessToken', id: string, change: (kept: Kept) => Partial<Kept>) {
  const idHash = hash('sha256', id, 'base64url');
  const row = await store.db().selectFrom('oidc_artifacts').selectAll().where('id_hash', '=', idHash).executeTakeFirstOrThrow();
  assert.equal(row.kind, kind);
  const kept = { ...row, payload: JSON.parse(row.payload) as Record<string, unknown> } as unknown as Kept;
  const { payload, ...columns } = change(kept);
  const changed = { ...columns, ...(payload ? { payload: JSON.stringify(payload) } : {}) };
  await store.db().updateTable('oidc_artifacts').set(changed).where('id_hash', '=', idHash).execute();
}

/** Registered otherwise for as long as this takes. */
async function registered(application: TestApplication, change: Record<string, unknown>, meanwhile: () => Promise<void>) {
  const path = `/api/v1/applications/${application.id}`;
  const { json: was } = await acme.api.call<Record<string, unknown>>('GET', path);
  assert.equal((await acme.api.call('PATCH', path, change)).status, 200);
  await meanwhile();
  const back = Object.fromEntries(Object.keys(change).map((name) => [name, was[name]]));
  assert.equal((await acme.api.call('PATCH', path, back)).status, 200);
}
