import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { driver, refusesToken, setUp } from './id-token.fixture.ts';

setUp();

const now = (): number => Math.floor(driver.clock.time / 1000);

describe('T96: times are times, and now', () => {
  refusesToken('exp missing', 'oidc.time_malformed', { claims: { exp: undefined } });
  refusesToken('exp as a text', 'oidc.time_malformed', () => ({ claims: { exp: String(now() + 300) } }));
  refusesToken('exp 1e308', 'oidc.time_malformed', { claims: { exp: 1e308 } });
  refusesToken('exp beyond numbers', 'oidc.time_malformed', {
    payloadText: (payload) => JSON.stringify(payload).replace(/"exp":\d+/, '"exp":1e999'),
  });
  refusesToken('exp negative', 'oidc.time_malformed', { claims: { exp: -1 } });
  refusesToken('exp null', 'oidc.time_malformed', { claims: { exp: null } });
  refusesToken('exp past', 'oidc.token_expired', () => ({ claims: { exp: now() - 121, iat: now() - 400 } }));
  refusesToken('iat missing', 'oidc.time_malformed', { claims: { iat: undefined } });
  refusesToken('iat in an hour', 'oidc.token_not_yet_valid', () => ({ claims: { iat: now() + 3600, exp: now() + 4000 } }));
  refusesToken('iat of yesterday', 'oidc.token_too_old', () => ({ claims: { iat: now() - 86_400 } }));
  refusesToken('nbf in an hour', 'oidc.token_not_yet_valid', () => ({ claims: { nbf: now() + 3600 } }));
  refusesToken('nbf as a text', 'oidc.time_malformed', { claims: { nbf: 'now' } });
  refusesToken('exp two minutes ago', 'oidc.token_expired', () => ({ claims: { exp: now() - 120, iat: now() - 400 } }));
  refusesToken('iat in more than two minutes, whatever nbf says', 'oidc.token_not_yet_valid', () => ({
    claims: { iat: now() + 121, nbf: now() },
  }));
  refusesToken('nbf in more than two minutes', 'oidc.token_not_yet_valid', () => ({ claims: { nbf: now() + 121 } }));
  refusesToken('iat of an hour ago', 'oidc.token_too_old', () => ({ claims: { iat: now() - 3600 } }));
  refusesToken('exp after the year 9999', 'oidc.time_malformed', { claims: { exp: 253_402_300_800 } });
  it('control: clocks two minutes apart, and the furthest times', async () => {
    for (const claims of [
      { exp: now() - 119, iat: now() - 400 },
      { iat: now() + 120, nbf: now() + 120 },
      { iat: now() - 3599 },
      { nbf: 0, exp: 253_402_300_799 },
    ]) {
      driver.idp.nextToken({ claims });
      await driver.signIn();
    }
  });
});

