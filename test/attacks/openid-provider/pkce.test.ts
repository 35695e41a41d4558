import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { Agent } from '../../kit/agent.ts';
import { authorizationRequest, type TestApplication } from '../../kit/scene.ts';
import { exchange, grant, INVALID_GRANT, openStage, type Person, refusalOf, type Stage } from './stage.ts';

let stage: Stage;
let person: Person;

before(async () => {
  stage = await openStage();
  person = await stage.person();
});
after(() => stage.close());

const applications: Record<string, () => TestApplication> = { confidential: () => stage.crm, public: () => stage.phone };

for (const [kind, application] of Object.entries(applications)) {
  describe(`every authorization request of a ${kind} application carries a challenge by S256 (T113, RFC 7636 §4.3)`, () => {
    it('the valid control: S256', async () => {
      const { status } = await exchange(stage.n1, application(), await grant(stage.n1, application(), person));
      assert.equal(status, 200);
    });
    const challenge = createHash('sha256').update('verifier').digest('base64url');
    const requests: Record<string, Record<string, string | undefined>> = {
      'no challenge and no method': { code_challenge: undefined, code_challenge_method: undefined },
      'no challenge': { code_challenge: undefined },
      'an empty challenge': { code_challenge: '' },
      'no method, which means plain': { code_challenge_method: undefined },
      plain: { code_challenge_method: 'plain' },
      'S256 in small letters': { code_challenge_method: 's256' },
      S512: { code_challenge_method: 'S512' },
      'a challenge of 42 characters': { code_challenge: challenge.slice(1) },
      'a challenge of 129 characters': { code_challenge: 'a'.repeat(129) },
      'a challenge with padding': { code_challenge: `${challenge.slice(1)}=` },
      'a challenge in base64': { code_challenge: `${challenge.slice(2)}+/` },
    };
    for (const [name, change] of Object.entries(requests)) {
      it(`${name}: invalid_request at the application, and no sign-in is begun for it`, async () => {
        const url = new URL(authorizationRequest(stage.n1, application()).url);
        for (const [field, value] of Object.entries(change)) {
          if (value === undefined) url.searchParams.delete(field);
          else url.searchParams.set(field, value);
        }
        for (const agent of [person.agent, new Agent()]) {
          const { location = '' } = await agent.get(url.href);
          assert.ok(location.startsWith(application().redirectUri), location);
          const answer = new URL(location).searchParams;
          assert.deepEqual([answer.get('error'), answer.get('code')], ['invalid_request', null]);
        }
      });
    }
  });

  describe(`a code of a ${kind} application is worth something only with its verifier (T113, RFC 7636 §4.6)`, () => {
    it('the valid control: its verifier', async () => {
      assert.equal((await exchange(stage.n1, application(), await grant(stage.n1, application(), person))).status, 200);
    });
    const other = (): string => randomBytes(32).toString('base64url');
    const verifiers: Record<string, (verifier: string) => string | undefined> = {
      none: () => undefined,
      'an empty one': () => '',
      another: other,
      'the first 42 characters': (verifier) => verifier.slice(0, 42),
      'one character more': (verifier) => `${verifier}a`,
      '129 characters': (verifier) => verifier.padEnd(129, 'a'),
      '10 kB': (verifier) => verifier.padEnd(10_000, 'a'),
      'in capitals': (verifier) => verifier.toUpperCase(),
      'with NUL': (verifier) => `${verifier}\0`,
      'its own challenge': (verifier) => createHash('sha256').update(verifier).digest('base64url'),
    };
    for (const [name, change] of Object.entries(verifiers)) {
      it(`${name}: refused, without tokens`, async () => {
        const granted = await grant(stage.n1, application(), person);
        const { status, json } = await exchange(stage.n1, application(), granted, {
          code_verifier: change(granted.asked.verifier),
        });
        assert.equal(status, 400, JSON.stringify(json));
        assert.ok(['invalid_grant', 'invalid_request'].includes(json.error), json.error);
        assert.equal(json.access_token, undefined);
      });
    }
    it('two verifiers, the right one among them: refused', async () => {
      const { code, asked } = await grant(stage.n1, application(), person);
      const { id, secret, redirectUri } = application();
      const form = new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: asked.verifier,
      });
      form.append('code_verifier', other());
      if (secret === null) form.append('client_id', id);
      const headers: Record<string, string> =
        secret === null ? {} : { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
      const answer = await fetch(`${stage.n1.url}/oauth/token`, { method: 'POST', headers, body: form });
      assert.deepEqual([answer.status, ((await answer.json()) as { error: string }).error], [400, 'invalid_request']);
    });
    it('a challenge that no verifier can have, though its form is allowed: refused', async () => {
      for (const challenge of ['a'.repeat(44), 'a'.repeat(128)]) {
        const granted = await grant(stage.n1, application(), person, { code_challenge: challenge });
        assert.deepEqual(refusalOf(await exchange(stage.n1, application(), granted)), INVALID_GRANT);
        const echoed = { code_verifier: challenge };
        assert.deepEqual(
          refusalOf(
            await exchange(
              stage.n1,
              application(),
              await grant(stage.n1, application(), person, { code_challenge: challenge }),
              echoed,
            ),
          ),
          INVALID_GRANT,
        );
      }
    });
    it('the verifier of another request: invalid_grant', async () => {
      const one = await grant(stage.n1, application(), person);
      const two = await grant(stage.n1, application(), person);
      assert.deepEqual(refusalOf(await exchange(stage.n1, application(), { code: two.code, asked: one.asked })), INVALID_GRANT);
    });
  });
}
