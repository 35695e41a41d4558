import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConnectionId } from '#kernel/ids.ts';
import { actionsOf, applied, documentOf, faultsIn, itemsOf, oidc, saml, setUp, stage } from './configuration.fixture.ts';

setUp();

describe('Identity providers of a document', () => {
  const provider = (more: object) => documentOf({ identityProviders: [{ ...saml, enabled: true, ...more }] });
  const moved = { saml: { ...saml.saml, ssoUrl: 'https://idp2.acme.example/sso' } };
  const live = async () => JSON.parse(await stage.export()).tenant.identityProviders[0];

  it('that are on have sensitive changes staged, and a second time these are kept waiting', async () => {
    await applied(provider({}));
    const answer = await applied(provider(moved));
    const [item] = itemsOf(answer);
    assert.deepEqual(
      [item?.action, item?.staged, item?.differences.map(({ pointer }) => pointer)],
      ['change', true, ['/saml/ssoUrl']],
    );
    assert.equal((await live()).saml.ssoUrl, saml.saml.ssoUrl, 'people are still sent where they were');
    const [again] = itemsOf(await applied(provider(moved)));
    assert.deepEqual([again?.action, again?.staged], ['keep', true]);
    const { body } = await stage.api.call('GET', '/identity-providers');
    assert.equal(Object(body.items[0]?.['staged']).revision, 2, 'one staged revision, not two');
  });

  it('go live at once with a reason, and without one where nothing is sensitive', async () => {
    await applied(provider({}));
    const [named] = itemsOf(await applied(provider({ name: 'Acme again' })));
    assert.deepEqual([named?.action, named?.staged], ['change', false]);
    const [item] = itemsOf(await applied(provider({ ...moved, name: 'Acme again' }), { override: 'tried in the sandbox' }));
    assert.deepEqual([item?.action, item?.staged], ['change', false]);
    assert.equal((await live()).saml.ssoUrl, 'https://idp2.acme.example/sso');
  });

  it('are not switched on unverified', async () => {
    await applied(provider({ enabled: false }));
    const answer = await stage.apply(provider({}));
    assert.deepEqual(faultsIn(answer), ['/document/tenant/identityProviders/0/enabled not_verified']);
    await applied(provider({}), { override: 'tried in the sandbox' });
    assert.equal((await live()).enabled, true);
  });

  it('keep what only this tenant has: secrets that are not in the document, and keys', async () => {
    await applied(documentOf({ identityProviders: [{ ...oidc, enabled: true }] }));
    const { body } = await stage.api.call('GET', '/identity-providers');
    const id = body.items[0]?.id as ConnectionId;
    const given = { body: { oidc: { clientSecret: 'by hand' } } };
    assert.equal((await stage.api.call('PATCH', `/identity-providers/${id}?override=because`, given)).status, 200);
    const [item] = itemsOf(await applied(documentOf({ identityProviders: [{ ...oidc, enabled: true, name: 'Renamed' }] })));
    assert.deepEqual([item?.action, item?.missing], ['change', []]);
    assert.equal((await stage.all.connections.read(stage.api.acme, id))?.secrets['clientSecret'], 'by hand');
  });

  it('lose what the document leaves out of a whole one, and never change their kind', async () => {
    const more = { saml: { ...saml.saml, nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' } };
    await applied(provider({ ...more, enabled: false, branding: { buttonText: 'Acme' }, claims: { email: 'mail' } }));
    const [item] = itemsOf(await applied(provider({ enabled: false })));
    assert.deepEqual(
      new Set(item?.differences.map(({ pointer }) => pointer.split('/')[1])),
      new Set(['saml', 'branding', 'claims']),
    );
    const answer = await stage.apply(documentOf({ identityProviders: [{ ...oidc, slug: saml.slug }] }));
    assert.deepEqual(faultsIn(answer), ['/document/tenant/identityProviders/0/kind read_only']);
  });

  it('hand the default on to one another', async () => {
    const both = (first: boolean) =>
      documentOf({
        identityProviders: [
          { ...saml, slug: 'one', authentication: { default: first } },
          { ...saml, slug: 'two', authentication: { default: !first } },
        ],
      });
    await applied(both(true));
    assert.deepEqual(actionsOf(await applied(both(false))), ['change']);
    const answer = await stage.apply(
      documentOf({
        identityProviders: ['one', 'two'].map((slug) => ({ ...saml, slug, authentication: { default: true } })),
      }),
    );
    assert.ok(
      faultsIn(answer).every((fault) => fault.endsWith('/authentication/default default_taken')),
      faultsIn(answer).join(),
    );
  });
});
