import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import type { TestAnswer } from '#test/tenant/api.ts';
import { type ExchangeStage, openExchangeStage } from './stage.fixture.ts';

export let stage: ExchangeStage;

export const passphrase = 'correct horse battery staple';
export const IN_GLOBEX = { tenant: 'globex' } as const;

export async function create(document: object): Promise<string> {
  const { status, body } = await stage.api.call('POST', '/identity-providers', { body: document });
  assert.equal(status, 201, JSON.stringify(body));
  return body.id;
}
export async function imported(body: unknown, call: object = IN_GLOBEX): Promise<TestAnswer['body']> {
  const answer = await stage.api.call('POST', '/identity-providers/import', { body, ...call });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}
export const refusals = ({ body }: TestAnswer): string[] =>
  (body.errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`).sort();

/** Called first in each file of these tests. */
export function setUp(): void {
  before(async () => {
    stage = await openExchangeStage();
  });
  beforeEach(() => stage.empty());
  after(() => stage.close());
}
