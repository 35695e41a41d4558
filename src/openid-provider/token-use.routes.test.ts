import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as client from 'openid-client';
import { Browser, post } from './browser.fixture.ts';
import { findTokenUser } from './find-token-user.ts';
import { ISSUER, insertTenant, type Node, REDIRECT_URI, world } from './node.fixture.ts';
import { acme, one, register, setUp, shared, signedInBrowser, signIn, store, two } from './openid-provider.fixture.ts';

setUp();

describe('Introspection and revocation (T118, T119, RFC 7662, RFC 7009)', () => {
  it('tell the client of a token about it, with how the person authenticated (RFC 9470 §6.2)', async () => {
    const crm = await register();
    const { tokens, claims } = await signIn(crm);
    const { body } = await crm.introspect(tokens.access_token);
    assert.deepEqual(
      [body['active'], body['sub'], body['client_id'], body['iss'], body['acr'], body['auth_time'], body['token_type']],
      [true, 'usr_alice', crm.id, ISSUER, 'urn:acme:strong', claims['auth_time'], 'Bearer'],
    );
  });

  it('tell nothing to another client, to a public one, or to nobody', async () => {
    const crm = await register();
    const wiki = await register({ name: 'Wiki' });
    const app = await register({ kind: 'public', name: 'App' });
    const { tokens } = await signIn(crm);
    assert.deepEqual((await wiki.introspect(tokens.access_token)).body, { active: false });
    const own = await signIn(app);
    assert.deepEqual((await app.introspect(own.tokens.access_token)).body, { active: false });
    const nobody = await post(one, `${ISSUER}/oauth/introspect`, { token: tokens.access_token });
    assert.equal(nobody.status, 400);
    const guessed = await post(one, `${ISSUER}/oauth/introspect`, {
      token: tokens.access_token,
      client_id: crm.id,
      client_secret: 'guessed',
    });
    assert.deepEqual([guessed.status, guessed.body['error']], [401, 'invalid_client']);
  });

  it('take a token only as it was given out, and only at its issuer', async () => {
    const crm = await register();
    const { tokens } = await signIn(crm);
    const token = tokens.access_token;
    const flipped = token[0] === token[0]?.toLowerCase() ? token.toUpperCase() : token.toLowerCase();
    for (const other of [token.slice(0, -1), token.slice(0, -20), flipped, `${token}\0`, `${token} `]) {
      assert.equal((await crm.introspect(other)).body['active'], false, JSON.stringify(other));
    }
    await insertTenant(shared, store, 'globex');
    const theirs = await register({}, 'globex');
    assert.equal(await theirs.userinfoStatus(token), 401);
    assert.equal((await theirs.introspect(token)).body['active'], false);
    assert.equal(await crm.userinfoStatus(token), 200);
  });

  it('revoke a token with its family, for its own client only', async () => {
    const crm = await register({ grantTypes: ['authorization_code', 'refresh_token'] });
    const wiki = await register({ name: 'Wiki' });
    const browser = new Browser(one);
    const { tokens } = await signIn(crm, browser, { scope: 'openid offline_access' });
    const unrelated = await signIn(crm, browser);
    assert.equal((await wiki.revoke(tokens.access_token)).status, 200);
    assert.equal(await crm.userinfoStatus(tokens.access_token), 200);
    assert.equal((await crm.revoke(tokens.refresh_token ?? '')).status, 200);
    assert.equal(await crm.userinfoStatus(tokens.access_token), 401);
    assert.equal((await crm.refresh(tokens.refresh_token ?? '')).body['error'], 'invalid_grant');
    assert.equal(await crm.userinfoStatus(unrelated.tokens.access_token), 200);
    assert.deepEqual(
      shared.audit.filter(({ action }) => action === 'grant.ended'),
      [],
    );
  });
});

