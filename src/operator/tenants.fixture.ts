import { after, before, beforeEach } from 'node:test';
import { OPERATOR, openTestGateway, type TestGateway } from './gateway.fixture.ts';

export let gateway: TestGateway;

export const post = (body: unknown, token = OPERATOR) => gateway.call('POST', '/api/v1/tenants', { token, body });
export const get = (url: string, token = OPERATOR) => gateway.call('GET', url, { token });
export const countTenants = async () => (await gateway.store.db().selectFrom('tenants').select('name').execute()).length;

/** Called first in each file of these tests. */
export function setUp(): void {
  before(async () => {
    gateway = await openTestGateway([
      { region: 'na', template: 'https://sso.example.com/t/{tenant}' },
      { region: 'eu', template: 'https://eu.sso.example.com/t/{tenant}' },
    ]);
  });
  after(() => gateway.close());
  beforeEach(async () => {
    await gateway.store.db().deleteFrom('tenants').execute();
    Object.assign(gateway, { failOnCreation: null });
    gateway.created.length = 0;
    gateway.ended.length = 0;
  });
}
