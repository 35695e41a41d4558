import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openKeyring } from './keyring.ts';

const [newKey, oldKey] = ['n'.repeat(40), 'o'.repeat(40)] as [string, string];

describe('keyring: secrets at rest (NIST SP 800-38D)', () => {
  it('gives back what it sealed, and seals the same differently each time', () => {
    const ring = openKeyring([newKey]);
    const [one, other] = [ring.seal('a/b', 'secret ü'), ring.seal('a/b', 'secret ü')];
    assert.notEqual(one, other);
    assert.equal(ring.unseal('a/b', one), 'secret ü');
    assert.ok(!one.includes('secret'));
  });
  it('refuses a value that was moved to another place', () => {
    const ring = openKeyring([newKey]);
    assert.throws(() => ring.unseal('applications.secret/other', ring.seal('applications.secret/one', 'x')));
  });
  it('refuses a value that was changed anywhere', () => {
    const ring = openKeyring([newKey]);
    const sealed = ring.seal('a', 'secret');
    for (const at of [0, 3, 14, sealed.length - 4]) {
      const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
      assert.throws(() => ring.unseal('a', changed), `character ${at}`);
    }
    assert.throws(() => ring.unseal('a', sealed.slice(0, -6)));
    assert.throws(() => ring.unseal('a', 'plain text'));
  });
  it('seals with the newest key, unseals with any, and names the key that it lacks', () => {
    const sealed = openKeyring([oldKey]).seal('a', 'secret');
    const rotated = openKeyring([newKey, oldKey]);
    assert.equal(rotated.unseal('a', sealed), 'secret');
    assert.equal(rotated.seal('a', 'x').split('.')[1], openKeyring([newKey]).currentKeyId);
    assert.throws(() => openKeyring([newKey]).unseal('a', sealed), /is not in SALLYPORT_MASTER_KEY/);
  });
  it('takes no short key', () => assert.throws(() => openKeyring(['short'])));
});
