import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { openBrowser } from '#test/browser/index.ts';
import { EXPECTED, furnish, type GatewayUnderTest, POLICY, startGateway, type TenantUnderTest } from './gateway.ts';
import { alice } from './people.ts';
import { openVisitor, signInAtGlewlwyd, type Visitor } from './person-at-the-browser.ts';
import { type Glewlwyd, startGlewlwyd } from './services/glewlwyd.ts';
import {
  type ModAuthOpenidc,
  type Registration,
  reserveModAuthOpenidc,
  startModAuthOpenidc,
} from './services/mod-auth-openidc.ts';

let idp: Glewlwyd;
let gateway: GatewayUnderTest;
let tenant: TenantUnderTest;
let browser: Browser;
const parties: ModAuthOpenidc[] = [];

before(async () => {
  [idp, gateway, browser] = await Promise.all([startGlewlwyd(), startGateway(), openBrowser()]);
  tenant = await gateway.createTenant('acme');
  await furnish(tenant);
  await connectGlewlwyd();
});
after(async () => {
  await Promise.all([browser?.close(), idp?.stop(), ...parties.map((party) => party.stop())]);
  await gateway?.stop();
});

async function connectGlewlwyd(): Promise<void> {
  const secret = 'between-us-0123456789';
  await idp.register({ id: 'sallyport', secret, redirectUri: `${tenant.url}/sso/glewlwyd/callback` });
  const issuer = idp.issuerOf('ES256');
  const { settings } = await tenant.api.create<{ settings: Record<string, unknown> }>('/identity-providers/fetch-configuration', {
    issuer,
  });
  await tenant.api.create('/identity-providers', {
    ...POLICY,
    kind: 'oidc',
    slug: 'glewlwyd',
    name: 'Glewlwyd',
    oidc: {
      ...settings,
      clientId: 'sallyport',
      clientSecret: secret,
      clientAuthentication: 'client_secret_post',
      scopes: ['openid', 'profile', 'email', 'groups'],
    },
    claims: { email: 'email', firstName: 'given_name', lastName: 'family_name', groups: 'groups', roles: 'roles' },
  });
}

/** Registers mod_auth_openidc with the tenant as an application, and starts it. */
async function startParty(
  wish: Pick<Registration, 'clientAuthentication' | 'authorizationParameters' | 'responseMode'>,
): Promise<ModAuthOpenidc> {
  const reservation = await reserveModAuthOpenidc();
  const { clientAuthentication, authorizationParameters, responseMode } = wish;
  const { id, clientSecret } = await tenant.api.create<{ id: string; clientSecret: string | null }>('/applications', {
    name: 'mod_auth_openidc',
    kind: 'confidential',
    redirectUris: [reservation.redirectUri],
    tokenEndpointAuthMethod: clientAuthentication,
    ...(clientAuthentication === 'private_key_jwt' ? { jwks: { keys: [reservation.jwk] } } : {}),
  });
  const registration = {
    issuer: tenant.url,
    clientId: id,
    clientSecret: clientSecret ?? '',
    clientAuthentication,
    scope: 'openid profile email',
    authorizationParameters,
    responseMode,
  };
  const party = await startModAuthOpenidc(reservation, registration);
  parties.push(party);
  return party;
}

async function withVisitor(work: (visitor: Visitor) => Promise<void>): Promise<void> {
  const visitor = await openVisitor(browser);
  try {
    await work(visitor);
  } finally {
    await visitor.leave();
  }
}

interface SessionInfo {
  id_token: Record<string, unknown>;
  userinfo: Record<string, unknown>;
  access_token: string;
  refresh_token?: string;
}

async function readSession({ page }: Visitor, party: ModAuthOpenidc): Promise<SessionInfo> {
  const answer = await page.request.get(party.sessionInfo);
  assert.equal(answer.status(), 200);
  return (await answer.json()) as SessionInfo;
}

