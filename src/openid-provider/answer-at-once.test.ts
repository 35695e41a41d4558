import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answerAtOnce } from './answer-at-once.routes.ts';

const query = new URLSearchParams({ client_id: 'app_crm', response_type: 'code', scope: 'openid' }).toString();

/** @returns which applications were looked for */
async function judgedAt(returnTo: string): Promise<string[]> {
  const asked: string[] = [];
  const applications = { find: async (_tenant: string, id: string) => void asked.push(id) };
  const needs = { applications, world: { now: () => new Date('2026-11-23T09:00:00Z') } };
  const signedIn = { tenant: { id: 'tnt_acme' }, tenantUrl: 'https://sso.example.com/t/acme', returnTo, session: {} };
  assert.equal(await answerAtOnce(needs as never, async (work) => work(), signedIn as never), undefined);
  return asked;
}

describe('What a sign-in leads back to', () => {
  it('is judged as an authorization request where it is one', async () =>
    assert.deepEqual(await judgedAt(`/oauth/authorize?${query}`), ['app_crm']));
  for (const path of ['/sign-in/done', '/oauth/authorize/uid', '/oauth/authorizex', '/', '/console/oauth/authorize'])
    it(`is no such request at ${path}, whatever its query says`, async () =>
      assert.deepEqual(await judgedAt(`${path}?${query}`), []));
});
