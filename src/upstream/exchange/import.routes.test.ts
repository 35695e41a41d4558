import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isProblem } from '#kernel/problem.ts';
import { required } from '../stage.fixture.ts';
import { create, IN_GLOBEX, imported, refusals, setUp, stage } from './exchange.fixture.ts';
import { documents } from './stage.fixture.ts';

setUp();

describe('Import', () => {
  const exported = async (document: object): Promise<Record<string, unknown>> => {
    const { text } = await stage.raw('GET', `/identity-providers/${await create(document)}/export`);
    return JSON.parse(text);
  };

  it('makes the groups and roles that are named, and is a revision of its own kind', async () => {
    const document = await exported({ ...documents.oidc, groupMappings: [{ external: '8b1c', group: 'Engineering' }] });
    const { id } = await imported(document);
    const [revision] = (await stage.api.call('GET', `/identity-providers/${id}/revisions`, IN_GLOBEX)).body.items;
    assert.equal(revision?.['origin'], 'imported');
    assert.equal((await stage.needs.groups.findByNames(stage.api.globex, ['Engineering'])).length, 1);
  });

  it('without its client secret, a provider stays as the document says and nobody can use it before the secret is given', async () => {
    const { identityProvider, ...rest } = await exported({ ...documents.oidc, enabled: true });
    const made = await imported({ identityProvider, ...rest });
    assert.deepEqual([made['enabled'], made['missing']], [true, ['/oidc/clientSecret']]);
    assert.deepEqual(await stage.needs.connections.listUsable(stage.api.globex), []);
    await assert.rejects(stage.needs.connections.findBySlug(stage.api.globex, 'acme'), (error) =>
      isProblem(error, 'upstream.secret_missing'),
    );
    const path = `/identity-providers/${made.id}`;
    const renamed = await stage.api.call('PATCH', path, { ...IN_GLOBEX, body: { name: 'Renamed' } });
    assert.deepEqual(
      [renamed.status, renamed.body['missing']],
      [200, ['/oidc/clientSecret']],
      'what else is changed does not wait',
    );
    const given = { oidc: { clientSecret: 'another secret' } };
    const staged = await stage.api.call('PATCH', path, { ...IN_GLOBEX, body: given });
    assert.equal(staged.status, 202, 'by the rules of every change');
    const live = await stage.api.call('PATCH', `${path}?override=tried+by+hand`, { ...IN_GLOBEX, body: given });
    assert.deepEqual([live.status, live.body['missing']], [200, []]);
    assert.equal((await stage.needs.connections.listUsable(stage.api.globex)).length, 1);
  });

  it('that is switched off is not switched on before its secret is there', async () => {
    const made = await imported(await exported(documents.oidc));
    const path = `/identity-providers/${made.id}?override=because`;
    const on = await stage.api.call('PATCH', path, { ...IN_GLOBEX, body: { enabled: true } });
    assert.deepEqual([on.status, refusals(on)], [422, ['/oidc/clientSecret required']]);
    const both = await stage.api.call('PATCH', path, { ...IN_GLOBEX, body: { enabled: true, oidc: { clientSecret: 'it' } } });
    assert.deepEqual([both.status, both.body['missing']], [200, []]);
  });

  it('takes what is said beside the document instead: name, slug, on or off, the secret', async () => {
    const document = await exported({ ...documents.oidc, enabled: true });
    const wish = { name: 'Copy', slug: 'copy', enabled: false, secrets: { clientSecret: 'given beside' } };
    const made = await imported({ document, ...wish }, {});
    assert.deepEqual([made.name, made['slug'], made['enabled'], made['missing']], ['Copy', 'copy', false, []]);
    const found = required(await stage.needs.connections.find(stage.api.acme, made.id as never));
    assert.equal((found.settings as { clientSecret: string }).clientSecret, 'given beside');
  });

  it('switched on, is told as unverified', async () => {
    await imported(await exported({ ...documents.saml, enabled: true }));
    const [entry] = (await stage.api.audit.list(stage.api.globex, { limit: 20 })).filter(
      ({ action }) => action === 'identity-provider.created',
    );
    assert.deepEqual(Object(entry?.after).verified, false);
    assert.equal(Object(entry?.after).override, 'imported as switched on');
  });
});

describe('A broken document', () => {
  it('makes nothing and names every fault, with pointers into the request', async () => {
    const identityProvider = {
      kind: 'saml',
      slug: 'Not A Slug',
      wantSigned: false,
      saml: { issuer: 'https://idp.acme.example', ssoUrl: 'http://idp.acme.example/sso', verificationCertificates: ['none'] },
      groupMappings: [{ external: 'a', group: '' }],
    };
    const body = { document: { format: 'sallyport.identity-provider', version: 2, identityProvider, more: 1 } };
    const answer = await stage.api.call('POST', '/identity-providers/import', { ...IN_GLOBEX, body });
    assert.equal(answer.status, 422);
    for (const fault of [
      '/document/version invalid_value',
      '/document/more unknown_field',
      '/document/identityProvider/name required',
      '/document/identityProvider/wantSigned unknown_field',
      '/document/identityProvider/saml/ssoUrl endpoint_refused',
    ])
      assert.ok(refusals(answer).includes(fault), `${fault} of ${refusals(answer).join(', ')}`);
    assert.ok(refusals(answer).some((fault) => fault.startsWith('/document/identityProvider/slug')));
    assert.ok(refusals(answer).some((fault) => fault.startsWith('/document/identityProvider/saml/verificationCertificates/0')));
    assert.deepEqual((await stage.api.call('GET', '/identity-providers', IN_GLOBEX)).body.items, []);
    assert.deepEqual(await stage.needs.groups.findByNames(stage.api.globex, ['Sales']), []);
  });

  it('may be the whole body, and is then pointed into from its own root', async () => {
    const body = {
      format: 'sallyport.identity-provider',
      version: 1,
      identityProvider: { kind: 'oidc', name: 'Acme', oidc: {} },
    };
    const answer = await stage.api.call('POST', '/identity-providers/import', { body });
    assert.ok(refusals(answer).includes('/identityProvider/oidc/clientId required'), refusals(answer).join());
  });

  it('whose slug is taken here is refused, and comes in under another one', async () => {
    const { text } = await stage.raw('GET', `/identity-providers/${await create(documents.saml)}/export`);
    const again = await stage.api.call('POST', '/identity-providers/import', { body: JSON.parse(text) });
    assert.deepEqual([again.status, again.body.code], [409, 'upstream.slug_taken']);
    assert.equal((await imported({ document: JSON.parse(text), slug: 'acme-2' }, {}))['slug'], 'acme-2');
  });

  it('cannot give what its importer may not', async () => {
    const admin = await stage.user('IdP Administrator');
    const identityProvider = {
      ...documents.saml,
      users: { create: true, defaultRoles: ['Full Administrator'] },
    };
    const body = { format: 'sallyport.identity-provider', version: 1, identityProvider };
    const answer = await stage.api.call('POST', '/identity-providers/import', { body, as: admin });
    assert.deepEqual([answer.status, answer.body.code], [403, 'upstream.beyond_caller']);
    assert.deepEqual((await stage.api.call('GET', '/identity-providers')).body.items, []);
  });
});
