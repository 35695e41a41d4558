import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { createGuardedFetch } from '#http/guarded-fetch/index.ts';
import type { World } from '#kernel/world.ts';
import { Agent } from '../kit/agent.ts';
import type { OidcIdp } from '../kit/oidc/index.ts';
import {
  claimsOf,
  codeFrom,
  type OidcConnection,
  openScene,
  redeem,
  type Scene,
  signInByOidc,
  type TestTenant,
  tokensFor,
} from '../kit/scene.ts';

let scene: Scene;
let acme: TestTenant;
let idp: OidcIdp;
let oidc: OidcConnection;
/** The provider's clock goes with ours. */
let ahead = 0;
const advance = (seconds: number): void => {
  ahead += seconds;
  scene.gateway.advance(seconds);
};

const reach = createGuardedFetch({ allowPrivateNetwork: true });
/** Happens once, after the provider has answered to a refresh token and before we know. */
let meanwhile: (() => Promise<unknown>) | undefined;
/** The refresh token that the provider gives, whoever signs in. */
let always: string | undefined;
const fetchSlowly: World['fetch'] = async (url, options) => {
  const answer = await reach(url, options);
  const form = options?.body instanceof URLSearchParams ? options.body : new URLSearchParams();
  if (form.get('grant_type') === 'refresh_token') {
    const happens = meanwhile;
    meanwhile = undefined;
    await happens?.();
  }
  return answer;
};

before(async () => {
  scene = await openScene({ world: { fetch: fetchSlowly } });
  acme = await scene.addTenant('acme');
  idp = await scene.startOidcIdp({ clock: { now: () => new Date(Date.now() + ahead * 1000) } });
  oidc = await acme.connectOidc(idp);
});
after(() => scene.close());
afterEach(async () => {
  assert.equal(meanwhile, undefined, 'what was to happen has happened');
  always = undefined;
  await told();
});

interface SignedIn {
  agent: Agent;
  sub: string;
  userId: string;
  refreshToken: string;
}
let people = 0;
async function signIn(known: { sub?: string; connection?: OidcConnection } = {}): Promise<SignedIn> {
  people += 1;
  const { sub = `person-${people}`, connection = oidc } = known;
  idp.person = { sub, email: `${sub}@acme.example`, email_verified: true };
  if (always !== undefined) idp.nextTokenResponse({ json: { refresh_token: always } });
  const agent = new Agent();
  const { arrived, asked } = await signInByOidc(agent, acme, connection);
  const { json } = await redeem(acme, await codeFrom(agent, arrived), asked);
  return { agent, sub, userId: claimsOf(json.id_token).sub, refreshToken: json.refresh_token };
}
const leaves = ({ agent }: SignedIn): Promise<unknown> => agent.post(`${acme.url}/sign-out`, { answer: 'yes' });

/** Their application uses its refresh token an hour later, and so the provider is asked about them with its own. */
async function rechecked({ refreshToken }: SignedIn): Promise<void> {
  advance(3601);
  await tokensFor(acme, acme.application, { grant_type: 'refresh_token', refresh_token: refreshToken });
  await scene.gateway.composition.settled();
}

const sent = (endpoint: 'revoke' | 'token', field: string): string[] =>
  idp.requests
    .filter((request) => request.endpoint === endpoint)
    .map(({ fields }) => fields.get(field) ?? '')
    .filter((value) => value !== '');
/** Runs the job; the tokens that the provider is told of. */
async function told(): Promise<string[]> {
  const before = sent('revoke', 'token').length;
  await scene.gateway.composition.jobs.revokeTokens();
  return sent('revoke', 'token').slice(before);
}
/** The token that the provider was last asked with. */
const shown = (): string => sent('token', 'refresh_token').at(-1) ?? '';

