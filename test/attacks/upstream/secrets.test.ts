import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Scene, TestTenant } from '../../kit/scene.ts';
import { KnownSecrets } from './known-secrets.ts';
import { answers, CANARY, liveThroughIt, log, secrets } from './life-with-secrets.ts';
import { readApi, readPublic } from './read-everything.ts';

describe('T167: no secret is told to anybody who reads', () => {
  let scene: Scene;
  let acme: TestTenant;
  before(async () => {
    ({ scene, acme } = await liveThroughIt());
  });
  after(() => scene.close());

  it('the search finds a secret in clear, in base64 wherever it begins, percent-encoded, in hex, in JSON', () => {
    const known = new KnownSecrets();
    const value = known.keep('it', 'Tr0ub4dor & "three" — ü');
    for (const before of ['', 'a', 'ab', 'abc'])
      for (const encoding of ['utf8', 'base64', 'base64url', 'hex'] as const)
        assert.deepEqual(
          known.foundIn(Buffer.from(`${before}${value} and more`).toString(encoding)),
          ['it'],
          `${before} ${encoding}`,
        );
    for (const text of [encodeURIComponent(value), JSON.stringify({ value }), new URLSearchParams({ value }).toString()])
      assert.deepEqual(known.foundIn(text), ['it'], text);
    assert.deepEqual(known.foundIn('nothing of it, Tr0ub4dor alone'), []);
  });

  it('neither the API, nor exports, audit log, traces, reports, pages, metrics, nor log lines hold one', async () => {
    const slugs = ['oidc', 'saml', 'entra'];
    const tenants = await scene.operator.call('GET', '/api/v1/tenants');
    const readings = [
      ...(await readApi(scene.gateway.serverUrl, scene.gateway.operatorToken, { tenant: tenants.json.items[0]?.id ?? '' })),
      ...(await readApi(acme.url, scene.gateway.operatorToken, { slug: 'new' })),
      ...(await readPublic(scene.gateway.serverUrl, acme, slugs)),
      ...answers,
      { address: 'log', status: 0, text: log.join('') },
    ];
    assert.ok(secrets.size > 40, String(secrets.size));
    assert.ok(readings.length > 150 && log.length > 50, `${readings.length} ${log.length}`);
    const canary = new KnownSecrets();
    canary.keep('canary', CANARY);
    const sees = readings.filter(({ text }) => canary.foundIn(text).length > 0).map(({ address }) => address);
    for (const place of ['/export', '/audit-events', '/sign-ins/', '/verify/', '/sign-in', '/identity-providers'])
      assert.ok(
        sees.some((address) => address.includes(place)),
        `the search finds what is there to be found: ${place}`,
      );
    const told = readings.flatMap(({ address, headers = '', text }) =>
      secrets.foundIn(`${headers}\n${text}`).map((name) => `${name}: ${address}`),
    );
    assert.deepEqual(told, []);
  });
});