describe('T96: the person authenticated when and how it was asked for', () => {
  const asked = { maxAgeSeconds: 600 };
  refusesToken(
    'auth_time older than max_age',
    'oidc.authentication_too_old',
    () => ({ claims: { auth_time: now() - 721 } }),
    asked,
  );
  refusesToken('auth_time missing', 'oidc.authentication_time_missing', { claims: { auth_time: undefined } }, asked);
  refusesToken(
    'auth_time 0, which Glewlwyd always says',
    'oidc.authentication_time_missing',
    { claims: { auth_time: 0 } },
    asked,
  );
  refusesToken(
    'auth_time as a text',
    'oidc.authentication_time_missing',
    () => ({ claims: { auth_time: String(now()) } }),
    asked,
  );
  refusesToken('auth_time in milliseconds', 'oidc.authentication_time_missing', { claims: { auth_time: 1e11 } }, asked);
  refusesToken(
    'auth_time in more than two minutes',
    'oidc.authentication_too_old',
    () => ({ claims: { auth_time: now() + 121 } }),
    asked,
  );
  it('control: as old as was asked for, by clocks two minutes apart; any age where nothing was asked', async () => {
    for (const auth_time of [now() - 720, now() + 120]) {
      driver.idp.nextToken({ claims: { auth_time } });
      await driver.signIn({ settings: asked });
    }
    driver.idp.nextToken({ claims: { auth_time: now() - 86_400 } });
    await driver.signIn();
  });
  refusesToken('auth_time in an hour', 'oidc.authentication_too_old', () => ({ claims: { auth_time: now() + 3600 } }), asked);
  it('asks for max_age, and takes the shorter of what application and provider want', async () => {
    driver.idp.nextToken({ claims: { auth_time: now() - 100 } });
    const { url, identity } = await driver.signIn({ settings: asked, wish: { maxAgeSeconds: 60 } });
    assert.equal(url.searchParams.get('max_age'), '60');
    assert.equal(identity.authenticatedAt?.getTime(), (now() - 100) * 1000);
    driver.idp.nextToken({ claims: { auth_time: now() - 200 } });
    await driver.refused('oidc.authentication_too_old', { settings: asked, wish: { maxAgeSeconds: 60 } });
  });
  it('forces a new authentication with prompt=login, and notices an old one where the provider tells', async () => {
    const { url, identity } = await driver.signIn({ wish: { forceAuthn: true } });
    assert.equal(url.searchParams.get('prompt'), 'login');
    assert.equal(identity.authenticatedAt, null);
    driver.idp.nextToken({ claims: { auth_time: now() - 300 } });
    await driver.refused('oidc.authentication_too_old', { wish: { forceAuthn: true } });
  });
  it('asks only when so set', async () => {
    driver.idp.nextToken({ claims: { auth_time: undefined, acr: 'low', amr: ['pwd'] } });
    const settings = { ...asked, acrValues: ['high'], amrValues: ['mfa'], enforceContext: false };
    const { url, identity } = await driver.signIn({ settings });
    assert.equal(url.searchParams.get('acr_values'), 'high');
    assert.equal(identity.acr, 'low');
    assert.deepEqual(identity.amr, ['pwd']);
  });
  const context = { acrValues: ['high', 'higher'] };
  refusesToken('acr missing', 'oidc.context_mismatch', {}, context);
  refusesToken('another acr', 'oidc.context_mismatch', { claims: { acr: 'low' } }, context);
  refusesToken('acr in a list', 'oidc.context_mismatch', { claims: { acr: ['high'] } }, context);
  it('control: one of the acr values asked for; those of the application go first', async () => {
    driver.idp.nextToken({ claims: { acr: 'higher' } });
    assert.equal((await driver.signIn({ settings: context })).identity.acr, 'higher');
    await driver.refused('oidc.context_mismatch', { settings: context, wish: { acrValues: ['phr'] } });
    driver.idp.nextToken({ claims: { acr: 'higher' } });
    await driver.refused('oidc.context_mismatch', { settings: context, wish: { acrValues: ['phr'] } });
  });
  const methods = { amrValues: ['pwd', 'otp'] };
  refusesToken('a method missing', 'oidc.methods_mismatch', { claims: { amr: ['pwd'] } }, methods);
  refusesToken('amr missing', 'oidc.methods_mismatch', {}, methods);
  it('control: one method that is stated as a text, and a list with more in it than texts', async () => {
    for (const amr of ['otp', ['otp', 7, null, { method: 'pwd' }]]) {
      driver.idp.nextToken({ claims: { amr } });
      assert.deepEqual((await driver.signIn({ settings: { amrValues: ['otp'] } })).identity.amr, ['otp']);
    }
  });
  it('control: all methods asked for', async () => {
    driver.idp.nextToken({ claims: { amr: ['otp', 'pwd', 'mfa'] } });
    const { url } = await driver.signIn({ settings: methods });
    assert.deepEqual(JSON.parse(url.searchParams.get('claims') ?? ''), {
      id_token: { amr: { essential: true, values: ['pwd', 'otp'] } },
    });
  });
});
