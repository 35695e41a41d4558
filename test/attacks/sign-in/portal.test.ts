import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Agent } from '../../kit/agent.ts';
import { makeCertifiedKey } from '../../kit/saml/certificate.ts';
import { instant, type RespondOptions } from '../../kit/saml/idp.ts';
import { audienceRestrictionXml, conditionsXml, statusXml } from '../../kit/saml/templates.ts';
import { isSignedIn, refused, stateOf } from '../oracles.ts';
import { VICTIM } from '../saml/stage.ts';
import { acme, checkGoesToProvider, closed, globex, place, saml, setUp, stage, unasked } from './portal.fixture.ts';

setUp();

describe('a response from the portal is off unless it was switched on (T57)', () => {
  it('the valid control: switched on, it leads to the provider', async () => {
    checkGoesToProvider(await new Agent().post(saml.acsUrl, { SAMLResponse: unasked(saml) }));
  });

  it('is refused before anything of it is read: sign_in.portal_off, and what to do is told', async () => {
    const at = place();
    const SAMLResponse = unasked(closed);
    const visit = await refused(at, { code: 'sign_in.portal_off', status: 403, secrets: [SAMLResponse.slice(0, 64)] }, () =>
      at.agent.post(closed.acsUrl, { SAMLResponse }),
    );
    assert.ok(visit.body.includes(`${acme.url}/sign-in`), 'another way in is offered');
    const { json } = await acme.api.call('GET', '/api/v1/sign-ins?limit=1&code=sign_in.portal_off');
    const trace = await acme.api.call<{ remedy: { where: string; pointer: string; whatToDo: string } }>(
      'GET',
      `/api/v1/sign-ins/${json.items[0]?.['reference']}`,
    );
    const { remedy } = trace.json;
    assert.deepEqual([remedy.where, remedy.pointer], ['here', '/saml/allowIdpInitiated']);
    assert.ok(remedy.whatToDo.includes(`${acme.url}/sso/closed/start`), remedy.whatToDo);
  });

  it('is off as well while the provider is', async () => {
    await closed.change({ saml: { allowIdpInitiated: true }, authentication: { enabled: false } });
    try {
      const at = place();
      await refused(at, { code: 'sign_in.connection_disabled' }, () =>
        at.agent.post(closed.acsUrl, { SAMLResponse: unasked(closed) }),
      );
    } finally {
      await closed.change({ saml: { allowIdpInitiated: false }, authentication: { enabled: true } });
    }
  });
});

describe('junk from a portal goes no further than any other junk', () => {
  const forged = makeCertifiedKey();
  const rows: [name: string, code: string, change: () => Partial<RespondOptions>][] = [
    ['unsigned', 'saml.signature_missing', () => ({ sign: 'none' })],
    ['signed by somebody else', 'xml.signature_value', () => ({ signing: { key: forged.privateKey } })],
    [
      'changed after it was signed',
      'xml.signature_digest',
      () => ({ afterSigning: { assertion: (xml) => xml.replaceAll(VICTIM, 'admin-0002') } }),
    ],
    [
      'of another provider',
      'saml.issuer_mismatch',
      () => ({ response: { issuer: 'https://other.example' }, assertion: { issuer: 'https://other.example' } }),
    ],
    ['sent elsewhere', 'saml.destination_mismatch', () => ({ response: { destination: globex.acsUrl } })],
    ['made for another address', 'saml.recipient_mismatch', () => ({ confirmations: [{ recipient: globex.acsUrl }] })],
    [
      'for another audience',
      'saml.audience_mismatch',
      () => ({
        conditions: conditionsXml({
          notBefore: instant(undefined, -60),
          notOnOrAfter: instant(undefined, 300),
          content: audienceRestrictionXml(globex.spEntityId),
        }),
      }),
    ],
    ['an hour old', 'saml.issued_out_of_time', () => ({ now: new Date(Date.now() - 3_600_000) })],
    ['no success', 'saml.status_not_success', () => ({ status: statusXml('urn:oasis:names:tc:SAML:2.0:status:Responder') })],
    ['without a name', 'saml.name_id_missing', () => ({ nameId: null })],
    [
      'an answer inside of what answers nothing',
      'sign_in.attempt_unknown',
      () => ({ confirmations: [{ inResponseTo: `_${'A'.repeat(43)}` }] }),
    ],
    [
      'an answer far down in what answers nothing',
      'saml.in_response_to_mismatch',
      () => ({
        status: statusXml('urn:oasis:names:tc:SAML:2.0:status:Success').replace(
          '</samlp:Status>',
          `<samlp:StatusMessage>${'x'.repeat(12_000)}</samlp:StatusMessage></samlp:Status>`,
        ),
        confirmations: [{ inResponseTo: `_${'A'.repeat(43)}` }],
      }),
    ],
  ];
  for (const [name, code, change] of rows) {
    it(`${name}: ${code}`, async () => {
      const at = place();
      const SAMLResponse = unasked(saml, change());
      await refused(at, { code, secrets: [SAMLResponse.slice(0, 64)] }, () => at.agent.post(saml.acsUrl, { SAMLResponse }));
      assert.equal(await isSignedIn(at), false);
    });
  }

  it('a second time, from any browser: sign_in.answer_replayed', async () => {
    const SAMLResponse = unasked(saml);
    checkGoesToProvider(await new Agent().post(saml.acsUrl, { SAMLResponse }));
    const at = place();
    await refused(at, { code: 'sign_in.answer_replayed' }, () => at.agent.post(saml.acsUrl, { SAMLResponse }));
  });

  it('of another tenant at the same provider', async () => {
    const at = place();
    await refused(at, { code: 'saml.destination_mismatch' }, () => at.agent.post(saml.acsUrl, { SAMLResponse: unasked(globex) }));
  });

  it('leaves as many traces as other refusals that belong to no sign-in', async () => {
    const { agent } = place();
    stage.scene.gateway.advance(61);
    const before = (await stateOf(acme)).sequence;
    for (let count = 0; count < 140; count++) await agent.post(closed.acsUrl, { SAMLResponse: JUNK });
    const left = (await stateOf(acme)).sequence - before;
    assert.ok(left >= 100 && left <= 130, `${left} audit events of 140 refusals`);
    stage.scene.gateway.advance(61);
  });
});

const JUNK = Buffer.from('<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"/>').toString('base64');
