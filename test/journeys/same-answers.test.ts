import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { before, describe, it } from 'node:test';
import type { Visit } from '../kit/agent.ts';
import { claimsOf, type TestApplication } from '../kit/scene.ts';
import { acme, agent, codeFor, redeem, setUp, store, twice } from './answers.fixture.ts';

const SCOPES = ['openid', 'openid email roles', 'openid profile email phone groups roles', 'openid profile offline_access'];

setUp();

describe('a plain request is answered as oidc-provider answers it', () => {
  let phone: TestApplication;
  before(async () => {
    phone = await acme.addApplication({ name: 'Phone', kind: 'public', tokenEndpointAuthMethod: 'none' });
  });

  for (const scope of SCOPES) {
    it(`a code for ${scope}`, async () => {
      const both = await twice((more) => codeFor(scope, more));
      const [plain, library] = both.map(({ visit }) => shapeOf(visit));
      assert.deepEqual(plain, library);
      assert.deepEqual(await rowOf('AuthorizationCode', both[0].code), await rowOf('AuthorizationCode', both[1].code));
    });

    for (const name of ['confidential, secret in the header', 'confidential, secret in the form', 'public'] as const) {
      it(`tokens for ${scope}, ${name}`, async () => {
        const application = name === 'public' ? phone : acme.application;
        const both = await twice(async (more) => {
          const { code, asked } = await codeFor(scope, {}, application);
          return redeem({ code, asked, application, inForm: name.endsWith('form') }, more);
        });
        const [plain, library] = both.map(tokensOf);
        assert.deepEqual(plain, library);
        assert.equal(plain?.lives, 3600, 'an ID token lives an hour');
        assert.equal('refresh_token' in (plain?.body ?? {}), scope.includes('offline_access'));
        for (const kind of ['AccessToken', 'RefreshToken'] as const) {
          const rows = await Promise.all(both.map((visit) => rowOf(kind, tokenIn(visit, kind))));
          assert.deepEqual(rows[0], rows[1]);
        }
      });
    }

    it(`userinfo for ${scope}`, async () => {
      const { code, asked } = await codeFor(scope);
      const { access_token: token } = JSON.parse((await redeem({ code, asked, application: acme.application }, {})).body);
      const headers = { authorization: `Bearer ${token}` };
      const url = `${acme.url}/oauth/userinfo`;
      const both = await twice((more) => agent.get(`${url}${Object.keys(more).length ? '?more=1' : ''}`, headers));
      const [plain, library] = both.map((visit) => ({ ...shapeOf(visit), body: JSON.parse(visit.body) as unknown }));
      assert.deepEqual(plain, library);
    });
  }

  it('tokens signed with RS256, where the tenant says so', async () => {
    await acme.api.call('PATCH', '/api/v1/settings', { idTokenAlgorithm: 'RS256' });
    const both = await twice(async (more) => {
      const { code, asked } = await codeFor('openid');
      return redeem({ code, asked, application: acme.application }, more);
    });
    const [plain, library] = both.map(tokensOf);
    assert.equal(plain?.header['alg'], 'RS256');
    assert.deepEqual(plain, library);
    await acme.api.call('PATCH', '/api/v1/settings', { idTokenAlgorithm: 'ES256' });
  });
});

describe('what is not plain is left to oidc-provider, body and all', () => {
  const refused: [string, (fields: Record<string, string>) => Record<string, string>, string][] = [
    ['a wrong verifier', (fields) => ({ ...fields, code_verifier: 'x'.repeat(43) }), 'invalid_grant'],
    ['another redirect URI', (fields) => ({ ...fields, redirect_uri: 'https://evil.example/' }), 'invalid_grant'],
    ['no code', ({ code: _, ...fields }) => fields, 'invalid_request'],
    ['a grant type that nobody knows', (fields) => ({ ...fields, grant_type: 'password' }), 'unsupported_grant_type'],
    ['a code that nobody gave', (fields) => ({ ...fields, code: 'A'.repeat(43) }), 'invalid_grant'],
  ];
  for (const [title, change, error] of refused) {
    it(`${title}: ${error}`, async () => {
      const { code, asked } = await codeFor('openid');
      const { body } = await redeem({ code, asked, application: acme.application, change }, {});
      assert.equal((JSON.parse(body) as { error: string }).error, error);
    });
  }

  it('a wrong secret: invalid_client, and the code is still good', async () => {
    const { code, asked } = await codeFor('openid');
    const application = { ...acme.application, secret: 'x'.repeat(43) };
    const wrong = await redeem({ code, asked, application }, {});
    assert.equal((JSON.parse(wrong.body) as { error: string }).error, 'invalid_client');
    assert.equal((await redeem({ code, asked, application: acme.application }, {})).status, 200);
  });

  it('a page of another site gets no answer that it could read', async () => {
    const { code, asked } = await codeFor('openid');
    const { access_token: token } = JSON.parse((await redeem({ code, asked, application: acme.application }, {})).body);
    const headers = { authorization: `Bearer ${token}`, origin: 'https://evil.example' };
    const { status, headers: sent } = await agent.get(`${acme.url}/oauth/userinfo`, headers);
    assert.equal(status, 400);
    assert.equal(sent['access-control-allow-origin'], undefined);
  });
});

/** Everything but what differs from one answer to the next. */
function shapeOf({ status, headers, location }: Visit) {
  const { date: _d, 'content-length': _l, location: _o, 'x-request-id': _r, ...kept } = headers;
  const address = location === undefined ? undefined : new URL(location);
  // Of the link that a redirect has in its body.
  if (address) delete kept['content-type'];
  if (address?.searchParams.has('code')) address.searchParams.set('code', shape(address.searchParams.get('code')));
  return { status, headers: kept, address: address?.href };
}

const shape = (value: unknown): string => String(value).replace(/[\w-]/g, 'x');

function tokensOf(visit: Visit) {
  const body = JSON.parse(visit.body) as Record<string, string>;
  const { iat, exp, ...claims } = claimsOf(body['id_token'] ?? '');
  const header = JSON.parse(Buffer.from((body['id_token'] ?? '').split('.')[0] ?? '', 'base64url').toString());
  const { id_token: _, ...rest } = body;
  for (const name of ['access_token', 'refresh_token']) if (rest[name]) rest[name] = shape(rest[name]);
  return { ...shapeOf(visit), body: rest, header: header as Record<string, unknown>, claims, lives: exp - iat };
}

const tokenIn = ({ body }: Visit, kind: 'AccessToken' | 'RefreshToken'): string =>
  (JSON.parse(body) as Record<string, string>)[kind === 'AccessToken' ? 'access_token' : 'refresh_token'] ?? '';

/** A stored code or token, without what differs from one to the next. */
async function rowOf(kind: string, id: string) {
  const rows = store.db().selectFrom('oidc_artifacts').selectAll().where('kind', '=', kind);
  const row = await rows.where('id_hash', '=', hash('sha256', id, 'base64url')).executeTakeFirst();
  if (!row) return undefined;
  const { id_hash: _i, payload, grant_id, expires_at, ...kept } = row;
  const { iat, exp, iiat, codeChallenge, grantId, ...said } = JSON.parse(payload) as Record<string, number | string>;
  assert.equal(grantId, grant_id);
  const lives = Number(exp) - Number(iat);
  assert.ok(Math.abs(Number(expires_at) - Number(exp) * 1000) <= 2000);
  return {
    ...kept,
    said,
    lives,
    began: iiat === undefined ? undefined : Number(iiat) - Number(iat),
    codeChallenge: shape(codeChallenge),
    grant: grant_id?.split('.').slice(0, 3),
  };
}