describe('Client authentication (RFC 6749 §2.3, RFC 7523)', () => {
  it('by secret in the header and in the body, and by nothing else', async () => {
    for (const tokenEndpointAuthMethod of ['client_secret_basic', 'client_secret_post'] as const) {
      const crm = await register({ tokenEndpointAuthMethod });
      assert.equal((await signIn(crm)).claims.sub, 'usr_alice');
      const { code, verifier } = await crm.code(await signedInBrowser(crm));
      const wrong = await post(one, `${ISSUER}/oauth/token`, {
        grant_type: 'authorization_code',
        code,
        code_verifier: verifier,
        redirect_uri: REDIRECT_URI,
        client_id: crm.id,
        client_secret: `${crm.secret}x`,
      });
      assert.deepEqual([wrong.status, wrong.body['error']], [401, 'invalid_client']);
      const nothing = await post(one, `${ISSUER}/oauth/token`, {
        grant_type: 'authorization_code',
        code,
        code_verifier: verifier,
        redirect_uri: REDIRECT_URI,
        client_id: crm.id,
      });
      assert.deepEqual([nothing.status, nothing.body['error']], [401, 'invalid_client']);
    }
  });

  it('by key: the issuer alone is the audience, and an assertion is good once at all nodes', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const crm = await register({
      tokenEndpointAuthMethod: 'private_key_jwt',
      jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }] },
    });
    const browser = await signedInBrowser(crm, client.PrivateKeyJwt({ key: privateKey, kid: 'k1' }));
    const assertion = (claims: Record<string, unknown>, expires = '1m') =>
      new SignJWT({ iss: crm.id, sub: crm.id, jti: randomBytes(8).toString('hex'), aud: ISSUER, ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
        .setIssuedAt()
        .setExpirationTime(expires)
        .sign(privateKey);
    const redeem = async (jwt: string, node: Node = one) => {
      const { code, verifier } = await crm.code(browser);
      return post(node, `${ISSUER}/oauth/token`, {
        grant_type: 'authorization_code',
        code,
        code_verifier: verifier,
        redirect_uri: REDIRECT_URI,
        client_assertion: jwt,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      });
    };
    const good = await assertion({});
    assert.equal((await redeem(good)).status, 200);
    const refused = [
      good,
      await assertion({ aud: `${ISSUER}/oauth/token` }),
      await assertion({ aud: [ISSUER, 'https://evil.example'] }),
      await assertion({ aud: `${ISSUER}/` }),
      await assertion({ iss: 'app_other' }),
      await assertion({}, '2h'),
    ];
    for (const jwt of refused) assert.deepEqual((await redeem(jwt, two)).body['error'], 'invalid_client');
    const once = await assertion({});
    const answers = await Promise.all(Array.from({ length: 10 }, (_, turn) => redeem(once, turn % 2 ? one : two)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  });
});

describe("Access tokens at the gateway's own API", () => {
  it('open it only when they were given for that', async () => {
    const crm = await register({ scopes: ['openid', 'sallyport_api'] });
    const find = (token: string) =>
      findTokenUser({ artifacts: one.artifacts, world, findPermissions: async () => new Set(['users:read']) }, acme(), token);
    const plain = await signIn(crm, new Browser(one), { scope: 'openid' });
    const forApi = await signIn(crm, new Browser(one), { scope: 'openid sallyport_api' });
    assert.equal(await find(plain.tokens.access_token), undefined);
    assert.deepEqual(await find(forApi.tokens.access_token), { id: 'usr_alice', permissions: new Set(['users:read']) });
    assert.equal(await find('guessed'), undefined);
  });

  it('open it no longer than they live', async () => {
    const crm = await register({ scopes: ['openid', 'sallyport_api'] });
    const { tokens } = await signIn(crm, new Browser(one), { scope: 'openid sallyport_api' });
    const findAt = (seconds: number) => {
      const later = { ...world, now: () => new Date(world.now().getTime() + seconds * 1000) };
      return findTokenUser(
        { artifacts: one.artifacts, world: later, findPermissions: async () => new Set() },
        acme(),
        tokens.access_token,
      );
    };
    const lifetime = tokens.expires_in ?? 0;
    assert.ok(lifetime > 60);
    assert.ok(await findAt(lifetime - 60), 'the control');
    assert.equal(await findAt(lifetime + 1), undefined);
  });
});
