import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { openBrowser } from '#test/browser/index.ts';
import type { RunningApp } from '../../sandbox/app/server.ts';
import { EXPECTED, furnish, type GatewayUnderTest, POLICY, readTrace, startGateway, type TenantUnderTest } from './gateway.ts';
import { alice, bob } from './people.ts';
import { openVisitor, readClaims, readRefusal, signInAtGlewlwyd, type Visitor } from './person-at-the-browser.ts';
import { startSampleApplication } from './sample-application.ts';
import { type Algorithm, type Glewlwyd, startGlewlwyd } from './services/glewlwyd.ts';

const SCOPES = ['openid', 'profile', 'email', 'phone', 'groups', 'offline_access'];

let idp: Glewlwyd;
let gateway: GatewayUnderTest;
let tenant: TenantUnderTest;
let app: RunningApp;
let browser: Browser;

before(async () => {
  [idp, gateway, browser] = await Promise.all([startGlewlwyd(), startGateway(), openBrowser()]);
  tenant = await gateway.createTenant('acme');
  await furnish(tenant);
  app = await startSampleApplication(tenant);
});
after(async () => {
  await Promise.all([app?.close(), browser?.close(), idp?.stop()]);
  await gateway?.stop();
});

interface Case {
  algorithm: Algorithm;
  authentication: 'client_secret_basic' | 'client_secret_post';
  /** Registered at Glewlwyd, and used by us. */
  clientId: string;
  secret?: string;
  oidc?: Record<string, unknown>;
  /** What Glewlwyd was told, when it is not what we use. */
  registeredSecret?: string;
}

/** Connects Glewlwyd under that slug: discovery here, registration there. */
async function connect(
  slug: string,
  { algorithm, authentication, clientId, secret = `secret${slug}0123456789`, oidc, registeredSecret }: Case,
): Promise<void> {
  await idp.register({ id: clientId, secret: registeredSecret ?? secret, redirectUri: `${tenant.url}/sso/${slug}/callback` });
  const issuer = idp.issuerOf(algorithm);
  const { settings } = await tenant.api.create<{ settings: Record<string, unknown> }>('/identity-providers/fetch-configuration', {
    issuer,
  });
  await tenant.api.create('/identity-providers', {
    ...POLICY,
    kind: 'oidc',
    slug,
    name: `Glewlwyd ${slug}`,
    oidc: {
      ...settings,
      clientId,
      clientSecret: secret,
      clientAuthentication: authentication,
      requirePkce: true,
      scopes: SCOPES,
      ...oidc,
    },
    claims: {
      email: 'email',
      userId: 'preferred_username',
      firstName: 'given_name',
      lastName: 'family_name',
      phone: 'phone_number',
      groups: 'groups',
      roles: 'roles',
    },
  });
}

async function arrive(visitor: Visitor, slug: string, person = alice): Promise<void> {
  await visitor.page.goto(`${app.url}/sign-in?idp=${slug}`);
  await signInAtGlewlwyd(visitor, person);
}

async function withVisitor(work: (visitor: Visitor) => Promise<void>): Promise<void> {
  const visitor = await openVisitor(browser);
  try {
    await work(visitor);
  } finally {
    await visitor.leave();
  }
}

const SIGN_INS: readonly (Case & { name: string })[] = [
  { name: 'ID tokens are signed ES256', algorithm: 'ES256', authentication: 'client_secret_basic', clientId: 'es256basic' },
  { name: 'ID tokens are signed RS256', algorithm: 'RS256', authentication: 'client_secret_post', clientId: 'rs256-post' },
  { name: 'ID tokens are signed PS256', algorithm: 'PS256', authentication: 'client_secret_post', clientId: 'ps256-post' },
  { name: 'ID tokens are signed EdDSA', algorithm: 'EdDSA', authentication: 'client_secret_post', clientId: 'eddsa-post' },
  {
    name: 'its client id has signs that only a careless encoder would escape in Basic (RFC 6749 appendix B)',
    algorithm: 'ES256',
    authentication: 'client_secret_basic',
    clientId: '0f7c-4d.a_1',
    secret: 'a-secret_of.signs*0123',
  },
];

