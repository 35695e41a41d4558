import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { makeKey, signJws } from '../kit/oidc/keys.ts';
import { createSamlIdp } from '../kit/saml/idp.ts';
import {
  ALICE,
  type OidcConnection,
  openScene,
  type SamlConnection,
  type Scene,
  samlResponse,
  type TestTenant,
} from '../kit/scene.ts';
import { dump } from './dump.ts';
import type { TestReport } from './kit.ts';

type Preview = TestReport & {
  checked: boolean;
  unchecked: string[];
  code?: string;
  errors?: { pointer: string; code: string }[];
};

const RETURNED = 'Qd3rS1k9vTzWm0aYpLxHc7uJbNfEo5gVqRt2wXyZ8kM';

describe('A preview of something pasted', () => {
  let scene: Scene;
  let acme: TestTenant;
  let oidc: OidcConnection;
  let saml: SamlConnection;

  before(async () => {
    scene = await openScene();
    acme = await scene.addTenant('acme');
    oidc = await acme.connectOidc(await scene.startOidcIdp(), { enabled: false });
    saml = await acme.connectSaml(
      createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' }),
      { enabled: false },
    );
  });
  after(() => scene.close());

  async function preview({ id }: { id: string }, body: Record<string, unknown>): Promise<Preview & { status: number }> {
    const earlier = await dump(scene.gateway);
    const { status, json } = await acme.api.call<Preview>('POST', `/api/v1/identity-providers/${id}/preview`, body);
    assert.deepEqual(await dump(scene.gateway), earlier, 'nothing is created');
    return { ...json, status };
  }

  function idToken(claims: Record<string, unknown> = {}, key = oidc.idp.keys[0]): string {
    assert.ok(key);
    const now = Math.floor(Date.now() / 1000);
    const payload = {
      iss: oidc.idp.issuer,
      aud: (oidc.document.oidc as Record<string, unknown>)['clientId'],
      iat: now,
      exp: now + 300,
      nonce: 'n',
      ...oidc.idp.person,
      ...claims,
    };
    return signJws(JSON.stringify({ alg: key.alg, typ: 'JWT', kid: key.kid }), JSON.stringify(payload), {
      alg: key.alg,
      key: key.privateKey,
    });
  }

  it('an ID token that the provider signed is checked, and says who would come in', async () => {
    const made = await preview(oidc, { idToken: idToken() });
    assert.deepEqual(
      [made.status, made.checked, made.summary.code, made.person?.outcome],
      [200, true, null, 'created'],
      JSON.stringify(made.summary),
    );
    assert.ok(made.steps.some(({ step, verdict }) => step === 'oidc.id_token.signature' && verdict === 'passed'));
    assert.ok(made.unchecked.some((text) => text.includes('nonce')));
    assert.equal(made.tokens?.idToken['email'], 'alice@acme.example');
    assert.equal(made.claims?.['nonce'], '(not shown)');
  });

  it('one that a stranger signed is shown, and is not checked', async () => {
    const stranger = makeKey(oidc.idp.keys[0]?.kid ?? 'key-1', 'ES256');
    const made = await preview(oidc, { idToken: idToken({ email: 'admin@acme.example' }, stranger) });
    assert.deepEqual([made.checked, made.summary.code], [false, 'oidc.signature_invalid']);
    assert.equal(made.mappings.find(({ attribute }) => attribute === 'email')?.value, 'admin@acme.example');
  });

  it('an old one is judged as if it were then, and says so', async () => {
    const then = Math.floor(Date.now() / 1000) - 86_400;
    const made = await preview(oidc, { idToken: idToken({ iat: then, exp: then + 300 }) });
    assert.deepEqual([made.checked, made.summary.code], [false, 'oidc.token_expired']);
    assert.match(made.summary.whatToDo, /^Paste a fresh one .* Everything else .* holds\.$/);
    const other = await preview(oidc, { idToken: idToken({ iat: then, exp: then + 300, aud: 'another' }) });
    assert.equal(other.summary.code, 'oidc.audience_mismatch', 'what else is wrong is told before that it is old');
  });

  it('userinfo and bare claims are never checked', async () => {
    for (const body of [{ userinfo: oidc.idp.person }, { claims: oidc.idp.person }]) {
      const made = await preview(oidc, body);
      assert.deepEqual([made.checked, made.summary.code], [false, null]);
      assert.match(made.summary.title, /^Not checked/);
      assert.equal(made.person?.outcome, 'created');
    }
    const made = await preview(saml, { claims: { ...ALICE, NameID: 'alice' } });
    assert.deepEqual([made.checked, made.groups?.unmapped.map(({ value }) => value)], [false, ['Engineering', 'Everyone']]);
  });

  it('userinfo of somebody else than the ID token is refused', async () => {
    const made = await preview(oidc, { idToken: idToken(), userinfo: { ...oidc.idp.person, sub: 'mallory' } });
    assert.deepEqual([made.checked, made.summary.code], [false, 'oidc.userinfo_subject_mismatch']);
  });

  it('a SAML response is checked, as base64, with line breaks, or as XML', async () => {
    const base64 = samlResponse(saml, `_${RETURNED}`);
    const xml = Buffer.from(base64, 'base64').toString();
    for (const pasted of [base64, base64.replace(/.{64}/g, '$&\n'), xml, encodeURIComponent(base64)]) {
      const made = await preview(saml, { samlResponse: pasted });
      assert.deepEqual(
        [made.checked, made.summary.code, made.person?.outcome],
        [true, null, 'created'],
        JSON.stringify(made.summary),
      );
      assert.equal(made.claims?.['email'], 'alice@acme.example');
    }
  });

  it('one with an attribute changed, or unsigned, is shown and not checked', async () => {
    const xml = Buffer.from(samlResponse(saml, `_${RETURNED}`), 'base64').toString();
    const changed = await preview(saml, { samlResponse: xml.replace('alice@acme.example', 'admin@acme.example') });
    assert.deepEqual([changed.checked, changed.summary.code], [false, 'xml.signature_digest']);
    assert.equal(changed.claims?.['email'], 'admin@acme.example');
    const unsigned = await preview(saml, { samlResponse: samlResponse(saml, `_${RETURNED}`, { sign: 'none' }) });
    assert.deepEqual([unsigned.checked, unsigned.summary.code], [false, 'saml.signature_missing']);
  });

  it('an old response is judged as if it were then', async () => {
    const made = await preview(saml, {
      samlResponse: samlResponse(saml, `_${RETURNED}`, { now: new Date(Date.now() - 3_600_000) }),
    });
    assert.deepEqual([made.checked, made.summary.code], [false, 'saml.issued_out_of_time']);
    assert.match(made.summary.whatToDo, /^Paste a fresh one/);
    assert.equal(made.person?.outcome, 'created');
  });

  const hostile: [name: string, xml: string, code: string][] = [
    ['a document type declaration', '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>', 'xml.doctype'],
    ['no XML', 'this is no base64!', 'xml.base64'],
    ['an assertion alone', '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/>', 'saml.structure'],
    ['depth', `${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}`, 'xml.too_deep'],
  ];
  for (const [name, samlXml, code] of hostile) {
    it(`${name}: ${code}`, async () => {
      const made = await preview(saml, { samlResponse: samlXml });
      assert.deepEqual([made.checked, made.summary.code, made.claims], [false, code, null]);
      assert.ok(!JSON.stringify(made).includes('root:'));
    });
  }

  it('refuses what does not belong to the kind of provider, nothing, and too much', async () => {
    const rows: [{ id: string }, Record<string, unknown>, number][] = [
      [oidc, { samlResponse: 'PHg+' }, 422],
      [saml, { idToken: 'a.b.c' }, 422],
      [oidc, {}, 422],
      [oidc, { claims: {}, idToken: idToken() }, 422],
      [oidc, { unheard: 1 }, 422],
      [saml, { samlResponse: 'A'.repeat(1_000_000) }, 413],
      [oidc, { idToken: 'A'.repeat(70_000) }, 422],
    ];
    for (const [connection, body, status] of rows)
      assert.equal((await preview(connection, body)).status, status, JSON.stringify(body).slice(0, 80));
    assert.equal((await preview({ id: 'idp_none' }, { claims: {} })).status, 404);
    assert.equal((await preview(oidc, { claims: {}, revision: 99 })).code, 'verify.revision_unknown');
  });
});
