import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type RespondOptions } from '#test/saml/idp.ts';
import { HANDLE, SP_ENTITY_ID } from '#test/saml/scene.ts';
import { EMAIL, PASSWORD_CONTEXT, PERSISTENT, SUCCESS, statusXml, TRANSIENT } from '#test/saml/templates.ts';
import { at, confirmed, judge, scene } from './checks.fixture.ts';

const STATUS = 'urn:oasis:names:tc:SAML:2.0:status:';
const SMARTCARD = 'urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI';

describe('status (T53)', () => {
  judge([
    ['Responder, with a valid assertion', 'saml.status_not_success', { status: statusXml(`${STATUS}Responder`) }],
    [
      'AuthnFailed inside Responder',
      'saml.status_not_success',
      { status: statusXml(`${STATUS}Responder`, `${STATUS}AuthnFailed`, 'wrong <password>') },
    ],
    ['Success inside Responder', 'saml.status_not_success', { status: statusXml(`${STATUS}Responder`, SUCCESS) }],
    ['no Status', 'xml.unexpected_structure', { status: '' }],
  ]);

  it('tells the nested code, and keeps the message to the trace', async () => {
    const outcome = await scene.play({
      sign: 'none',
      status: statusXml(`${STATUS}Responder`, `${STATUS}NoAuthnContext`, '<script>'),
    });
    assert.equal(outcome.code === null ? '' : outcome.detail, 'NoAuthnContext');
    const received = { code: `${STATUS}Responder`, nested: `${STATUS}NoAuthnContext`, message: '<script>' };
    assert.deepEqual(outcome.lines.at(-1)?.received, received);
  });
});

describe('authentication (T54)', () => {
  const asked = { settings: { requestedAuthnContexts: [SMARTCARD] } };
  const fresh = { authn: { authnInstant: at(0) } };
  judge([
    ['no AuthnStatement', 'saml.authn_statement_missing', { authn: null }],
    ['another context than requested', 'saml.authn_context_mismatch', {}, asked],
    ['the requested context', null, { authn: { contextClass: SMARTCARD } }, asked],
    ['another context, asked only', null, {}, { settings: { requestedAuthnContexts: [SMARTCARD], enforceContext: false } }],
    ['another context than the application asked for', 'saml.authn_context_mismatch', {}, { wish: { acrValues: [SMARTCARD] } }],
    [
      'an application cannot replace the connection’s contexts',
      'saml.authn_context_mismatch',
      { authn: { contextClass: PASSWORD_CONTEXT } },
      { settings: { requestedAuthnContexts: [SMARTCARD] }, wish: { acrValues: [PASSWORD_CONTEXT] } },
    ],
    [
      'an old sign-in where a new one was demanded',
      'saml.authentication_too_old',
      { authn: { authnInstant: at(-3600) } },
      { wish: { forceAuthn: true } },
    ],
    ['a new sign-in where one was demanded', null, fresh, { wish: { forceAuthn: true } }],
    [
      'an old sign-in where the connection demands a new one',
      'saml.authentication_too_old',
      { authn: { authnInstant: at(-3600) } },
      { settings: { forceAuthn: true } },
    ],
    [
      'a sign-in older than the maximum age',
      'saml.authentication_too_old',
      { authn: { authnInstant: at(-3600) } },
      { wish: { maxAgeSeconds: 300 } },
    ],
    ['an old sign-in where nothing was demanded', null, { authn: { authnInstant: at(-3600) } }],
  ]);
});

