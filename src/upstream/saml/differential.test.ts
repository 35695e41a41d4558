import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SAML as NodeSaml, ValidateInResponseTo } from '@node-saml/node-saml';
import type { RespondOptions } from '#test/saml/idp.ts';
import { instant } from '#test/saml/idp.ts';
import { ACS_URL, createScene, SP_ENTITY_ID } from '#test/saml/scene.ts';
import { audienceRestrictionXml, conditionsXml, EMAIL, PERSISTENT } from '#test/saml/templates.ts';
import { saml } from './index.ts';

const scene = createScene(saml);
// That library has only the real clock; ours is the scene's, so its messages are made and judged now.
const now = new Date();
const secondsAfterNoon = (now.getTime() - Date.parse('2026-11-22T12:00:00.000Z')) / 1000;
const withinNow: Partial<RespondOptions> = {
  now,
  conditions: conditionsXml({
    notBefore: instant(now, -60),
    notOnOrAfter: instant(now, 300),
    content: audienceRestrictionXml(SP_ENTITY_ID),
  }),
};

interface Read {
  nameId: string;
  claims: Record<string, unknown>;
}

async function readByNodeSaml(xml: string, sign: string): Promise<Read> {
  const library = new NodeSaml({
    callbackUrl: ACS_URL,
    issuer: SP_ENTITY_ID,
    audience: SP_ENTITY_ID,
    entryPoint: scene.idp.ssoUrl,
    idpIssuer: scene.idp.entityId,
    idpCert: scene.idp.keys.certificatePem,
    decryptionPvk: scene.own.privateKeyPem,
    acceptedClockSkewMs: 180_000,
    validateInResponseTo: ValidateInResponseTo.never,
    wantAssertionsSigned: sign !== 'response',
    wantAuthnResponseSigned: sign !== 'assertion',
  });
  const { profile } = await library.validatePostResponseAsync({ SAMLResponse: Buffer.from(xml).toString('base64') });
  return { nameId: profile?.nameID ?? '', claims: (profile?.['attributes'] ?? {}) as Record<string, unknown> };
}

async function readByUs(xml: string): Promise<Read> {
  const outcome = await scene.play({}, { at: secondsAfterNoon, xml: () => xml });
  assert.ok(outcome.code === null, JSON.stringify(outcome.lines.at(-1)));
  const { NameID, ...claims } = outcome.identity.claims;
  return { nameId: String(NameID), claims };
}

describe('two independent readers agree on valid messages (@node-saml/node-saml)', () => {
  const attributes = {
    email: 'ada@acme.example',
    groups: ['Engineering', 'Jürgen & Söhne <GmbH>'],
    'http://schemas.example/claims/name': 'Ada "L" Lovelace',
  };
  for (const sign of ['assertion', 'response', 'both'] as const) {
    for (const cipher of [undefined, 'aes128-cbc', 'aes256-gcm'] as const) {
      for (const format of [PERSISTENT, EMAIL]) {
        it(`${sign} signed, ${cipher ?? 'not encrypted'}, ${format.split(':').at(-1)}`, async () => {
          const encryptTo = cipher && { certificatePem: scene.own.certificatePem, cipher };
          const xml = scene.respondXml({ ...withinNow, sign, attributes, encryptTo, nameId: { value: 'ada&lovelace', format } });
          assert.deepEqual(await readByUs(xml), await readByNodeSaml(xml, sign));
        });
      }
    }
  }

  it('and on a changed one, that it is not', async () => {
    const xml = scene.respondXml({ ...withinNow, nameId: 'ada' }).replace('>ada<', '>adb<');
    await assert.rejects(readByNodeSaml(xml, 'assertion'));
    assert.equal((await scene.play({}, { at: secondsAfterNoon, xml: () => xml })).code, 'xml.signature_digest');
  });
});
