import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import type { ReceivedRequest } from '#test/saml/requests.ts';
import { ACS_URL, createScene, HANDLE, SP_ENTITY_ID, worldAt } from '#test/saml/scene.ts';
import { PERSISTENT, TRANSIENT } from '#test/saml/templates.ts';
import type { Send, SignInWish } from '../protocol.ts';
import { saml } from './index.ts';

const scene = createScene(saml);
const HIGH = 'urn:example:loa:high';
const LOW = 'urn:example:loa:low';

async function send(settings: Record<string, unknown> = {}, wish: Partial<SignInWish> = {}): Promise<Send> {
  const whole = { handle: HANDLE, returnUrl: new URL(ACS_URL), forceAuthn: false, acrValues: [], ...wish };
  return (await saml.begin(saml.readSettings(scene.raw(settings)), whole, worldAt(0))).send;
}

async function request(settings: Record<string, unknown> = {}, wish: Partial<SignInWish> = {}): Promise<ReceivedRequest> {
  const sent = await send(settings, wish);
  const source = sent.kind === 'redirect' ? { url: sent.url } : { fields: sent.fields };
  return scene.idp.readRequest(source, scene.own.certificatePem);
}

describe('SAML Core §3.4: the request', () => {
  for (const ssoBinding of ['redirect', 'post']) {
    it(`by ${ssoBinding} is signed, and says who asks, what, and where the answer goes`, async () => {
      const received = await request({ ssoBinding });
      assert.equal(received.signature, 'verified');
      assert.equal(received.id, `_${HANDLE}`);
      assert.equal(received.issuer, SP_ENTITY_ID);
      assert.equal(received.acsUrl, ACS_URL);
      assert.equal(received.destination, scene.idp.ssoUrl);
      assert.equal(received.relayState, HANDLE);
      assert.equal(received.forceAuthn, false);
      assert.equal(received.nameIdFormat, undefined);
      assert.deepEqual(received.requestedContexts, []);
    });

    it(`by ${ssoBinding} is signed with ECDSA where the key is one`, async () => {
      const own = makeCertifiedKey('ec-p256');
      const pair = { privateKeyPem: own.privateKeyPem, certificatePem: own.certificatePem };
      const sent = await send({ ssoBinding, keys: { signing: [pair], decryption: [] } });
      if (sent.kind === 'post')
        assert.equal(scene.idp.readRequest({ fields: sent.fields }, own.certificatePem).signature, 'verified');
      else assert.match(sent.url.href, /ecdsa-sha256&Signature=/);
    });

    it(`by ${ssoBinding} is not signed where the connection says so`, async () => {
      assert.equal((await request({ ssoBinding, signRequests: false })).signature, 'absent');
    });

    it(`by ${ssoBinding} carries the login hint in the parameter that the connection names`, async () => {
      const hint = 'ada+x@acme.example &<"';
      const sent = await send({ ssoBinding, loginHintParameter: 'login_hint' }, { loginHint: hint });
      assert.equal(sent.url.searchParams.get('login_hint'), hint);
      assert.equal((await send({ ssoBinding }, { loginHint: hint })).url.searchParams.size, ssoBinding === 'post' ? 0 : 4);
      assert.equal((await request({ ssoBinding, loginHintParameter: 'u' }, { loginHint: hint })).signature, 'verified');
    });
  }

  it('keeps the parameters that the SSO address has', async () => {
    const sent = await send({ ssoUrl: 'https://idp.example.net/sso?app=1' });
    assert.match(sent.url.href, /^https:\/\/idp\.example\.net\/sso\?app=1&SAMLRequest=/);
  });

  it('is sent with upper-case escapes and no spaces, as it was signed', async () => {
    const { url } = await send();
    assert.doesNotMatch(url.search, /%[0-9A-F]?[a-f]|\+|%20/);
    assert.equal(new URL(url.href).search, url.search);
  });

  it('escapes names as XML', async () => {
    const spEntityId = 'urn:x:]]><x/>&"\'';
    assert.equal((await request({ spEntityId })).issuer, spEntityId);
  });

  for (const nameIdFormat of [PERSISTENT, TRANSIENT]) {
    it(`asks for ${nameIdFormat}`, async () => assert.equal((await request({ nameIdFormat })).nameIdFormat, nameIdFormat));
  }

  it('asks for the format that is preferred, unless another is demanded or none is wanted', async () => {
    const preferredNameIdFormat = PERSISTENT;
    assert.equal((await request({ preferredNameIdFormat })).nameIdFormat, PERSISTENT);
    assert.equal((await request({ preferredNameIdFormat, nameIdFormat: TRANSIENT })).nameIdFormat, TRANSIENT);
    const unspecified = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified';
    assert.equal((await request({ preferredNameIdFormat, nameIdFormat: unspecified })).nameIdFormat, undefined);
  });

  it('forces a new sign-in when the connection, the wish or a maximum age says so', async () => {
    assert.equal((await request({ forceAuthn: true })).forceAuthn, true);
    assert.equal((await request({}, { forceAuthn: true })).forceAuthn, true);
    assert.equal((await request({}, { maxAgeSeconds: 60 })).forceAuthn, true);
  });

  it('asks for contexts of the connection; the application may choose among them', async () => {
    const settings = { requestedAuthnContexts: [HIGH, LOW] };
    assert.deepEqual((await request(settings)).requestedContexts, [HIGH, LOW]);
    assert.deepEqual((await request(settings, { acrValues: [HIGH] })).requestedContexts, [HIGH]);
    assert.deepEqual((await request(settings, { acrValues: ['urn:x'] })).requestedContexts, [HIGH, LOW]);
    assert.deepEqual((await request({}, { acrValues: [LOW, 'no-uri'] })).requestedContexts, [LOW]);
  });
});
