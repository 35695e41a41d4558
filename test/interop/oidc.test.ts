import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { openBrowser } from '#test/browser/index.ts';
import type { RunningApp } from '../../sandbox/app/server.ts';
import {
  EXPECTED,
  furnish,
  type GatewayUnderTest,
  POLICY,
  readTrace,
  type SignInTrace,
  startGateway,
  type TenantUnderTest,
} from './gateway.ts';
import { alice, bob } from './people.ts';
import { openVisitor, readClaims, readRefusal, signInAtGlewlwyd, type Visitor } from './person-at-the-browser.ts';
import { startSampleApplication } from './sample-application.ts';
import { type Algorithm, type Glewlwyd, startGlewlwyd } from './services/glewlwyd.ts';

const SCOPES = ['openid', 'profile', 'email', 'phone', 'groups', 'offline_access'];

let idp: Glewlwyd;
let gateway: GatewayUnderTest;
let browser: Browser;
const apps: RunningApp[] = [];

before(async () => {
  [idp, gateway, browser] = await Promise.all([startGlewlwyd(), startGateway(), openBrowser()]);
});
after(async () => {
  await Promise.all([browser?.close(), idp?.stop(), ...apps.map((app) => app.close())]);
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

interface Connected {
  tenant: TenantUnderTest;
  app: RunningApp;
  /** What the application's address leads to. */
  signInUrl: string;
}

/**
 * A tenant of its own with Glewlwyd, by discovery here and registration there. Glewlwyd does not say `email_verified`, so the person of
 * one connection is never taken for that of another.
 */
async function connect(slug: string, given: Case): Promise<Connected> {
  const { algorithm, authentication, clientId, secret = `secret${slug}0123456789`, oidc, registeredSecret } = given;
  const tenant = await gateway.createTenant(`acme-${slug}`);
  await furnish(tenant);
  const app = await startSampleApplication(tenant);
  apps.push(app);
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
  return { tenant, app, signInUrl: `${app.url}/sign-in?idp=${slug}` };
}

async function arrive(visitor: Visitor, { signInUrl }: Connected, person = alice): Promise<void> {
  await visitor.page.goto(signInUrl);
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

/** The trace ends with what the token endpoint said, in the provider's own word. */
function assertProviderError(trace: SignInTrace['trace'], error: string): void {
  const { step, received } = trace.at(-1) ?? {};
  assert.equal(step, 'oidc.token_endpoint');
  assert.deepEqual(received, { error, description: null, aadsts: null });
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
      const connected = await connect(slug, one);
      const { tenant } = connected;
      await withVisitor(async (visitor) => {
        await arrive(visitor, connected);
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
    const connected = await connect('refreshes', {
      algorithm: 'ES256',
      authentication: 'client_secret_post',
      clientId: 'refreshes',
    });
    await withVisitor(async (visitor) => {
      await arrive(visitor, connected);
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
    const connected = await connect('people', { algorithm: 'RS256', authentication: 'client_secret_post', clientId: 'people' });
    const subjects: unknown[] = [];
    for (const person of [alice, bob, alice]) {
      await withVisitor(async (visitor) => {
        await arrive(visitor, connected, person);
        const { idToken } = await readClaims(visitor);
        assert.deepEqual(idToken['groups'], EXPECTED[person === alice ? 'alice' : 'bob'].groups);
        subjects.push(idToken['sub']);
      });
    }
    assert.equal(subjects[0], subjects[2]);
    assert.notEqual(subjects[0], subjects[1]);
  });

  test('its auth_time of 0 is not taken for 1970', async () => {
    const connected = await connect('timeless', {
      algorithm: 'ES256',
      authentication: 'client_secret_post',
      clientId: 'timeless',
    });
    await withVisitor(async (visitor) => {
      const startedAt = Math.floor(Date.now() / 1000);
      await arrive(visitor, connected);
      const { idToken } = await readClaims(visitor);
      assert.ok(Number(idToken['auth_time']) >= startedAt - 5, `auth_time ${String(idToken['auth_time'])}`);
    });
  });
});

describe('A sign-in through Glewlwyd is refused, and its trace says why, when', () => {
  const refused = async (connected: Connected, code: string): Promise<SignInTrace> => {
    let trace: SignInTrace | undefined;
    await withVisitor(async (visitor) => {
      const refusal = await readRefusal(visitor, () => arrive(visitor, connected));
      assert.equal(refusal.code, code);
      trace = await readTrace(connected.tenant, refusal.reference);
      assert.equal(trace.code, code);
      assert.doesNotMatch(JSON.stringify(trace), /secret[a-z-]*0123456789|wrong-secret/);
      await visitor.page.goto(`${connected.app.url}/`);
      assert.equal(await visitor.page.locator('#claims').count(), 0);
    });
    assert.ok(trace);
    return trace;
  };

  test('our secret is wrong, which it tells with 403 and a code of its own', async () => {
    const wrong = { secret: 'wrong-secret-0123456789', registeredSecret: 'right-secret-0123456789' };
    const connected = await connect('misregistered', {
      algorithm: 'ES256',
      authentication: 'client_secret_post',
      clientId: 'misregistered',
      ...wrong,
    });
    const { trace } = await refused(connected, 'oidc.token_refused');
    assertProviderError(trace, 'unauthorized_client');
  });

  test('a secret needs escaping in Basic, which it does not undo', async () => {
    const connected = await connect('escaped', {
      algorithm: 'ES256',
      authentication: 'client_secret_basic',
      clientId: 'escaped',
      secret: 'a+secret/of=signs%0123',
    });
    const { trace } = await refused(connected, 'oidc.token_refused');
    assertProviderError(trace, 'unauthorized_client');
  });

  test('a recent authentication is wanted, and its auth_time is always 0', async () => {
    const connected = await connect('recent', {
      algorithm: 'ES256',
      authentication: 'client_secret_post',
      clientId: 'recent',
      oidc: { maxAgeSeconds: 300 },
    });
    await refused(connected, 'oidc.authentication_time_missing');
  });
});

describe('Glewlwyd', () => {
  test('says in the answer who it is (RFC 9207), and another issuer there is refused', async () => {
    const connected = await connect('mix-up', { algorithm: 'ES256', authentication: 'client_secret_post', clientId: 'mixup' });
    await withVisitor(async (visitor) => {
      // Glewlwyd's redirect is held back, and comes as from the server's other issuer.
      await visitor.page.route(/\/api\/oidc-es256\/auth\?.*g_continue/, async (route) => {
        const answer = new URL((await route.fetch({ maxRedirects: 0 })).headers()['location'] ?? '');
        assert.equal(answer.searchParams.get('iss'), idp.issuerOf('ES256'));
        answer.searchParams.set('iss', idp.issuerOf('RS256'));
        await route.fulfill({
          contentType: 'text/html',
          body: `<script>location.replace(${JSON.stringify(answer.href)})</script>`,
        });
      });
      const refusal = await readRefusal(visitor, () => arrive(visitor, connected));
      assert.equal(refusal.code, 'oidc.answer_issuer_mismatch');
    });
  });
});
