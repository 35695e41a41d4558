import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent } from '../../kit/agent.ts';
import { authorizationRequest } from '../../kit/scene.ts';
import { assertRefusalPage, CRM_OTHER_URI, CRM_URI, grant, openStage, type Person, PHONE_URI, type Stage } from './stage.ts';

let stage: Stage;
let person: Person;

before(async () => {
  stage = await openStage();
  person = await stage.person();
});
after(() => stage.close());

/** The request with these redirect URIs, in this order, and in exactly these bytes. */
function requestWith(...uris: string[]): string {
  const url = new URL(authorizationRequest(stage.n1, stage.crm).url);
  url.searchParams.delete('redirect_uri');
  return `${url.href}${uris.map((uri) => `&redirect_uri=${uri}`).join('')}`;
}

describe('a redirect URI is one that is registered, character by character (T112)', () => {
  for (const uri of [CRM_URI, CRM_OTHER_URI]) {
    it(`the valid control: ${uri}`, async () => {
      const visit = await person.agent.get(requestWith(encodeURIComponent(uri)));
      assert.ok(visit.location?.startsWith(`${uri}?code=`), visit.location);
    });
  }
  const unregistered = 'openid_provider.redirect_uri_unregistered';
  const invalid = 'openid_provider.request_invalid';
  const variants: Record<string, [code: string, ...uris: string[]]> = {
    'of another application': [unregistered, PHONE_URI],
    'of nobody': [unregistered, 'https://evil.example/callback'],
    'on a sub-domain': [unregistered, 'https://evil.crm.example/callback'],
    'on a domain that begins alike': [unregistered, 'https://crm.example.evil.example/callback'],
    'with a longer path': [unregistered, `${CRM_URI}/more`],
    'with a shorter path': [unregistered, 'https://crm.example/'],
    'with a slash at its end': [unregistered, `${CRM_URI}/`],
    'with a parameter in its path': [unregistered, `${CRM_URI};x`],
    'with ..;/': [unregistered, 'https://crm.example/evil/..;/callback'],
    'with ../': [unregistered, 'https://crm.example/evil/../callback'],
    'with %2e%2e/': [unregistered, 'https://crm.example/evil/%2e%2e/callback'],
    'with @': [unregistered, 'https://crm.example@evil.example/callback'],
    'with @@': [unregistered, 'https://crm.example@@evil.example/callback'],
    'with a user': [unregistered, 'https://user@crm.example/callback'],
    'with a percent-encoded dot in its host': [unregistered, 'https://crm%2eexample/callback'],
    'with a percent-encoded letter': [unregistered, 'https://crm.example/%63allback'],
    'with an added query': [unregistered, `${CRM_URI}?next=https://evil.example`],
    'with an empty query': [unregistered, `${CRM_URI}?`],
    'with a fragment': [unregistered, `${CRM_URI}#x`],
    'with an empty fragment': [unregistered, `${CRM_URI}#`],
    'with capitals in its host': [unregistered, 'https://CRM.example/callback'],
    'with capitals in its scheme': [unregistered, 'HTTPS://crm.example/callback'],
    'with capitals in its path': [unregistered, 'https://crm.example/Callback'],
    'with http': [unregistered, 'http://crm.example/callback'],
    'with its port spelled out': [unregistered, 'https://crm.example:443/callback'],
    'with another port': [unregistered, 'https://crm.example:8443/callback'],
    'with a dot behind its host': [unregistered, 'https://crm.example./callback'],
    'with a backslash': [unregistered, 'https://crm.example\\@evil.example/callback'],
    'with a tab': [unregistered, 'https://crm.\texample/callback'],
    'with a line end': [unregistered, `${CRM_URI}\r\nset-cookie: a=b`],
    'with a space in front': [unregistered, ` ${CRM_URI}`],
    'with NUL': [unregistered, `${CRM_URI}\0`],
    'without a scheme': [unregistered, '//crm.example/callback'],
    'a path alone': [unregistered, '/callback'],
    'a script': [unregistered, 'javascript:alert(1)//https://crm.example/callback'],
    data: [unregistered, 'data:text/html,<script>alert(1)</script>'],
    'that begins like loopback': [unregistered, 'http://localhost.evil.example/callback'],
    'on loopback': [unregistered, 'http://127.0.0.1/callback'],
    'of 3 kB': [unregistered, `${CRM_URI}${'/a'.repeat(1500)}`],
    missing: [invalid],
    empty: [invalid, ''],
    'sent twice': [invalid, CRM_URI, CRM_URI],
    'sent twice, the second another': [invalid, CRM_URI, 'https://evil.example/'],
    'sent twice, the first another': [invalid, 'https://evil.example/', CRM_URI],
  };
  for (const [name, [code, ...uris]] of Object.entries(variants)) {
    it(`${name}: ${code}, for somebody who is signed in and for somebody who is not`, async () => {
      const url = requestWith(...uris.map(encodeURIComponent));
      for (const agent of [person.agent, new Agent()]) assertRefusalPage(await agent.get(url), code);
    });
  }
  it('an address with raw bytes that nobody encoded is not gone to either', async () => {
    for (const uri of [
      'https://crm.example/callback%00',
      'https://crm.example%ff/callback',
      'https:%5c%5ccrm.example%5ccallback',
      'https%3A%2F%2Fcrm%E3%80%82example%2Fcallback',
    ]) {
      assertRefusalPage(await person.agent.get(requestWith(uri)), unregistered);
    }
  });
  it('prompt=none does not make it go there', async () => {
    const url = `${requestWith(encodeURIComponent('https://evil.example/'))}&prompt=none`;
    for (const agent of [person.agent, new Agent()]) assertRefusalPage(await agent.get(url), unregistered);
  });
  it('neither does the same request by a form', async () => {
    const form = new URL(requestWith(encodeURIComponent('https://evil.example/'))).searchParams;
    const visit = await person.agent.post(`${stage.n1.url}/oauth/authorize`, form);
    assertRefusalPage(await person.agent.follow(visit, (url) => !url.startsWith(stage.n1.url)), unregistered);
  });
  it('an unknown application is sent nowhere: openid_provider.application_unknown', async () => {
    for (const id of ['app_unknown', `${stage.crm.id} `, stage.crm.id.toUpperCase(), `${stage.crm.id}\0`, '', 'a'.repeat(5000)]) {
      const visit = await person.agent.get(authorizationRequest(stage.n1, { ...stage.crm, id }).url);
      assertRefusalPage(visit, id === '' ? invalid : 'openid_provider.application_unknown');
    }
  });
  it('an application of another tenant is sent nowhere: openid_provider.application_unknown', async () => {
    const globex = await stage.scene.addTenant('globex');
    const theirs = await globex.addApplication({ redirectUris: [CRM_URI] });
    const visit = await person.agent.get(authorizationRequest(stage.n1, { ...theirs, redirectUri: CRM_URI }).url);
    assertRefusalPage(visit, 'openid_provider.application_unknown');
  });
  it('an application that is switched off is sent nowhere: openid_provider.application_unknown', async () => {
    const gone = { ...(await stage.acme.addApplication({ redirectUris: [CRM_URI] })), redirectUri: CRM_URI };
    await grant(stage.n1, gone, person);
    await stage.acme.api.call('PATCH', `/api/v1/applications/${gone.id}`, { enabled: false });
    assertRefusalPage(await person.agent.get(authorizationRequest(stage.n1, gone).url), 'openid_provider.application_unknown');
  });
});

