import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import type { ConnectionId } from '#kernel/ids.ts';
import { takeRsaKey } from '#test/rsa-keys.ts';
import { createTestWorld } from '#test/tenant/index.ts';
import { signClientAssertion } from '../client-assertion.ts';
import { newKey } from './new-key.ts';
import type { OwnKey } from './own-keys.ts';
import { publishKeys } from './publish.ts';

const world = createTestWorld();
const needs = { world, makeRsaKey: async () => takeRsaKey() };
const connection = 'idp_acme' as ConnectionId;
let active: OwnKey;
let next: OwnKey;
let signing: OwnKey;
before(async () => {
  active = await newKey(needs, connection, 'client-assertion');
  next = { ...(await newKey(needs, connection, 'client-assertion')), state: 'next', activatedAt: null };
  signing = await newKey(needs, connection, 'signing');
});

const published = (kind: 'oidc' | 'microsoft-oidc', keys: readonly OwnKey[]): JSONWebKeySet => publishKeys(kind, keys);

describe('The published keys (RFC 7517)', () => {
  test('are those for client assertions, with certificate and thumbprints, and nothing private', () => {
    const { keys } = published('oidc', [active, next, signing]);
    assert.deepEqual(
      keys.map(({ kid }) => kid),
      [active.id, next.id],
    );
    for (const key of keys) {
      assert.deepEqual(Object.keys(key).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use', 'x5c', 'x5t', 'x5t#S256']);
      assert.equal(key.use, 'sig');
    }
  });

  for (const [kind, foundBy] of [
    ['oidc', 'key-id'],
    ['microsoft-oidc', 'certificate'],
  ] as const) {
    test(`verify a client assertion of the active key, before and after it is rolled over (${kind})`, async () => {
      const audience = 'https://idp.acme.example';
      for (const [key, keys] of [
        [active, [active]],
        [active, [active, next]],
        [next, [next, active]],
      ] as const) {
        const pair = { kid: key.id, privateKeyPem: key.privateKeyPem, certificatePem: key.certificatePem };
        const assertion = await signClientAssertion({ key: pair, clientId: 'sallyport', audience, foundBy }, world);
        const set = published(kind, keys);
        // Microsoft looks a key up by its certificate's thumbprint; a JWK Set is searched by kid.
        const [header = ''] = assertion.split('.');
        const { 'x5t#S256': thumbprint } = JSON.parse(Buffer.from(header, 'base64url').toString());
        const fitting = set.keys.filter((one) => one['x5t#S256'] === thumbprint);
        assert.deepEqual(
          fitting.map(({ kid }) => kid),
          [key.id],
        );
        const options = { audience, currentDate: world.now() };
        const found = createLocalJWKSet(foundBy === 'key-id' ? set : { keys: fitting });
        assert.equal((await jwtVerify(assertion, found, options)).payload.iss, 'sallyport');
      }
    });
  }
});
