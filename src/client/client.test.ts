import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiProblem, createTenantClient } from './index.ts';

const url = 'https://sso.example.com/t/acme/';

describe('the API client', () => {
  it('sends the bearer token to the address of the tenant', async () => {
    const seen: string[] = [];
    const client = createTenantClient({
      url,
      token: () => 'one',
      fetch: async (request) => {
        seen.push(`${request.method} ${request.url} ${request.headers.get('authorization')}`);
        return Response.json({ items: [], next: null });
      },
    });
    const { data } = await client.GET('/api/v1/groups', {});
    assert.deepEqual(data, { items: [], next: null });
    assert.deepEqual(seen, ['GET https://sso.example.com/t/acme/api/v1/groups Bearer one']);
  });

  it('throws a refusal with its code and faults, and what is no refusal of ours by its status', async () => {
    const answers = [
      Response.json(
        { code: 'directory.group_taken', title: 'Taken.', status: 409, traceId: 't', errors: [{ pointer: '/name' }] },
        { status: 409, headers: { 'content-type': 'application/problem+json' } },
      ),
      new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'content-type': 'text/html' } }),
    ];
    const client = createTenantClient({ url, token: () => 'one', fetch: async () => answers.shift() ?? Response.error() });
    const refusal = (code: string) => (error: unknown) => error instanceof ApiProblem && error.code === code;
    await assert.rejects(client.POST('/api/v1/groups', { body: { name: 'x' } }), refusal('directory.group_taken'));
    await assert.rejects(client.GET('/api/v1/groups', {}), refusal('client.status_502'));
  });

  it('renews a refused token once, with the same body', async () => {
    const bodies: string[] = [];
    const fetch = async (request: Request): Promise<Response> => {
      bodies.push(`${request.headers.get('authorization')} ${await request.text()}`);
      return request.headers.get('authorization') === 'Bearer two'
        ? Response.json({ id: 'grp_1' }, { status: 201 })
        : Response.json({ code: 'authorization.token_invalid' }, { status: 401 });
    };
    const client = createTenantClient({ url, token: () => 'one', renew: async () => 'two', fetch });
    await client.POST('/api/v1/groups', { body: { name: 'x' } });
    assert.deepEqual(bodies, ['Bearer one {"name":"x"}', 'Bearer two {"name":"x"}']);
    const stubborn = createTenantClient({ url, token: () => 'one', renew: async () => undefined, fetch });
    await assert.rejects(stubborn.GET('/api/v1/groups', {}), (error) => error instanceof ApiProblem && error.status === 401);
  });

  it('says that nobody answered', async () => {
    const client = createTenantClient({ url, token: () => 'one', fetch: () => Promise.reject(new TypeError('fetch failed')) });
    await assert.rejects(
      client.GET('/api/v1/groups', {}),
      (error) => error instanceof ApiProblem && error.code === 'client.unreachable',
    );
  });
});
