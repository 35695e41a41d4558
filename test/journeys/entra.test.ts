import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, codeOf, type Visit } from '../kit/agent.ts';
import { entraAssertion, entraSamlIdp, groupIds, makeSecret } from '../kit/entra/index.ts';
import { arriveFromEntra, type EntraConnection, type EntraScene, openEntraScene, signInAtEntra } from '../kit/entra/scene.ts';
import { claimsOf, codeFrom, redeem, signInBySaml } from '../kit/scene.ts';

const MAPPED = { groupMappings: [{ external: groupIds(1)[0], label: 'Engineers (Entra)', group: 'Engineers' }] };

let stage: EntraScene;
before(async () => {
  stage = await openEntraScene();
});
after(() => stage.close());

/** Opens our link, does at Entra what the administrator does, and comes back. */
async function consent(
  connection: EntraConnection,
  { consents = true, to = '', agent = new Agent() }: { consents?: boolean; to?: string; agent?: Agent } = {},
): Promise<{ agent: Agent; back: URL; asked: URL }> {
  const sent = await agent.get(`${stage.acme.url}/sso/${connection.slug}/admin-consent${to}`);
  assert.equal(sent.status, 303, sent.body.slice(0, 300));
  stage.entra.behaviour = { who: connection.alice, consents, assignmentErrors: 'shown' };
  const shown = await stage.entra.browse(sent.location ?? '');
  assert.ok(shown.kind === 'redirect', shown.kind === 'page' ? shown.text : '');
  return { agent, back: shown.url, asked: new URL(sent.location ?? '') };
}

async function reports(connection: EntraConnection): Promise<Record<string, unknown>[]> {
  return (await stage.acme.api.call('GET', `${connection.path}/admin-consent`)).json.items;
}

