import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { AnswerChange } from '../../kit/oidc/index.ts';
import { bounded } from '../oracles.ts';
import { createHastyFetch } from './slow-provider.ts';
import { accept, openStage, refuseOne, type Stage } from './stage.ts';

let stage: Stage;
const here = (): Stage => stage;

before(async () => {
  stage = await openStage({ gateway: { world: { fetch: createHastyFetch() } } });
});
after(() => stage.close());

/** As a table has them: what the endpoint answers, and the code of the refusal. */
function refuseAnswers(answers: Record<string, [code: string, answer: AnswerChange]>): void {
  for (const [name, [code, tokenAnswer]] of Object.entries(answers)) {
    it(`${name}: ${code}`, async () => {
      await bounded(() => refuseOne(stage, { tokenAnswer }, code));
      assert.equal(stage.idp.count('other'), 0, 'code and secret went elsewhere');
    });
  }
}

describe('a token endpoint answers with one JSON object, small and soon (T108)', () => {
  const html = { headers: { 'content-type': 'text/html' } };
  accept(here, [
    { name: 'JSON' },
    { name: 'JSON with a charset', tokenAnswer: { headers: { 'content-type': 'application/json;charset=UTF-8' } } },
  ]);
  refuseAnswers({
    'a page': ['oidc.token_answer_unreadable', { ...html, body: '<html><script>alert(1)</script></html>' }],
    'JSON that calls itself a page': ['oidc.token_answer_unreadable', html],
    'no media type': ['oidc.token_answer_unreadable', { headers: { 'content-type': '' } }],
    'a form, as some did before OAuth 2.0 was done': [
      'oidc.token_answer_unreadable',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'access_token=aaaa&token_type=Bearer' },
    ],
    '10 MB': ['fetch.too_large', { body: 'x'.repeat(10_000_000) }],
    'a gzip bomb': ['fetch.too_large', { headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(100_000_000)) }],
    'broken gzip': ['fetch.answer_unreadable', { headers: { 'content-encoding': 'gzip' }, body: 'not gzip' }],
    'a redirect that keeps the form': ['oidc.token_answer_unreadable', { status: 307, headers: { location: '/elsewhere' } }],
    'a redirect': ['oidc.token_answer_unreadable', { status: 302, headers: { location: '/elsewhere' } }],
    'a permanent redirect': ['oidc.token_answer_unreadable', { status: 308, headers: { location: 'http://127.0.0.1:1/' } }],
    'a page that goes elsewhere': [
      'oidc.token_answer_unreadable',
      { ...html, body: '<meta http-equiv="refresh" content="0;url=/elsewhere">' },
    ],
    never: ['fetch.too_slow', { hang: true }],
    'an error as a page': ['oidc.token_answer_unreadable', { ...html, status: 500, body: 'oops' }],
    'with status 201': ['oidc.token_answer_unreadable', { status: 201 }],
    nothing: ['oidc.token_answer_unreadable', { body: '' }],
    'a half': ['oidc.token_answer_unreadable', { body: '{"access_token":' }],
    'a list': ['oidc.token_answer_unreadable', { body: '[]' }],
    'no access token': ['oidc.token_answer_unreadable', { json: { access_token: undefined } }],
    'an access token that would be two headers': ['oidc.token_answer_unreadable', { json: { access_token: 'a\r\nx-admin: 1' } }],
    'an access token of another type': ['oidc.token_answer_unreadable', { json: { token_type: 'mac' } }],
    'an access token in a list': ['oidc.token_answer_unreadable', { json: { access_token: ['aaaa'] } }],
    'no ID token': ['oidc.id_token_missing', { json: { id_token: undefined } }],
    'an ID token in a list': ['oidc.id_token_missing', { json: { id_token: ['eyJ'] } }],
    'an ID token that is none': ['oidc.token_malformed', { json: { id_token: 'nonsense' } }],
  });
});

describe('what a token endpoint refuses is told by its code, in plain words (T108)', () => {
  const script = '<script>alert(1)</script>';
  const description = `AADSTS7000215: ${script}\r\nSet-Cookie: sallyport-session=evil\u202e${'z'.repeat(5000)}`;
  const error = (name: string, status: number): AnswerChange => ({
    status,
    body: JSON.stringify({ error: name, error_description: description }),
  });
  accept(here, [{ name: 'no error' }]);
  const errors: Record<string, [code: string, answer: AnswerChange]> = {
    invalid_client: ['oidc.client_refused', error('invalid_client', 401)],
    invalid_grant: ['oidc.code_refused', error('invalid_grant', 400)],
    'invalid_grant as 403': ['oidc.code_refused', error('invalid_grant', 403)],
    'invalid_grant as 500': ['oidc.code_refused', error('invalid_grant', 500)],
    server_error: ['oidc.token_refused', error('server_error', 500)],
    'an error that is a script': ['oidc.token_refused', error(script, 400)],
    'an error that is an object': ['oidc.token_answer_unreadable', { status: 400, body: '{"error":{"code":"invalid_grant"}}' }],
    'an error with status 200': ['oidc.token_answer_unreadable', error('invalid_grant', 200)],
  };
  for (const [name, [code, tokenAnswer]] of Object.entries(errors)) {
    it(`${name}: ${code}`, async () => {
      const { body } = await refuseOne(stage, { tokenAnswer }, code);
      assert.ok(!body.includes('<script'), 'the provider’s words are markup on our page');
    });
  }
  it('a provider that is not there: fetch.unreachable', async () => {
    const gone = await stage.scene.startOidcIdp();
    const { issuer } = gone;
    await gone.close();
    // Another host is told the secret only by somebody who knows it.
    const clientSecret = [...stage.idp.clients.values()][0]?.secret;
    await stage.oidc.change({ oidc: { tokenEndpoint: `${issuer}/token`, clientSecret } });
    await refuseOne(stage, {}, 'fetch.unreachable');
  });
});