describe('a redirect URI that is registered has one reading (T112)', () => {
  const register = (kind: string, uri: string) =>
    stage.acme.api.call('POST', '/api/v1/applications', { name: 'Shop', kind, redirectUris: [uri] });
  it('the valid control: https', async () => {
    assert.equal((await register('confidential', 'https://shop.example/callback?x=1')).status, 201);
  });
  const bad: Record<string, string> = {
    'https://*.shop.example/callback': 'wildcard',
    'https://shop.example/*': 'wildcard',
    'https://shop.example/callback#x': 'fragment',
    'https://user@shop.example/callback': 'userinfo',
    'https://shop.example/a/../callback': 'dot_segment',
    'https://shop.example/a/..;/callback': 'dot_segment',
    'https://shop.example/a/%2e%2e/callback': 'dot_segment',
    'https://shop.example\\@evil.example/': 'not_ascii',
    'http://shop.example/callback': 'http_not_loopback',
    'http://localhost.evil.example/callback': 'http_not_loopback',
    'javascript:alert(1)': 'scheme',
    'data:text/html,x': 'scheme',
    'com.example.shop:/callback': 'private_use_not_public',
    '/callback': 'not_a_uri',
    'https:/shop.example/callback': 'not_a_uri',
  };
  for (const [uri, code] of Object.entries(bad)) {
    it(`${uri}: ${code}`, async () => {
      const { status, json } = await register('confidential', uri);
      assert.equal(status, 422);
      assert.deepEqual(
        json.errors.map((fault: { pointer: string; code: string }) => [fault.pointer, fault.code]),
        [['/redirectUris/0', code]],
      );
    });
  }
});