describe('A person signs in to the sample application through Glewlwyd when', () => {
  for (const [index, one] of SIGN_INS.entries()) {
    test(one.name, async () => {
      const slug = `signs-in-${index}`;
      await connect(slug, one);
      await withVisitor(async (visitor) => {
        await arrive(visitor, slug);
        const { idToken, userinfo } = await readClaims(visitor);
        for (const claims of [idToken, userinfo]) {
          assert.equal(claims['email'], alice.email);
          assert.deepEqual(claims['groups'], EXPECTED.alice.groups);
          assert.deepEqual(claims['roles'], EXPECTED.alice.roles);
        }
        assert.equal(userinfo['given_name'], alice.firstName);
        assert.equal(userinfo['family_name'], alice.lastName);
        assert.equal(idToken['iss'], tenant.url);
        const asked = new URL(visitor.journey.find(({ url }) => url.startsWith(idp.issuerOf(one.algorithm)))?.url ?? '')
          .searchParams;
        assert.equal(asked.get('code_challenge_method'), 'S256');
        assert.equal(asked.get('redirect_uri'), `${tenant.url}/sso/${slug}/callback`);
      });
    });
  }

  test('they refresh in the application, and refresh again', async () => {
    await connect('refreshes', { algorithm: 'ES256', authentication: 'client_secret_post', clientId: 'refreshes' });
    await withVisitor(async (visitor) => {
      await arrive(visitor, 'refreshes');
      const first = await readClaims(visitor);
      for (const words of ['used once', 'used 2 times']) {
        await visitor.page.getByRole('button', { name: 'Refresh' }).click();
        await visitor.page.getByText(words).waitFor();
      }
      const last = await readClaims(visitor);
      assert.equal(last.idToken['sub'], first.idToken['sub']);
      assert.deepEqual(last.idToken['groups'], EXPECTED.alice.groups);
    });
  });

  test('they come back: two people apart, and each again', async () => {
    await connect('people', { algorithm: 'RS256', authentication: 'client_secret_post', clientId: 'people' });
    const subjects: unknown[] = [];
    for (const person of [alice, bob, alice]) {
      await withVisitor(async (visitor) => {
        await arrive(visitor, 'people', person);
        const { idToken } = await readClaims(visitor);
        assert.deepEqual(idToken['groups'], EXPECTED[person === alice ? 'alice' : 'bob'].groups);
        subjects.push(idToken['sub']);
      });
    }
    assert.equal(subjects[0], subjects[2]);
    assert.notEqual(subjects[0], subjects[1]);
  });

  test('its auth_time of 0 is not taken for 1970', async () => {
    await connect('timeless', { algorithm: 'ES256', authentication: 'client_secret_post', clientId: 'timeless' });
    await withVisitor(async (visitor) => {
      const startedAt = Math.floor(Date.now() / 1000);
      await arrive(visitor, 'timeless');
      const { idToken } = await readClaims(visitor);
      assert.ok(Number(idToken['auth_time']) >= startedAt - 5, `auth_time ${String(idToken['auth_time'])}`);
    });
  });
});

describe('A sign-in through Glewlwyd is refused, and its trace says why, when', () => {
  const refused = async (slug: string, code: string): Promise<void> => {
    await withVisitor(async (visitor) => {
      const refusal = await readRefusal(visitor, () => arrive(visitor, slug));
      assert.equal(refusal.code, code);
      const trace = await readTrace(tenant, refusal.reference);
      assert.equal(trace.code, code);
      assert.doesNotMatch(JSON.stringify(trace), /secret[a-z-]*0123456789|wrong-secret/);
      await visitor.page.goto(`${app.url}/`);
      assert.equal(await visitor.page.locator('#claims').count(), 0);
    });
  };

  test('our secret is wrong, which it tells with 403 and a code of its own', async () => {
    const wrong = { secret: 'wrong-secret-0123456789', registeredSecret: 'right-secret-0123456789' };
    await connect('wrong-secret', {
      algorithm: 'ES256',
      authentication: 'client_secret_post',
      clientId: 'wrongsecret',
      ...wrong,
    });
    await refused('wrong-secret', 'oidc.client_refused');
  });

  test('a secret needs escaping in Basic, which it does not undo', async () => {
    await connect('escaped', {
      algorithm: 'ES256',
      authentication: 'client_secret_basic',
      clientId: 'escaped',
      secret: 'a+secret/of=signs%0123',
    });
    await refused('escaped', 'oidc.client_refused');
  });

  test('a recent authentication is wanted, and its auth_time is always 0', async () => {
    await connect('recent', {
      algorithm: 'ES256',
      authentication: 'client_secret_post',
      clientId: 'recent',
      oidc: { maxAgeSeconds: 300 },
    });
    await refused('recent', 'oidc.authentication_time_missing');
  });
});

describe('Glewlwyd', () => {
  test('says in the answer who it is (RFC 9207), and another issuer there is refused', async () => {
    await connect('mix-up', { algorithm: 'ES256', authentication: 'client_secret_post', clientId: 'mixup' });
    await withVisitor(async (visitor) => {
      const { page } = visitor;
      // The answer is held back and says that it comes from the server's other issuer.
      await page.route(
        /\/sso\/mix-up\/callback/,
        async (route) => {
          const answer = new URL(route.request().url());
          assert.equal(answer.searchParams.get('iss'), idp.issuerOf('ES256'));
          answer.searchParams.set('iss', idp.issuerOf('RS256'));
          await route.continue({ url: answer.href });
        },
        { times: 1 },
      );
      const refusal = await readRefusal(visitor, () => arrive(visitor, 'mix-up'));
      assert.equal(refusal.code, 'oidc.answer_issuer_mismatch');
    });
  });
});
