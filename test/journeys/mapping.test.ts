import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acme, arrive, connect, idp, setUp, userOf } from './admission.fixture.ts';

setUp();

describe('claims become attributes by rules without code (PRODUCT.md §2)', () => {
  it('joined, split, in lower case, with a default, the first of several, by a pattern; for each attribute', async () => {
    const connection = await connect({
      claims: {
        email: { firstOf: ['mail', 'email'], steps: [{ trim: true }, { lowerCase: true }] },
        userId: { claim: 'sub', steps: [{ removePrefix: 'auth|' }] },
        userPrincipalName: { claim: 'upn', steps: [{ match: '^ACME\\\\(.+)$', with: '$1@acme.example' }] },
        firstName: { claim: 'full', steps: [{ split: ' ' }, { first: true }] },
        lastName: { claim: 'full', steps: [{ match: '\\S+$', take: 0 }] },
        phone: { claim: 'tel', steps: [{ replace: ' ', with: '' }] },
        mobile: { claim: 'cell', default: '+49 0' },
        locale: { claim: 'lang', steps: [{ values: { german: 'de-DE' }, otherwise: 'drop' }], default: 'en-GB' },
        securityId: { claim: 'sid', steps: [{ upperCase: true }] },
        groups: { claim: 'memberOf', steps: [{ match: '^CN=([^,]+)', take: 1 }, { unique: true }] },
        roles: { claim: 'roles_json', steps: [{ parseJson: true }] },
        custom: {
          site: { join: [{ claim: 'country' }, { text: '-' }, { claim: 'city' }] },
          tags: { claim: 'tags', steps: [{ split: ',' }] },
        },
      },
      authentication: {
        enabled: true,
        default: false,
        domains: [],
        userAttribute: 'userId',
        claim: { claim: 'sub', steps: [{ removePrefix: 'auth|' }] },
      },
      groupMappings: [{ external: 'Engineers', group: 'Engineering' }],
      roleMappings: [{ external: 'aud', role: 'Auditor' }],
    });
    const claims = await arrive(connection, {
      sub: 'auth|m1',
      mail: ' Mia@ACME.example ',
      upn: 'ACME\\mia',
      full: 'Mia van Dyck',
      tel: '+49 30 1',
      lang: 'german',
      sid: 's-1',
      memberOf: ['CN=Engineers,OU=x', 'CN=Engineers,OU=y', 'OU=none'],
      roles_json: '["aud"]',
      country: 'DE',
      city: 'Ulm',
      tags: 'a, b',
    });
    assert.deepEqual(claims['groups'], ['Engineering']);
    assert.deepEqual(claims['roles'], ['Auditor']);
    const user = await userOf('mia');
    assert.ok(user);
    const { email, userId, userPrincipalName, firstName, lastName, phone, mobile, locale, securityId, custom } = user;
    assert.deepEqual(
      { email, userId, userPrincipalName, firstName, lastName, phone, mobile, locale, securityId, custom },
      {
        email: 'mia@acme.example',
        userId: 'm1',
        userPrincipalName: 'mia@acme.example',
        firstName: 'Mia',
        lastName: 'Dyck',
        phone: '+49301',
        mobile: '+49 0',
        locale: 'de-DE',
        securityId: 'S-1',
        custom: { site: 'DE-Ulm', tags: ['a', 'b'] },
      },
    );
  });

  it('a match attribute is what its rule makes of the claims', async () => {
    await acme.api.call('POST', '/api/v1/users', { email: 'nora@acme.example', firstName: 'Nora' });
    const matchAttributes = { firstName: { claim: 'full', steps: [{ split: ' ' }, { first: true }] } };
    const authentication = {
      enabled: true,
      default: false,
      domains: [],
      userAttribute: 'email',
      claim: 'email',
      matchAttributes,
    };
    const connection = await connect({ users: { create: false, update: false }, authentication });
    assert.equal((await arrive(connection, { sub: 'nora', full: 'Eve Other' })).code, 'admission.attribute_mismatch');
    assert.equal((await arrive(connection, { sub: 'nora', full: 'Nora Other' })).code, undefined);
  });

  it('a rule that cannot be is refused with all its faults and where they are', async () => {
    const { status, json } = await acme.api.call('POST', '/api/v1/identity-providers', {
      kind: 'oidc',
      name: 'Broken',
      oidc: { clientId: 'c', clientSecret: 'a-secret', issuer: idp.issuer },
      claims: {
        email: { claim: 'a', firstOf: ['b'] },
        firstName: { claim: 'a', steps: [{ match: '(' }] },
        custom: { x: { join: [] } },
      },
      access: { mode: 'rules', rules: [] },
      authentication: { claim: { claim: 'email', default: 'ceo@acme.example' } },
    });
    assert.equal(status, 422);
    assert.deepEqual(json.errors.map(({ pointer, code }) => `${code} at ${pointer}`).sort(), [
      'not_verified at /authentication/claim/default',
      'pattern_invalid at /claims/firstName/steps/0/match',
      'required at /access/rules',
      'source_ambiguous at /claims/email',
      'too_small at /claims/custom/x/join',
    ]);
  });
});