describe('Entra, from nothing but directory id, client id and secret', () => {
  it('a person signs in; groups come by object id, through a mapping with a label', async () => {
    const connection = await stage.connect({ slug: 'plain', ...MAPPED });
    connection.alice.groups = groupIds(3);
    const claims = await signInAtEntra(stage, connection);
    assert.deepEqual(claims['groups'], ['Engineers']);
    assert.equal(claims['email'], 'plain@acme.example');
  });
  it('several hundred groups: our certificate, admin consent, Graph', async () => {
    const connection = await stage.connect({ slug: 'overage', ...MAPPED, oidc: { groupOverage: {} } });
    assert.equal(connection.app.certificates.length, 1);
    connection.alice.groups = groupIds(450);
    const before = await signInAtEntra(stage, connection);
    assert.deepEqual(before['groups'] ?? [], []);
    const { agent, back } = await consent(connection, { to: '?for=directory' });
    assert.equal((await agent.get(back.href)).status, 200);
    assert.deepEqual((await signInAtEntra(stage, connection))['groups'], ['Engineers']);
  });
  it('a list that cannot be completed takes nobody out of a group', async () => {
    const connection = await stage.connect({ slug: 'incomplete', ...MAPPED, oidc: { groupOverage: {} } });
    connection.alice.groups = groupIds(2);
    assert.deepEqual((await signInAtEntra(stage, connection))['groups'], ['Engineers']);
    connection.alice.groups = groupIds(450);
    assert.deepEqual((await signInAtEntra(stage, connection))['groups'], ['Engineers']);
    const { json } = await stage.acme.api.call('GET', '/api/v1/sign-ins?limit=1');
    const trace = await stage.acme.api.call('GET', `/api/v1/sign-ins/${String(json.items[0]?.['reference'])}`);
    const told = JSON.stringify(trace.json);
    assert.match(told, /microsoft\.permission_missing/);
    assert.match(told, /GroupMember\.Read\.All/);
  });
  it('by SAML: 150 groups and more', async () => {
    const connection = await stage.connect({ slug: 'beside-saml', enabled: false });
    const { directory, app, alice } = connection;
    alice.groups = groupIds(400);
    const saml = await stage.acme.connectSaml(entraSamlIdp(directory), {
      slug: 'entra-saml',
      ...MAPPED,
      claims: {
        email: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
        groups: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups',
      },
      authentication: { userAttribute: 'email', claim: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress' },
      saml: { groupOverage: { directoryId: directory.tid, clientId: app.clientId } },
    });
    const path = `/api/v1/identity-providers/${saml.id}`;
    const keys = await stage.acme.api.call('GET', `${path}/keys`);
    app.certificates = keys.json.items
      .filter(({ use }) => use === 'client-assertion')
      .map(({ certificate }) => String(certificate));
    app.redirectUris.push(`${stage.acme.url}/sso/entra-saml/admin-consent`);
    assert.equal(app.certificates.length, 1);
    app.granted = app.required;
    const agent = new Agent();
    const { arrived, asked } = await signInBySaml(agent, stage.acme, saml, entraAssertion(directory, alice));
    const { json } = await redeem(stage.acme, await codeFrom(agent, arrived), asked);
    assert.deepEqual(claimsOf(json.id_token)['groups'], ['Engineers']);
    assert.deepEqual(
      (await stage.acme.api.call('GET', `${path}/admin-consent`)).json.items.map(({ for: purpose }) => purpose),
      ['directory'],
    );
  });
});

describe('Entra refuses, and the page says so', () => {
  const refused = async (connection: EntraConnection): Promise<Visit> => (await arriveFromEntra(stage, connection)).arrived;
  it('oidc.client_secret_expired: the secret was good yesterday', async () => {
    const connection = await stage.connect({ slug: 'expired' });
    await signInAtEntra(stage, connection);
    connection.app.secrets = connection.app.secrets.map((secret) => ({ ...secret, expiresAt: new Date(0) }));
    const visit = await refused(connection);
    assert.deepEqual([visit.status, codeOf(visit)], [502, 'oidc.client_secret_expired']);
    const renewed = makeSecret(new Date(Date.now() + 86_400_000));
    connection.app.secrets.push(renewed);
    await connection.change({ oidc: { clientSecret: renewed.value } });
    await signInAtEntra(stage, connection);
  });
  it('oidc.access_denied: the person is not assigned', async () => {
    const connection = await stage.connect({ slug: 'unassigned' });
    connection.app.assignedTo = [];
    assert.equal(codeOf(await refused(connection)), 'oidc.access_denied');
  });
  it('oidc.directory_mismatch and oidc.token_version_mismatch', async () => {
    const connection = await stage.connect({ slug: 'versions' });
    stage.entra.nextToken = { iss: 'https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/v2.0' };
    assert.equal(codeOf(await refused(connection)), 'oidc.directory_mismatch');
    stage.entra.nextToken = { iss: `https://sts.windows.net/${connection.directory.tid}/`, ver: '1.0' };
    assert.equal(codeOf(await refused(connection)), 'oidc.token_version_mismatch');
  });
  it('version 1.0, where its issuer is set: the rest is fetched', async () => {
    const tid = '0f7c1c2e-4b1d-4c8e-9a55-2b8f5f0c9a01';
    stage.entra.addDirectory(tid);
    const { status, json } = await stage.acme.api.call('POST', '/api/v1/identity-providers', {
      kind: 'microsoft-oidc',
      name: 'Version one',
      slug: 'version-one',
      oidc: { clientId: 'c', clientSecret: 's', issuer: `https://sts.windows.net/${tid}/` },
    });
    assert.equal(status, 201, JSON.stringify(json));
    const { authorizationEndpoint } = json['oidc'] as { authorizationEndpoint?: string };
    assert.equal(authorizationEndpoint, `https://login.microsoftonline.com/${tid}/oauth2/authorize`);
  });
});

describe('Admin consent', () => {
  it('is asked for with everything that the registration needs, and its answer is shown and kept', async () => {
    const connection = await stage.connect({ slug: 'consent', oidc: { groupOverage: {} } });
    connection.app.known = false;
    assert.deepEqual(
      (await reports(connection)).map(({ for: purpose, reported }) => [purpose, reported]),
      [
        ['directory', null],
        ['sign-in', null],
      ].reverse(),
    );
    const { agent, back, asked } = await consent(connection);
    assert.equal(asked.pathname, `/${connection.directory.tid}/v2.0/adminconsent`);
    assert.equal(asked.searchParams.get('scope'), 'https://graph.microsoft.com/.default');
    assert.equal(asked.searchParams.get('redirect_uri'), `${stage.acme.url}/sso/consent/admin-consent`);
    const page = await agent.get(back.href);
    assert.equal(page.status, 200, page.body.slice(0, 500));
    assert.match(page.body, /Consent was given/);
    const [signIn] = await reports(connection);
    assert.equal((signIn?.['reported'] as { outcome: string } | undefined)?.outcome, 'granted');
    assert.deepEqual(connection.app.granted, ['GroupMember.Read.All', 'User.Read.All']);
  });
  it('a refusal is shown with what to do, in German as well, and kept', async () => {
    const connection = await stage.connect({ slug: 'declined' });
    const { agent, back } = await consent(connection, { consents: false });
    const page = await agent.get(back.href, { 'accept-language': 'de' });
    assert.equal(page.status, 403);
    assert.match(page.body, /Die Zustimmung wurde nicht erteilt/);
    assert.match(page.body, /AADSTS65004/);
    const [signIn] = await reports(connection);
    const { outcome, error } = (signIn?.['reported'] ?? {}) as { outcome?: string; error?: string };
    assert.deepEqual([outcome, error], ['refused', 'AADSTS65004']);
    const audit = await stage.acme.api.call('GET', '/api/v1/audit-events?action=identity-provider.consent-reported&limit=1');
    assert.equal(audit.json.items.length, 1);
  });
  it('consent.answer_unknown: another browser, once more, after an hour, another provider, made up', async () => {
    const connection = await stage.connect({ slug: 'states' });
    const other = await stage.connect({ slug: 'states-two' });
    const { agent, back } = await consent(connection);
    const elsewhere = back.href.replace('/sso/states/', '/sso/states-two/');
    assert.equal(codeOf(await new Agent().get(back.href)), 'consent.answer_unknown');
    assert.equal(codeOf(await agent.get(elsewhere)), 'consent.answer_unknown');
    assert.equal((await agent.get(back.href)).status, 200, 'the control: a wrong browser has not spent it');
    assert.equal(codeOf(await agent.get(back.href)), 'consent.answer_unknown');
    assert.equal((await reports(other))[0]?.['reported'], null);
    const late = await consent(connection);
    stage.advance(3601);
    assert.equal(codeOf(await late.agent.get(late.back.href)), 'consent.answer_unknown');
    assert.equal(
      codeOf(await agent.get(`${late.back.origin}${late.back.pathname}?admin_consent=True`)),
      'consent.answer_unknown',
    );
  });
  it('consent.other_directory: a consent of another directory, or of none, counts for nothing', async () => {
    const connection = await stage.connect({ slug: 'elsewhere' });
    for (const tenant of ['11111111-2222-4333-8444-555555555555', undefined]) {
      const { agent, back } = await consent(connection);
      if (tenant) back.searchParams.set('tenant', tenant);
      else back.searchParams.delete('tenant');
      assert.equal(codeOf(await agent.get(back.href)), 'consent.other_directory');
    }
    assert.equal((await reports(connection))[0]?.['reported'], null);
  });
  it('consent.not_here: other providers have no such page', async () => {
    const okta = await stage.acme.connectOidc(await stage.scene.startOidcIdp(), { slug: 'no-consent' });
    const visit = await new Agent().get(`${stage.acme.url}/sso/${okta.slug}/admin-consent`);
    assert.deepEqual([visit.status, codeOf(visit)], [404, 'consent.not_here']);
  });
});