describe('NameID (T55)', () => {
  const named = (nameId: RespondOptions['nameId']): Partial<RespondOptions> => ({ nameId });
  const persistent = { settings: { nameIdFormat: PERSISTENT } };
  judge([
    ['none', 'saml.name_id_missing', named(null)],
    ['empty', 'saml.name_id_missing', named('')],
    ['300 characters', 'saml.name_id_malformed', named('x'.repeat(300))],
    ['257 characters', 'saml.name_id_malformed', named('x'.repeat(257))],
    ['256 characters', null, named('x'.repeat(256))],
    ['a qualifier of 1025 characters', 'saml.name_id_malformed', named({ value: 'x', nameQualifier: 'q'.repeat(1025) })],
    ['a qualifier of 1024 characters', null, named({ value: 'x', nameQualifier: 'q'.repeat(1024) })],
    ['a tabulator', 'saml.name_id_malformed', named('ada\tx')],
    ['a C1 control', 'saml.name_id_malformed', named('ada\u0085x')],
    ['white space around it', 'saml.name_id_malformed', named(' ada')],
    [
      'another service provider’s qualifier',
      'saml.name_id_qualifier_mismatch',
      named({ value: 'x', spNameQualifier: 'https://other.example' }),
    ],
    ['our own qualifier', null, named({ value: 'x', spNameQualifier: SP_ENTITY_ID })],
    [
      'transient where persistent is configured',
      'saml.name_id_format_mismatch',
      named({ value: 'x', format: TRANSIENT }),
      persistent,
    ],
    ['e-mail where persistent is configured', 'saml.name_id_format_mismatch', named({ value: 'x', format: EMAIL }), persistent],
    ['no format where persistent is configured', 'saml.name_id_format_mismatch', named({ value: 'x', format: null }), persistent],
    [
      'another one than is preferred',
      null,
      named({ value: 'x', format: EMAIL }),
      { settings: { preferredNameIdFormat: PERSISTENT } },
    ],
    [
      'transient where another one is preferred',
      'saml.name_id_format_mismatch',
      named({ value: 'x', format: TRANSIENT }),
      { settings: { preferredNameIdFormat: PERSISTENT } },
    ],
    [
      'transient, preferred and not demanded',
      'saml.name_id_format_mismatch',
      named({ value: 'x', format: TRANSIENT }),
      { settings: { preferredNameIdFormat: TRANSIENT } },
    ],
    ['transient where anything is', 'saml.name_id_format_mismatch', named({ value: 'x', format: TRANSIENT })],
    ['no format where anything is', null, named({ value: 'x', format: null })],
    [
      'elements inside',
      'xml.unexpected_structure',
      { beforeSigning: { assertion: (xml) => xml.replace('f:9c1', '<b>f</b>:9c1') } },
    ],
  ]);
});

describe('answers to other requests, or to none (T57, T58)', () => {
  const other = `_${HANDLE.replace('Ab', 'Xy')}`;
  judge([
    ['unsolicited', 'saml.unsolicited', { to: { ...scene.to, inResponseTo: null } }],
    ['unsolicited, without InResponseTo in the Response alone', 'saml.unsolicited', { response: { inResponseTo: null } }],
    ['unsolicited, without InResponseTo in the assertion alone', 'saml.unsolicited', confirmed({ inResponseTo: null })],
    ['another browser’s request', 'saml.in_response_to_mismatch', { to: { ...scene.to, inResponseTo: other } }],
    ['another’s assertion under our Response', 'saml.in_response_to_mismatch', confirmed({ inResponseTo: other })],
    ['our assertion under another’s Response', 'saml.in_response_to_mismatch', { response: { inResponseTo: other } }],
  ]);
});

describe('attributes (T67)', () => {
  const twice =
    '<saml:Attribute Name="email"><saml:AttributeValue>evil@acme.example</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>';
  const inside = (change: (xml: string) => string): Partial<RespondOptions> => ({
    attributes: { email: 'ada@acme.example' },
    beforeSigning: { assertion: change },
  });
  judge([
    ['one name twice', 'saml.attribute_duplicate', inside((xml) => xml.replace('</saml:AttributeStatement>', twice))],
    [
      'one name in two statements',
      'saml.attribute_duplicate',
      inside((xml) => xml.replace('</saml:AttributeStatement>', `$&<saml:AttributeStatement>${twice}`)),
    ],
    ['an element in a value', 'saml.attribute_malformed', inside((xml) => xml.replace('>ada@', '><x></x>ada@'))],
    ['no name', 'saml.attribute_malformed', inside((xml) => xml.replace('Name="email" ', ''))],
    [
      'an encrypted attribute',
      'saml.attribute_malformed',
      inside((xml) =>
        xml.replaceAll('saml:Attribute>', 'saml:EncryptedAttribute>').replace('<saml:Attribute ', '<saml:EncryptedAttribute '),
      ),
    ],
    ['one FriendlyName on two names', null, inside((xml) => xml.replaceAll(' Name="', ' FriendlyName="email" Name="'))],
  ]);
});