describe('mod_auth_openidc, a certified relying party, signs a person in against Sallyport', () => {
  for (const clientAuthentication of ['client_secret_basic', 'client_secret_post'] as const) {
    test(`by code and PKCE, with ${clientAuthentication}`, async () => {
      const party = await startParty({ clientAuthentication });
      await withVisitor(async (visitor) => {
        await visitor.page.goto(party.protectedPage);
        await signInAtGlewlwyd(visitor, alice);
        await visitor.page.waitForURL(party.protectedPage);
        const { id_token, userinfo } = await readSession(visitor, party);
        assert.equal((await visitor.page.locator('#user').textContent())?.trim(), id_token['sub']);
        assert.equal(id_token['iss'], tenant.url);
        assert.equal(userinfo['email'], alice.email);
        assert.deepEqual(id_token['groups'], EXPECTED.alice.groups);
        assert.deepEqual(userinfo['roles'], EXPECTED.alice.roles);
      });
    });
  }

  test('by code and PKCE, with the answer posted by a form', async () => {
    const party = await startParty({ clientAuthentication: 'client_secret_basic', responseMode: 'form_post' });
    await withVisitor(async (visitor) => {
      await visitor.page.goto(party.protectedPage);
      await signInAtGlewlwyd(visitor, alice);
      await visitor.page.waitForURL(party.protectedPage);
      assert.equal((await readSession(visitor, party)).userinfo['email'], alice.email);
    });
  });

  test('once, and enters with the session that stands the second time', async () => {
    const [one, other] = [
      await startParty({ clientAuthentication: 'client_secret_basic' }),
      await startParty({ clientAuthentication: 'client_secret_post' }),
    ];
    await withVisitor(async (visitor) => {
      await visitor.page.goto(one.protectedPage);
      await signInAtGlewlwyd(visitor, alice);
      await visitor.page.waitForURL(one.protectedPage);
      await visitor.page.goto(other.protectedPage);
      assert.equal(visitor.page.url(), other.protectedPage);
      const [first, second] = [await readSession(visitor, one), await readSession(visitor, other)];
      assert.equal(first.id_token['sub'], second.id_token['sub']);
    });
  });
});

describe('mod_auth_openidc with private_key_jwt', () => {
  test('addresses its assertion to the token endpoint, and is refused: the issuer alone is the audience (RFC 7523bis)', async () => {
    const party = await startParty({ clientAuthentication: 'private_key_jwt' });
    await withVisitor(async (visitor) => {
      await visitor.page.goto(party.protectedPage);
      await signInAtGlewlwyd(visitor, alice);
      await visitor.page.getByText('Error in handling response type').waitFor();
      assert.equal((await visitor.page.request.get(party.sessionInfo)).status(), 401);
    });
    assert.match(readFileSync(`${party.folder}/log/error.log`, 'utf8'), /"error" entry with value: ""invalid_client""/);
  });
});

describe('mod_auth_openidc on an error response', () => {
  test('goes round in circles when it carries `iss`, as RFC 9207 wants it to', async () => {
    const party = await startParty({ clientAuthentication: 'client_secret_basic', authorizationParameters: 'prompt=none' });
    await withVisitor(async (visitor) => {
      const answers: string[] = [];
      visitor.page.on(
        'request',
        (request) => void (request.url().startsWith(`${party.url}/protected/callback`) && answers.push(request.url())),
      );
      await assert.rejects(visitor.page.goto(party.protectedPage), /ERR_TOO_MANY_REDIRECTS/);
      const answer = new URL(answers[0] ?? '').searchParams;
      assert.equal(answer.get('error'), 'login_required');
      assert.equal(answer.get('iss'), tenant.url);
    });
  });

  test('shows its error page when the answer comes by form_post, `iss` and all', async () => {
    const party = await startParty({
      clientAuthentication: 'client_secret_basic',
      authorizationParameters: 'prompt=none',
      responseMode: 'form_post',
    });
    await withVisitor(async ({ page, journey }) => {
      await page.goto(party.protectedPage);
      await page.getByText('login_required').waitFor();
      const answer = journey.at(-1);
      assert.equal(answer?.method, 'POST');
      assert.equal(answer?.url, `${party.url}/protected/callback`);
      assert.equal(new URLSearchParams(answer?.body ?? '').get('iss'), tenant.url);
    });
  });
});

describe('mod_auth_openidc begins a sign-in', () => {
  test('for a browser that navigates, and not for a script that fetches', async () => {
    const party = await startParty({ clientAuthentication: 'client_secret_basic' });
    const scripted = await askAs('cors', party.protectedPage);
    assert.equal(scripted.statusCode, 401);
    const navigation = await askAs('navigate', party.protectedPage);
    assert.equal(navigation.statusCode, 302);
    assert.ok(navigation.headers.location?.startsWith(`${tenant.url}/oauth/authorize?`), navigation.headers.location);
  });
});

/** Node's own `fetch` always says `cors`. */
function askAs(mode: string, url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(
      url,
      { headers: { accept: 'text/html', 'sec-fetch-mode': mode, 'sec-fetch-dest': mode === 'navigate' ? 'document' : 'empty' } },
      (answer) => resolve(answer.resume()),
    ).once('error', reject);
  });
}
