import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  api,
  change,
  connected,
  ended,
  faults,
  oidcDocument,
  part,
  refused,
  settingsOf,
  setUp,
  world,
} from './connections.fixture.ts';

setUp();

const override = (id: string, body: unknown) => api.call('PATCH', `/identity-providers/${id}?override=because`, { body });

describe('A change', () => {
  test('merges, raises the revision and is written to the audit log without secrets', async () => {
    const id = await connected(oidcDocument);
    world.pass(60);
    const answer = await change(id, {
      name: 'Acme Two',
      oidc: { maxAgeSeconds: 3600 },
      claims: { phone: 'phone_number', lastName: null },
      authentication: { domains: ['acme.example'] },
    });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.deepEqual([answer.body['revision'], answer.headers['etag'], answer.body.name], [2, '"2"', 'Acme Two']);
    assert.equal(part(answer, 'oidc')['maxAgeSeconds'], 3600);
    assert.deepEqual(part(answer, 'claims'), {
      email: 'email',
      userId: 'sub',
      firstName: 'given_name',
      groups: 'groups',
      roles: 'roles',
      phone: 'phone_number',
      custom: {},
    });
    assert.equal(answer.body['updatedAt'], world.now().toISOString());
    const [entry] = await api.audit.list(api.acme, { limit: 1 });
    assert.deepEqual([entry?.action, entry?.target], ['identity-provider.changed', `connection:${id}`]);
    const [before, after] = [entry?.before, entry?.after] as Record<string, unknown>[];
    assert.deepEqual([before?.['name'], after?.['name']], ['Acme', 'Acme Two']);
    assert.equal('users' in (after ?? {}), false, 'what did not change is not in it');
    assert.deepEqual((await api.call('GET', `/identity-providers/${id}`)).body, answer.body);
  });

  test('keeps the secret that it does not name, replaces the one that it names', async () => {
    const id = await connected(oidcDocument);
    const secret = async () => (await settingsOf(id))['clientSecret'];
    await change(id, { name: 'Other' });
    assert.equal(await secret(), 'the-client-secret');
    await change(id, { oidc: { clientSecret: 'another-secret' } });
    assert.equal(await secret(), 'another-secret');
    const [entry] = await api.audit.list(api.acme, { limit: 1 });
    assert.equal(Object(entry?.after).secretsChanged, true);
    assert.doesNotMatch(JSON.stringify(entry), /another-secret|the-client-secret/);
    assert.deepEqual(faults(await change(id, { oidc: { clientSecret: null } })), ['/oidc/clientSecret required']);
    assert.equal((await change(id, { oidc: { clientSecret: null, clientAuthentication: 'none' } })).status, 200);
    assert.equal(await secret(), undefined);
  });

  test('that would send the secret to another host needs the secret again', async () => {
    const id = await connected(oidcDocument);
    assert.deepEqual(faults(await change(id, { oidc: { tokenEndpoint: 'https://evil.example/token' } })), [
      '/oidc/clientSecret required_anew',
    ]);
    assert.equal(
      (await change(id, { oidc: { tokenEndpoint: 'https://idp.acme.example/token/2' } })).status,
      200,
      'the same host needs nothing',
    );
    assert.equal(
      (await change(id, { oidc: { tokenEndpoint: 'https://new.acme.example/token', clientSecret: 'new-secret' } })).status,
      200,
    );
  });

  test('of nothing changes nothing, not even the revision', async () => {
    const id = await connected(oidcDocument);
    assert.equal((await change(id, {})).body['revision'], 1);
    assert.equal((await change(id, { name: 'Acme', oidc: { clientSecret: 'the-client-secret' } })).body['revision'], 1);
  });

  test('made against another revision is refused, when it says so', async () => {
    const id = await connected(oidcDocument);
    assert.equal((await change(id, { name: 'Two' }, { 'if-match': '"1"' })).status, 200);
    refused(await change(id, { name: 'Three' }, { 'if-match': '"1"' }), 412, 'upstream.revision_differs');
    refused(await change(id, { name: 'Three' }, { 'if-match': 'W/"2"' }), 412, 'upstream.revision_differs');
    refused(
      await api.call('DELETE', `/identity-providers/${id}`, { headers: { 'if-match': '"1"' } }),
      412,
      'upstream.revision_differs',
    );
    assert.equal((await change(id, { name: 'Three' }, { 'if-match': '*' })).body['revision'], 3);
  });

  test('made by many at once loses none, and no revision', async () => {
    const id = await connected(oidcDocument);
    const names = ['phone', 'mobile', 'locale'];
    const answers = await Promise.all(names.map((name) => change(id, { claims: { [name]: name } })));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200],
    );
    const answer = await api.call('GET', `/identity-providers/${id}`);
    assert.equal(answer.body['revision'], 4);
    for (const name of names) assert.equal(part(answer, 'claims')[name], name);
  });

  test('of unknown, foreign and impossible ids answers alike', async () => {
    const id = await connected(oidcDocument);
    for (const [path, tenant] of [
      ['idp_none', 'acme'],
      [id, 'globex'],
      ['%00', 'acme'],
      ['..', 'acme'],
    ] as const) {
      for (const [method, suffix] of [
        ['GET', ''],
        ['PATCH', ''],
        ['DELETE', ''],
        ['GET', '/keys'],
      ] as const) {
        const answer = await api.call(method, `/identity-providers/${path}${suffix}`, {
          tenant,
          body: method === 'PATCH' ? {} : undefined,
        });
        assert.equal(answer.status, 404, `${method} ${path}${suffix}`);
      }
    }
    assert.equal((await api.call('GET', `/identity-providers/${id}`)).status, 200);
  });

  test('that switches off ends the sessions that rest on it; one that leaves it on does not', async () => {
    const id = await connected({ ...oidcDocument, enabled: true });
    await change(id, { name: 'Still on' });
    assert.deepEqual(ended, []);
    await change(id, { enabled: false });
    assert.deepEqual(ended, [id]);
    await override(id, { enabled: true });
    await change(id, { authentication: { enabled: false } });
    assert.deepEqual(ended, [id, id]);
  });
});
