import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, type Visit } from '../kit/agent.ts';
import { createSamlIdp } from '../kit/saml/idp.ts';
import { type Api, authorizationRequest, openScene, type SamlConnection, type Scene, type TestTenant } from '../kit/scene.ts';

/** Records that the world's DNS shows, by name. */
const dns = new Map<string, string>();

describe('a sign-in finds its provider (PRODUCT.md §3)', () => {
  let scene: Scene;
  let acme: TestTenant;
  let entra: SamlConnection;
  let okta: SamlConnection;
  let admin: Api;

  before(async () => {
    scene = await openScene({
      resolveTxt: async (name) => (dns.has(name) ? [[dns.get(name) ?? '']] : []),
    });
    acme = await scene.addTenant('acme');
    admin = acme.api;
    await prove('shared.example', true);
    const connect = (slug: string, domains: string[]) =>
      acme.connectSaml(createSamlIdp({ entityId: `https://${slug}.example/saml`, ssoUrl: `https://${slug}.example/sso` }), {
        slug,
        name: slug,
        authentication: { enabled: true, default: false, domains, userAttribute: 'email', claim: 'email' },
      });
    entra = await connect('entra', ['acme.example', 'shared.example']);
    okta = await connect('okta', ['shared.example']);
    await connect('guests', []);
  });
  after(() => scene.close());

  /** What `POST /domains` answers to an operator is vouched for; this goes through the DNS all the same. */
  async function prove(name: string, includeSubdomains: boolean): Promise<void> {
    const made = await admin.call('POST', '/api/v1/domains', { name, includeSubdomains });
    assert.equal(made.status, 201, JSON.stringify(made.json));
    const { record } = made.json as { record?: { name: string; value: string } };
    dns.set(record?.name ?? '', record?.value ?? '');
    const proven = await admin.call('POST', `/api/v1/domains/${name}/prove`);
    assert.equal(proven.json.state, 'proven', JSON.stringify(proven.json));
  }

  const authorize = (more: Record<string, string>): Promise<Visit> =>
    new Agent().get(authorizationRequest(acme, acme.application, more).url);
  const typed = (identifier: string): Promise<Visit> =>
    new Agent().post(`${acme.url}/sign-in`, { identifier }, { origin: new URL(acme.url).origin });
  const hostOf = ({ location }: Visit): string => new URL(location ?? '').host;

  it('by idp, by domain_hint and by login_hint of an application', async () => {
    assert.equal(hostOf(await authorize({ idp: 'guests' })), 'guests.example');
    assert.equal(hostOf(await authorize({ domain_hint: 'acme.example' })), 'entra.example');
    assert.equal(hostOf(await authorize({ login_hint: 'ada@acme.example' })), 'entra.example');
  });

  it('by the domain of what is typed; a chooser where two providers serve one domain, below it as well', async () => {
    assert.equal(hostOf(await typed('ada@acme.example')), 'entra.example');
    for (const address of ['ada@shared.example', 'ada@berlin.shared.example']) {
      const { status, body } = await typed(address);
      assert.equal(status, 200);
      assert.match(body, /sso\/entra\/start/);
      assert.match(body, /sso\/okta\/start/);
      assert.doesNotMatch(body, /sso\/guests\/start/);
    }
  });

  it('a claimed domain routes only once the DNS has proven it, and public mail domains cannot be claimed', async () => {
    const made = await admin.call('POST', '/api/v1/domains', { name: 'gmail.com' });
    assert.equal(made.json.code, 'tenants.domain_public');
    const typo = await admin.call('PATCH', `/api/v1/identity-providers/${okta.id}?override=test`, {
      authentication: { domains: ['gmail.com'] },
    });
    assert.equal(typo.status, 422, JSON.stringify(typo.json));
    await okta.change({ authentication: { domains: ['shared.example', 'new.example'] } });
    assert.equal((await typed('ada@new.example')).status, 422);
    await prove('new.example', false);
    assert.equal(hostOf(await typed('ada@new.example')), 'okta.example');
  });

  it("a person's own provider goes before their domain, while it is switched on", async () => {
    const { json: ada } = await admin.call('POST', '/api/v1/users', { email: 'Ada@acme.example' });
    const path = `/api/v1/users/${ada.id}/sign-in-method`;
    const unknown = await admin.call('PUT', path, { identityProviderId: 'idp_nobody' });
    assert.deepEqual([unknown.status, unknown.json.code], [422, 'directory.sign_in_method_unknown']);
    const set = await admin.call('PUT', path, { identityProviderId: okta.id });
    assert.deepEqual([set.status, set.json.signInMethod], [200, { identityProviderId: okta.id }]);
    assert.equal(hostOf(await typed('ada@ACME.example')), 'okta.example');
    assert.equal(hostOf(await authorize({ login_hint: 'ada@acme.example' })), 'okta.example');
    assert.equal(hostOf(await typed('bob@acme.example')), 'entra.example');
    await okta.change({ enabled: false });
    assert.equal(hostOf(await typed('ada@acme.example')), 'entra.example');
    await okta.change({ enabled: true });
    const unset = await admin.call('PUT', path, { identityProviderId: null });
    assert.equal(unset.json.signInMethod, null);
    assert.equal(hostOf(await typed('ada@acme.example')), 'entra.example');
  });

  it('its own provider is not given by somebody who may not change the person', async () => {
    const globex = await scene.addTenant('globex');
    const { json: ada } = await globex.api.call('POST', '/api/v1/users', { email: 'ada@globex.example' });
    const other = await globex.api.call('PUT', `/api/v1/users/${ada.id}/sign-in-method`, { identityProviderId: entra.id });
    assert.equal(other.json.code, 'directory.sign_in_method_unknown', 'a provider of another tenant is none');
  });

  it('known and unknown people are answered alike, byte for byte', async () => {
    await admin.call('POST', '/api/v1/users', { email: 'known@acme.example' });
    await admin.call('POST', '/api/v1/users', { email: 'known@nowhere.example' });
    const same = async (one: string, other: string): Promise<void> => {
      const [known, unknown] = [await typed(one), await typed(other)];
      assert.equal(known.status, unknown.status);
      assert.equal(known.location && new URL(known.location).pathname, unknown.location && new URL(unknown.location).pathname);
      // What differs is what was typed.
      const plain = ({ body }: Visit, address: string): string =>
        body.replaceAll(address, '').replaceAll(encodeURIComponent(address), '');
      assert.ok(plain(known, one) === plain(unknown, other), 'the pages differ in more than the address');
    };
    await same('known@acme.example', 'knows@acme.example');
    await same('known@nowhere.example', 'knows@nowhere.example');
  });

  it('the default provider takes everybody who has no provider of their own', async () => {
    await entra.change({ authentication: { domains: [] } });
    const guests = await admin.call('GET', '/api/v1/identity-providers');
    const id = guests.json.items.find(({ slug }: { slug: string }) => slug === 'guests')?.id;
    const made = await admin.call('PATCH', `/api/v1/identity-providers/${id}?override=test`, {
      authentication: { default: true },
    });
    assert.equal(made.status, 200, JSON.stringify(made.json));
    assert.equal(hostOf(await authorize({ login_hint: 'ada@shared.example' })), 'guests.example');
    assert.equal(hostOf(await authorize({})), 'guests.example');
    assert.equal(hostOf(await authorize({ idp: 'okta' })), 'okta.example');
  });
});
