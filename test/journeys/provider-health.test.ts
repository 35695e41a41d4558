import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent } from '../kit/agent.ts';
import { makeCertifiedKey } from '../kit/saml/certificate.ts';
import { createSamlIdp } from '../kit/saml/idp.ts';
import {
  type OidcConnection,
  openScene,
  type SamlConnection,
  type Scene,
  signInByOidc,
  signInBySaml,
  type TestTenant,
} from '../kit/scene.ts';

/** What is read of a provider's health. */
interface Health {
  name: string;
  state: string;
  reasons: { code: string; text: string; whatToDo: string }[];
  metadata: {
    monitored: boolean;
    url: string | null;
    checkedAt: string | null;
    reachable: boolean | null;
    problem: string | null;
  };
  keys: { jwksUri: string; checkedAt: string | null; reachable: boolean | null; kids: string[] } | null;
  signIns: {
    last24h: { succeeded: number; refused: number };
    byCode: { code: string; title: string; count: number; blame: string }[];
    successRate: number | null;
    lastSuccessAt: string | null;
    lastRefusal: { code: string; reference: string } | null;
  };
  clockSkew: { seconds: number; samples: number } | null;
  expiries: { kind: string; state: string; replaced: boolean; whatToDo: string }[];
}

describe('An administrator sees how their providers are doing', () => {
  let scene: Scene;
  let acme: TestTenant;
  let saml: SamlConnection;
  let oidc: OidcConnection;

  before(async () => {
    scene = await openScene();
    acme = await scene.addTenant('acme');
    const ending = makeCertifiedKey('rsa-2048', { notAfter: new Date(Date.now() + 20 * 86_400_000) });
    const samlIdp = createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' });
    saml = await acme.connectSaml(samlIdp, {
      saml: { verificationCertificates: [samlIdp.keys.certificatePem, ending.certificatePem] },
    });
    oidc = await acme.connectOidc(await scene.startOidcIdp());
  });
  after(() => scene.close());

  async function healthOf({ id }: { id: string }): Promise<Health> {
    const { status, json } = await acme.api.call<Health>('GET', `/api/v1/identity-providers/${id}/health`);
    assert.equal(status, 200, JSON.stringify(json));
    return json;
  }

  it('before anybody has signed in, nothing is known', async () => {
    const health = await healthOf(saml);
    assert.deepEqual(
      [health.state, health.reasons, health.signIns.successRate, health.clockSkew, health.keys],
      ['unknown', [], null, null, null],
    );
    assert.deepEqual(health.metadata.monitored, false);
    assert.equal(health.expiries.filter(({ kind, replaced }) => kind === 'verification-certificate' && replaced).length, 1);
  });

  it('sign-ins that go well, by OpenID Connect, with the clock that they show', async () => {
    for (let index = 0; index < 2; index++) assert.equal((await signInByOidc(new Agent(), acme, oidc)).arrived.status, 303);
    const { state, signIns, clockSkew, keys } = await healthOf(oidc);
    assert.deepEqual([state, signIns.last24h, signIns.successRate], ['ok', { succeeded: 2, refused: 0 }, 1]);
    assert.equal(clockSkew?.samples, 2);
    assert.ok(Math.abs(clockSkew?.seconds ?? 99) <= 5, `${clockSkew?.seconds}`);
    assert.match(keys?.jwksUri ?? '', /^http/);
  });

  it('people whom the tenant does not know are not the provider’s fault', async () => {
    const strict = { users: { create: false, update: false } };
    assert.equal((await acme.api.call('PATCH', `/api/v1/identity-providers/${saml.id}?override=test`, strict)).status, 200);
    const { arrived } = await signInBySaml(new Agent(), acme, saml, {
      nameId: 'stranger',
      attributes: { email: 'stranger@acme.example' },
    });
    assert.equal(arrived.status, 403);
    const { state, reasons, signIns } = await healthOf(saml);
    assert.deepEqual([state, reasons], ['unknown', []]);
    assert.deepEqual(
      signIns.byCode.map(({ code, count, blame }) => [code, count, blame]),
      [['admission.no_account', 1, 'person']],
    );
    assert.ok(signIns.byCode[0]?.title);
  });

  it('a clock that is ten minutes off is seen by the refusals that it causes', async () => {
    const now = new Date(Date.now() + 600_000);
    for (let index = 0; index < 3; index++) await signInBySaml(new Agent(), acme, saml, { now });
    const { state, reasons, clockSkew, signIns } = await healthOf(saml);
    assert.equal(state, 'failing');
    assert.deepEqual(
      reasons.map(({ code }) => code),
      ['sign_ins_failing', 'clock_differs'],
    );
    assert.match(reasons[1]?.text ?? '', /^The provider’s clock is (?:59\d|60\d) seconds ahead of ours/);
    assert.equal(clockSkew?.samples, 4, 'the stranger’s answer showed the clock as well');
    const { reference, code } = signIns.lastRefusal ?? {};
    assert.equal(code, 'saml.issued_out_of_time');
    assert.equal((await acme.api.call('GET', `/api/v1/sign-ins/${reference}`)).status, 200);
  });

  it('a secret that was changed at the provider fails it, though nothing changed here', async () => {
    for (const client of oidc.idp.clients.values()) client.secret = 'changed at the provider, told nobody';
    for (let index = 0; index < 3; index++) await signInByOidc(new Agent(), acme, oidc);
    const { state, reasons, signIns } = await healthOf(oidc);
    assert.deepEqual([state, reasons[0]?.code, signIns.successRate], ['failing', 'sign_ins_failing', 0.4]);
    assert.match(reasons[0]?.whatToDo ?? '', /oidc\.client_refused/);
  });

  it('the metrics count by opaque ids, show the clock and what expires, and name nobody', async () => {
    await scene.gateway.composition.jobs.sendNotices();
    const text = await (await fetch(`${scene.gateway.serverUrl}/metrics`)).text();
    const ends = (provider: string, outcome: string) =>
      new RegExp(
        `^sallyport_provider_sign_ins_total\\{tenant="tnt_[\\w-]+",provider="${provider}",outcome="${outcome}"\\} (\\d+)$`,
        'm',
      ).exec(text)?.[1];
    assert.deepEqual([ends(oidc.id, 'signed-in'), ends(oidc.id, 'refused'), ends(saml.id, 'refused')], ['2', '3', '4']);
    assert.match(
      text,
      new RegExp(`^sallyport_provider_clock_skew_seconds\\{tenant="[^"]+",provider="${saml.id}"\\} (?:59\\d|60\\d)$`, 'm'),
    );
    const lastSuccess = new RegExp(
      `^sallyport_provider_last_success_timestamp_seconds\\{[^}]*provider="${oidc.id}"\\} \\d{10}$`,
      'm',
    );
    assert.match(text, lastSuccess);
    assert.match(text, /^sallyport_expiry_seconds\{kind="own-key"\} \d+$/m);
    assert.doesNotMatch(text, /acme/i);
  });

  it('all of them in one list; what is off is off', async () => {
    await acme.api.call('PATCH', `/api/v1/identity-providers/${saml.id}`, { enabled: false });
    const { json } = await acme.api.call<{ items: Health[] }>('GET', '/api/v1/identity-providers/health');
    assert.deepEqual(json.items.map(({ name, state }) => `${name} ${state}`).sort(), ['Acme OIDC failing', 'Acme SAML off']);
  });

  it('whoever may not read providers reads no health, and of another tenant there is none', async () => {
    assert.equal((await fetch(`${acme.url}/api/v1/identity-providers/${oidc.id}/health`)).status, 401);
    const globex = await scene.addTenant('globex');
    const other = await globex.api.call('GET', `/api/v1/identity-providers/${oidc.id}/health`);
    assert.deepEqual([other.status, other.json.code], [404, 'upstream.connection_unknown']);
  });

  it('what ends soon is a warning where the provider is read', async () => {
    const secret = { oidc: { clientSecretExpiresAt: new Date(Date.now() + 10 * 86_400_000).toISOString() } };
    assert.equal((await acme.api.call('PATCH', `/api/v1/identity-providers/${oidc.id}?override=test`, secret)).status, 200);
    const { json } = await acme.api.call<{ warnings: { code: string; pointer: string }[] }>(
      'GET',
      `/api/v1/identity-providers/${oidc.id}`,
    );
    assert.deepEqual(
      json.warnings.filter(({ code }) => code === 'expires_soon').map(({ pointer }) => pointer),
      ['/oidc/clientSecretExpiresAt'],
    );
  });
});
