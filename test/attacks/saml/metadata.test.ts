import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { XmlDocument } from 'libxml2-wasm';
import type { ApiAnswer } from '../../kit/scene.ts';
import { type Canary, startCanary } from '../oracles.ts';
import { begin, openStage, type Stage } from './stage.ts';

let stage: Stage;
let canary: Canary;

before(async () => {
  stage = await openStage();
  canary = await startCanary();
});
after(async () => {
  await stage.close();
  await canary.close();
});

describe('metadata that is uploaded is read by the same rules (T30, T31)', () => {
  const upload = (metadata: string): Promise<ApiAnswer> =>
    stage.acme.api.call('POST', '/api/v1/identity-providers/fetch-configuration', { metadata });

  it('the valid control is read', async () => {
    const { status, json } = await upload(stage.saml.idp.metadata());
    assert.equal(status, 200, JSON.stringify(json));
    assert.equal((json.settings as { issuer: string }).issuer, stage.saml.idp.entityId);
  });

  const rows: [name: string, change: (metadata: string) => string][] = [
    ['a DOCTYPE alone', (metadata) => `<!DOCTYPE r>${metadata}`],
    [
      'a file as the entity id',
      (metadata) =>
        `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${metadata.replace(/entityID="[^"]*"/, 'entityID="&x;"')}`,
    ],
    [
      'a file as the certificate',
      (metadata) =>
        `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${metadata.replace(/(<ds:X509Certificate>)[^<]*/, '$1&x;')}`,
    ],
    ['an external document type', (metadata) => `<!DOCTYPE r SYSTEM "${canary.url}x.dtd">${metadata}`],
    ['a parameter entity', (metadata) => `<!DOCTYPE r [<!ENTITY % x SYSTEM "${canary.url}"> %x;]>${metadata}`],
    ['a billion laughs', (metadata) => `<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>${metadata}`],
  ];
  for (const [name, change] of rows) {
    it(`${name}: refused, fetched nothing, echoed nothing`, async () => {
      const knocked = canary.connections;
      const { status, json } = await upload(change(stage.saml.idp.metadata()));
      assert.ok(status === 400 || status === 422, `${status}`);
      assert.equal(json.code, 'xml.doctype');
      assert.doesNotMatch(JSON.stringify(json), /root:|\/bin\/|SYSTEM/);
      assert.equal(canary.connections, knocked);
    });
  }
});

describe('what we write stays well-formed, whatever it is made of (T44)', () => {
  const hostile = [']]><x/>', '--><x/>', '?><x/>', '"><x/><y\tz="', "'/><x/>", '</md:EntityDescriptor><x/>', '&x;', '&lt;x/&gt;'];
  for (const [at, text] of hostile.entries()) {
    it(`metadata and request of a connection that is called ${text}`, async () => {
      const name = `urn:${text.replaceAll(/\s/g, '')}`;
      const saml = { spEntityId: name, nameIdFormat: name, requestedAuthnContexts: [name] };
      const connection = await stage.acme.connectSaml(stage.saml.idp, { name, slug: `hostile-${at}`, saml });
      const metadata = await (await fetch(`${stage.acme.url}/sso/${connection.slug}/metadata`)).text();
      checkHolds(
        metadata,
        { entityID: "/*[local-name()='EntityDescriptor']/@entityID", nameIdFormat: "//*[local-name()='NameIDFormat']" },
        name,
      );
      const { request } = await begin(stage.acme, connection);
      checkHolds(
        request,
        {
          issuer: "/*[local-name()='AuthnRequest']/*[local-name()='Issuer']",
          format: "//*[local-name()='NameIDPolicy']/@Format",
          context: "//*[local-name()='AuthnContextClassRef']",
        },
        name,
      );
    });
  }

  /** Parsed by itself: well-formed, the text in its places to the letter, and no element made of it. */
  function checkHolds(xml: string, places: Record<string, string>, text: string): void {
    using document = XmlDocument.fromString(xml);
    for (const [place, path] of Object.entries(places)) assert.equal(document.get(path)?.content, text, `${place} in ${xml}`);
    assert.equal(document.find("//*[local-name()='x' or local-name()='y']").length, 0, xml);
  }
});
