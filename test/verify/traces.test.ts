import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent } from '../kit/agent.ts';
import { createSamlIdp } from '../kit/saml/idp.ts';
import { codeFrom, openScene, type SamlConnection, type Scene, signInBySaml, type TestTenant } from '../kit/scene.ts';
import { verifyBySaml } from './kit.ts';

interface Entry {
  reference: string;
  purpose: string;
  outcome: string;
  person: string | null;
  code: string | null;
  userId: string | null;
  suppressed: number;
  remedy: { where: string; pointer?: string; whatToDo: string } | null;
  trace: { step: string; received?: unknown }[];
}

interface Figures {
  days: { succeeded: number; refused: number }[];
  causes: { code: string; count: number }[];
}

describe('Traces of sign-ins', () => {
  let scene: Scene;
  let acme: TestTenant;
  let saml: SamlConnection;
  let refusedReference: string;

  before(async () => {
    scene = await openScene();
    acme = await scene.addTenant('acme');
    saml = await acme.connectSaml(
      createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' }),
    );
    const agent = new Agent();
    await codeFrom(agent, (await signInBySaml(agent, acme, saml)).arrived);
    const evil = {
      email: 'alice@acme.example',
      leaked: `eyJhbGciOiJub25lIn0.${'A'.repeat(300)}.`,
      groups: Array.from({ length: 300 }, (_, at) => `group-${at}`),
    };
    const { arrived } = await signInBySaml(new Agent(), acme, saml, {
      to: { acsUrl: saml.acsUrl, spEntityId: `${saml.spEntityId}/` },
      attributes: evil,
    });
    refusedReference = /<dd class="code">([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})<\/dd>/.exec(arrived.body)?.[1] ?? '';
    await new Agent().post(saml.acsUrl, { SAMLResponse: 'junk' });
    await new Agent().send(saml.acsUrl, { body: 'x', headers: { 'content-type': 'text/plain' } });
    await verifyBySaml(acme, saml);
  });
  after(() => scene.close());

  async function list(query: Record<string, string>): Promise<Entry[]> {
    const { status, json } = await acme.api.call<{ items: Entry[] }>('GET', `/api/v1/sign-ins?${new URLSearchParams(query)}`);
    assert.equal(status, 200, JSON.stringify(json));
    return json.items;
  }
  const outcomes = async (query: Record<string, string>) => (await list(query)).map(({ outcome, code }) => code ?? outcome);

  it('tests are told from real ones, and listed only when asked for', async () => {
    assert.deepEqual(await outcomes({}), [
      'http.media_type_unsupported',
      'sign_in.answer_without_handle',
      'saml.audience_mismatch',
      'signed-in',
    ]);
    assert.deepEqual(await outcomes({ purpose: 'verify' }), ['verified']);
    assert.equal((await list({ purpose: 'all' })).length, 5);
  });

  it('are counted by day and by cause, tests aside', async () => {
    const figures = async (query: string) => {
      const { status, json } = await acme.api.call<Figures>('GET', `/api/v1/sign-ins/figures?${query}`);
      assert.equal(status, 200, JSON.stringify(json));
      return [
        json.days.map(({ succeeded, refused }) => [succeeded, refused]),
        json.causes.map(({ code, count }) => [code, count]),
      ];
    };
    const ofSaml = [['saml.audience_mismatch', 1]];
    const all = [['http.media_type_unsupported', 1], ...ofSaml, ['sign_in.answer_without_handle', 1]];
    assert.deepEqual(await figures('days=2&timeZone=UTC'), [
      [
        [0, 0],
        [1, 3],
      ],
      all,
    ]);
    assert.deepEqual((await figures(`days=1&identityProviderId=${saml.id}`))[1]?.flat().includes('saml.audience_mismatch'), true);
    assert.deepEqual(await figures('days=1&identityProviderId=idp_nobody'), [[[0, 0]], []]);
    assert.equal((await figures('days=365'))[0]?.length, 30, 'so long traces are kept');
    const refused = await acme.api.call<{ errors: { pointer: string }[] }>(
      'GET',
      '/api/v1/sign-ins/figures?days=0&timeZone=Mars/Olympus',
    );
    assert.deepEqual([refused.status, refused.json.errors.map(({ pointer }) => pointer)], [422, ['/days', '/timeZone']]);
  });

  it('are found by what one knows', async () => {
    assert.deepEqual(await outcomes({ person: 'ALICE@' }), ['signed-in']);
    assert.deepEqual(await outcomes({ reference: refusedReference.slice(0, 6).toLowerCase() }), ['saml.audience_mismatch']);
    assert.deepEqual(await outcomes({ outcome: 'signed-in', identityProviderId: saml.id, applicationId: acme.application.id }), [
      'signed-in',
    ]);
    assert.deepEqual(await outcomes({ code: 'saml.audience_mismatch' }), ['saml.audience_mismatch']);
    const [signedIn] = await list({ outcome: 'signed-in' });
    assert.deepEqual(await outcomes({ userId: signedIn?.userId ?? '' }), ['signed-in']);
    const soon = new Date(Date.now() + 60_000).toISOString();
    assert.deepEqual([(await list({ until: soon })).length, (await list({ from: soon })).length], [4, 0]);
  });

  it('come page by page', async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { json }: { json: { items: Entry[]; next: string | null } } = await acme.api.call(
        'GET',
        `/api/v1/sign-ins?limit=1&purpose=all${cursor && `&cursor=${cursor}`}`,
      );
      seen.push(...json.items.map(({ reference }) => reference));
      cursor = json.next;
    }
    assert.deepEqual([seen.length, new Set(seen).size], [5, 5]);
  });

  it('say what to do, and show no token and no long list', async () => {
    const { json } = await acme.api.call<Entry>('GET', `/api/v1/sign-ins/${refusedReference}`);
    assert.equal(json.remedy?.where, 'provider');
    assert.equal(json.remedy?.pointer, '/saml/spEntityId');
    assert.ok(json.remedy?.whatToDo.includes(`exactly “${saml.spEntityId}”`), json.remedy?.whatToDo);
    assert.ok(!JSON.stringify(json).includes('A'.repeat(50)));
    const [fine] = await list({ outcome: 'signed-in' });
    const whole = await acme.api.call<Entry>('GET', `/api/v1/sign-ins/${fine?.reference}`);
    assert.equal(whole.json.remedy, null);
  });

  it('can be handed on as text and as JSON', async () => {
    const headers = { authorization: `Bearer ${scene.gateway.operatorToken}` };
    const text = await fetch(`${acme.url}/api/v1/sign-ins/${refusedReference}/export`, { headers });
    assert.equal(text.headers.get('content-type'), 'text/plain; charset=utf-8');
    assert.equal(text.headers.get('content-disposition'), `attachment; filename="sign-in-${refusedReference}.txt"`);
    const lines = (await text.text()).split('\n');
    assert.match(lines[0] ?? '', /^What to do, at the identity provider:/);
    assert.match(lines[1] ?? '', /^At the provider, set the audience/);
    assert.ok(lines.some((line) => line.includes('refused') && line.includes('saml.audience_mismatch')));
    const json = await fetch(`${acme.url}/api/v1/sign-ins/${refusedReference}/export?format=json`, { headers });
    const { json: shown } = await acme.api.call('GET', `/api/v1/sign-ins/${refusedReference}`);
    assert.deepEqual(await json.json(), shown);
    assert.equal((await fetch(`${acme.url}/api/v1/sign-ins/NONE-NONE-NONE/export`, { headers })).status, 404);
  });

  it('of junk are bounded, and those left out are counted', async () => {
    const agent = new Agent();
    for (let count = 0; count < 130; count++) await agent.post(saml.acsUrl, { SAMLResponse: 'junk' });
    const kept = await list({ code: 'sign_in.answer_without_handle', limit: '200' });
    assert.ok(kept.length <= 121 && kept.length >= 100, `${kept.length} kept`);
    scene.gateway.advance(61);
    await agent.post(saml.acsUrl, { SAMLResponse: 'junk' });
    const [newest] = await list({ code: 'sign_in.answer_without_handle', limit: '1' });
    assert.ok((newest?.suppressed ?? 0) > 0, 'the next one says how many were left out');
  });
});
