import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { openStore, type Store } from '#sql/store.ts';
import { Agent } from '../kit/agent.ts';
import type { OidcIdp, RecordedRequest } from '../kit/oidc/index.ts';
import { codeFrom, type OidcConnection, openScene, type Scene, signInByOidc, type TestTenant } from '../kit/scene.ts';

let scene: Scene;
let acme: TestTenant;
let idp: OidcIdp;
let oidc: OidcConnection;
let store: Store;
const lines: string[] = [];
/** The provider's clock goes with ours. */
let ahead = 0;
const advance = (seconds: number): void => {
  ahead += seconds;
  scene.gateway.advance(seconds);
};
before(async () => {
  scene = await openScene({ log: (line) => lines.push(line) });
  store = openStore(scene.gateway.database);
  acme = await scene.addTenant('acme');
  idp = await scene.startOidcIdp({ clock: { now: () => new Date(Date.now() + ahead * 1000) } });
  oidc = await acme.connectOidc(idp);
});
after(async () => {
  await store.close();
  await scene.close();
});

let people = 0;
async function signIn(connection = oidc): Promise<Agent> {
  people += 1;
  idp.person = { sub: `person-${people}`, email: `person-${people}@acme.example`, email_verified: true };
  const agent = new Agent();
  const { arrived } = await signInByOidc(agent, acme, connection);
  await codeFrom(agent, arrived);
  return agent;
}

const leaves = (agent: Agent): Promise<unknown> => agent.post(`${acme.url}/sign-out`, { answer: 'yes' });
const told = (): RecordedRequest[] => idp.requests.filter(({ endpoint }) => endpoint === 'revoke');
/** Runs the job; how many tokens the provider was told of. */
async function revoked(): Promise<number> {
  const before = told().length;
  await scene.gateway.composition.jobs.revokeTokens();
  return told().length - before;
}

type Sealed = 'revocations.sealed_token' | 'revocation_clients.sealed_client';
const columnOf = {
  'revocations.sealed_token': () => store.db().selectFrom('revocations').select('sealed_token as sealed'),
  'revocation_clients.sealed_client': () => store.db().selectFrom('revocation_clients').select('sealed_client as sealed'),
};
async function seal(what: Sealed, as: string): Promise<void> {
  if (what === 'revocations.sealed_token') await store.db().updateTable('revocations').set({ sealed_token: as }).execute();
  else await store.db().updateTable('revocation_clients').set({ sealed_client: as }).execute();
}
const waiting = async (): Promise<number> =>
  (await store.db().selectFrom('revocations').select('link_id').where('client_id', 'like', `${oidc.id}%`).execute()).length;

const GONE = 'v1.goneaway.AAAA.AAAA';
const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** What is waited after each attempt but the last. */
const PAUSES = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR];

/** A token of somebody who has left that nobody can unseal; alone in the table. @returns what it was sealed as */
async function unreadable(what: Sealed): Promise<string> {
  await leaves(await signIn());
  const { sealed } = await columnOf[what]().executeTakeFirstOrThrow();
  await seal(what, GONE);
  return sealed;
}

interface NotRevoked {
  code: string | null;
  target: string;
  after: { attempts: number; link: string };
}
const givenUp = async (): Promise<NotRevoked[]> => {
  const { json } = await acme.api.call('GET', '/api/v1/audit-events?action=refresh-token.not-revoked');
  return json.items as unknown as NotRevoked[];
};

beforeEach(async () => {
  await store.db().deleteFrom('revocations').execute();
  await store.db().deleteFrom('revocation_clients').execute();
  lines.length = 0;
});

for (const what of ['revocations.sealed_token', 'revocation_clients.sealed_client'] as const) {
  describe(`a refresh token that cannot be unsealed (${what})`, () => {
    it('keeps no other one waiting: not of that provider, nor of another', async () => {
      const other = await acme.connectOidc(idp, { slug: `other-${what.length}`, name: 'Other' });
      await unreadable(what);
      // Of a later revision, where it is the provider's own row that is damaged.
      if (what === 'revocation_clients.sealed_client') await oidc.change({ name: `Acme ${what.length}` });
      await leaves(await signIn());
      await leaves(await signIn(other));
      assert.equal(await revoked(), 2);
      assert.equal(await waiting(), 1, 'and is not lost');
    });

    it('is given back when its master key is back in the ring', async () => {
      const sealed = await unreadable(what);
      assert.equal(await revoked(), 0);
      await seal(what, sealed);
      assert.equal(await revoked(), 0, 'not before its time');
      advance(MINUTE + 1);
      assert.equal(await revoked(), 1);
      assert.equal(await waiting(), 0);
    });

    it('is tried seven times, each later than the one before; then the audit log says so, once', async () => {
      const before = (await givenUp()).length;
      await unreadable(what);
      for (const pause of PAUSES) {
        assert.equal(await revoked(), 0);
        assert.deepEqual([await waiting(), (await givenUp()).length], [1, before], `before ${pause} s`);
        advance(pause + 1);
      }
      await revoked();
      assert.equal(await waiting(), 0);
      const [event, ...earlier] = await givenUp();
      assert.equal(earlier.length, before);
      assert.deepEqual(
        [event?.code, event?.target, event?.after.attempts],
        ['logout.token_unreadable', `connection:${oidc.id}`, 7],
      );
      assert.match(event?.after.link ?? '', /^lnk_/);
    });

    it('is in the log each time, with the name of the key that is missing', async () => {
      await unreadable(what);
      await revoked();
      const warnings = lines.filter((line) => line.includes('logout.token_unreadable'));
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? '', /master key goneaway is not in SALLYPORT_MASTER_KEY/);
    });
  });
}
