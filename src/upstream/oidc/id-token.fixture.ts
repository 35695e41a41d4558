import assert from 'node:assert/strict';
import { after, before, beforeEach, it } from 'node:test';
import { type Driver, startDriver, type TokenChange } from '#test/oidc/index.ts';

export let driver: Driver;

export function refusesToken(
  what: string,
  code: string,
  change: TokenChange | (() => TokenChange),
  settings: Record<string, unknown> = {},
): void {
  it(`refuses ${what}`, async () => {
    driver.idp.nextToken(typeof change === 'function' ? change() : change);
    await driver.refused(code, { settings });
  });
}

/** Called first in each file of these tests. */
export function setUp(): void {
  before(async () => {
    driver = await startDriver({ alg: 'RS256' });
  });
  after(() => driver.close());
  beforeEach(async () => {
    assert.equal((await driver.signIn()).identity.subject, 'alice-0001');
  });
}