describe('a refresh token that a re-check gets while its person leaves', () => {
  it('the control: nobody leaves; it is kept, and is the one that the next re-check shows', async () => {
    const alice = await signIn();
    await rechecked(alice);
    const [first, others] = [shown(), await told()];
    assert.deepEqual(others, []);
    const again = await signIn({ sub: alice.sub });
    await rechecked(again);
    assert.notEqual(shown(), first);
  });

  const ways: Record<string, (alice: SignedIn) => Promise<unknown>> = {
    'they sign out': leaves,
    'they are disabled': ({ userId }) => acme.api.call('POST', `/api/v1/users/${userId}/disable`),
    'they are removed': ({ userId }) => acme.api.call('DELETE', `/api/v1/users/${userId}`),
  };
  for (const [way, leave] of Object.entries(ways)) {
    it(`is given back, with the one before: ${way}`, async () => {
      const alice = await signIn();
      meanwhile = () => leave(alice);
      await rechecked(alice);
      const both = await told();
      assert.equal(both.length, 2);
      assert.equal(both[0], shown());
      assert.notEqual(both[1], shown());
      assert.deepEqual(await told(), [], 'once');
    });
  }

  it('is given back where the provider itself is removed: it is told as it was asked', async () => {
    const removed = await acme.connectOidc(idp, { slug: 'removed', name: 'Removed' });
    const alice = await signIn({ connection: removed });
    meanwhile = async () => {
      const { status } = await acme.api.call('DELETE', `/api/v1/identity-providers/${removed.id}`);
      assert.equal(status, 204);
    };
    await rechecked(alice);
    assert.equal((await told()).length, 2);
  });

  it('is forgotten where a sign-in has brought another one: that one stays, and nothing is told', async () => {
    const alice = await signIn();
    let again: SignedIn | undefined;
    meanwhile = async () => {
      again = await signIn({ sub: alice.sub });
    };
    await rechecked(alice);
    assert.deepEqual(await told(), []);
    const first = shown();
    if (again) await rechecked(again);
    const second = shown();
    assert.ok(second !== '' && second !== first);
    await leaves(alice);
    if (again) await leaves(again);
    const [last, ...more] = await told();
    assert.deepEqual([more, last === first || last === second], [[], false], 'the newest alone');
  });

  it('is given back alone: what another person holds there is kept', async () => {
    const [alice, bob] = [await signIn(), await signIn()];
    meanwhile = () => leaves(alice);
    await rechecked(alice);
    assert.equal((await told()).length, 2);
    await rechecked(bob);
    assert.deepEqual(await told(), []);
    await leaves(bob);
    assert.equal((await told()).length, 1);
  });
});

describe('a refresh token that waits to be given back while its person has signed in again (RFC 7009 §2.1)', () => {
  /** Signed out while the provider was silent, and signed in again. */
  async function backAgain(): Promise<SignedIn> {
    const alice = await signIn();
    await leaves(alice);
    idp.revocation({ status: 503 });
    assert.equal((await told()).length, 1);
    idp.revocation(undefined);
    return signIn({ sub: alice.sub });
  }

  it('waits: a provider may end the newer one with it', async () => {
    const alice = await backAgain();
    for (let round = 0; round < 3; round++) {
      advance(1200);
      assert.deepEqual(await told(), []);
    }
    await leaves(alice);
    assert.equal((await told()).length, 1, 'the newer one at once');
    advance(3600);
    assert.equal((await told()).length, 1, 'the older one when its time comes');
    advance(86_400);
    assert.deepEqual(await told(), []);
  });

  it('in the end the audit log says that it was not', async () => {
    await backAgain();
    for (let round = 0; round < 7; round++) {
      advance(86_400 / 2);
      assert.deepEqual(await told(), []);
    }
    const { json } = await acme.api.call('GET', '/api/v1/audit-events?action=refresh-token.not-revoked');
    assert.deepEqual(
      json.items.map(({ code }) => code),
      ['logout.token_replaced'],
    );
  });

  it('is not told where the provider has given the same one again; once, when they leave', async () => {
    always = 'the-same-for-ever';
    const alice = await signIn();
    await leaves(alice);
    const again = await signIn({ sub: alice.sub });
    assert.deepEqual(await told(), []);
    advance(3600);
    assert.deepEqual(await told(), []);
    await leaves(again);
    assert.deepEqual(await told(), ['the-same-for-ever']);
    advance(3600);
    assert.deepEqual(await told(), []);
  });
});

describe('a refresh token that a new sign-in replaces', () => {
  it('is not given back while the newer one lives, nor after: a provider may end both', async () => {
    const alice = await signIn();
    await rechecked(alice);
    const again = await signIn({ sub: alice.sub });
    assert.deepEqual(await told(), []);
    await leaves(alice);
    await leaves(again);
    assert.equal((await told()).length, 1, 'the newest alone');
  });
});
