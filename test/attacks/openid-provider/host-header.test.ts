import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { authorizationRequest } from '../../kit/scene.ts';
import { openStage, type Person, type Stage, type Tokens, tokensOf } from './stage.ts';

const EVIL = 'evil.example';

let stage: Stage;
let person: Person;
let tokens: Tokens;

before(async () => {
  stage = await openStage();
  person = await stage.person();
  tokens = await tokensOf(stage.n1, stage.crm, person);
});
after(() => stage.close());

interface Raw {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Sends exactly this target and these headers; node adds nothing of its own but the connection. */
function send(target: string, headers: Record<string, string>, form?: string): Promise<Raw> {
  const { hostname, port } = new URL(stage.n1.url);
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, path: target, method: form === undefined ? 'GET' : 'POST', headers, setHost: false },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        answer.on('error', reject).on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
      },
    );
    sent.on('error', reject).end(form);
  });
}

/** What is known of a request's host, and by whom it is said. */
const says: Record<string, (origin: URL) => { headers: Record<string, string>; absolute?: string }> = {
  Host: () => ({ headers: { host: EVIL } }),
  'Host with a port': ({ port }) => ({ headers: { host: `${EVIL}:${port}` } }),
  'Host with a tenant in front': () => ({ headers: { host: `globex.${EVIL}` } }),
  'X-Forwarded-Host': ({ host }) => ({ headers: { host, 'x-forwarded-host': EVIL, 'x-forwarded-port': '1' } }),
  'X-Forwarded-Proto': ({ host }) => ({ headers: { host, 'x-forwarded-proto': 'ftp' } }),
  'X-Forwarded-Prefix': ({ host }) => ({ headers: { host, 'x-forwarded-prefix': `/${EVIL}` } }),
  'X-Original-URL': ({ host }) => ({ headers: { host, 'x-original-url': `//${EVIL}/`, 'x-rewrite-url': `//${EVIL}/` } }),
  Forwarded: ({ host }) => ({ headers: { host, forwarded: `host=${EVIL};proto=ftp;for=${EVIL}` } }),
  'all of them': () => ({
    headers: { host: EVIL, 'x-forwarded-host': EVIL, 'x-forwarded-proto': 'ftp', forwarded: `host=${EVIL}` },
  }),
  'an absolute address in the request line': ({ host }) => ({ headers: { host }, absolute: `http://${EVIL}` }),
  'an absolute address and Host': () => ({ headers: { host: EVIL }, absolute: `https://${EVIL}` }),
};

describe('addresses and issuer are the tenant’s own, whatever a request says of its host (T121)', () => {
  const ask = (
    name: keyof typeof says,
    path: string,
    more: { headers?: Record<string, string>; form?: string } = {},
  ): Promise<Raw> => {
    const url = new URL(`${stage.n1.url}${path}`);
    const { headers, absolute = '' } = (says[name] as (origin: URL) => { headers: Record<string, string>; absolute?: string })(
      url,
    );
    return send(`${absolute}${url.pathname}${url.search}`, { ...headers, ...more.headers }, more.form);
  };
  const withCookies = (): Record<string, string> => ({ cookie: person.agent.cookieHeader(new URL(stage.n1.url).origin) });
  const untouched = (raw: Raw): void => {
    assert.doesNotMatch(raw.body, /evil\.example|ftp:/);
    assert.doesNotMatch(JSON.stringify(raw.headers), /evil\.example|ftp:/);
  };
  for (const name of Object.keys(says)) {
    it(`${name}: discovery`, async () => {
      const raw = await ask(name, '/.well-known/openid-configuration');
      assert.equal(raw.status, 200);
      untouched(raw);
      const metadata = JSON.parse(raw.body) as Record<string, unknown>;
      assert.equal(metadata['issuer'], stage.acme.url);
      for (const [member, value] of Object.entries(metadata)) {
        if (/_endpoint$|_uri$/.test(member))
          assert.ok(String(value).startsWith(`${stage.acme.url}/`), `${member}: ${String(value)}`);
      }
    });
    it(`${name}: a sign-in is sent to the provider with our own redirect URI`, async () => {
      const { search } = new URL(authorizationRequest(stage.n1, stage.crm, { idp: stage.oidc.slug }).url);
      const raw = await ask(name, `/oauth/authorize${search}`);
      untouched(raw);
      const sent = new URL(String(raw.headers['location']));
      assert.equal(sent.origin, stage.idp.issuer);
      assert.equal(sent.searchParams.get('redirect_uri'), stage.oidc.callbackUrl);
    });
    it(`${name}: a code and tokens name our issuer`, async () => {
      const asked = authorizationRequest(stage.n1, stage.crm);
      const raw = await ask(name, `/oauth/authorize${new URL(asked.url).search}`, { headers: withCookies() });
      untouched(raw);
      const answer = new URL(String(raw.headers['location'])).searchParams;
      assert.equal(answer.get('iss'), stage.acme.url);
      const form = new URLSearchParams({
        grant_type: 'authorization_code',
        code: answer.get('code') ?? '',
        redirect_uri: stage.crm.redirectUri,
        code_verifier: asked.verifier,
      }).toString();
      const exchanged = await ask(name, '/oauth/token', {
        form,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': String(Buffer.byteLength(form)),
          authorization: `Basic ${Buffer.from(`${stage.crm.id}:${stage.crm.secret}`).toString('base64')}`,
        },
      });
      assert.equal(exchanged.status, 200, exchanged.body);
      const { id_token: idToken } = JSON.parse(exchanged.body) as { id_token: string };
      const claims = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
      assert.equal(claims['iss'], stage.acme.url);
    });
    it(`${name}: pages and sign-out`, async () => {
      for (const path of ['/sign-in', '/sign-out', '/oauth/authorize', '/oauth/end-session', '/nowhere']) {
        untouched(await ask(name, path, { headers: { accept: 'text/html' } }));
      }
      const hint = new URLSearchParams({ id_token_hint: tokens.id_token });
      const asked = await ask(name, `/oauth/end-session?${hint}`, { headers: { accept: 'text/html' } });
      assert.equal(asked.status, 200);
      untouched(asked);
    });
  }
  it('no answer may be kept for others under a name of the attacker’s', async () => {
    for (const path of ['/sign-in', '/oauth/authorize']) {
      const { headers } = await ask('Host', path, { headers: { accept: 'text/html' } });
      assert.match(String(headers['cache-control']), /no-store/);
    }
  });
});
