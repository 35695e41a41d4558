import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { instant, type RespondOptions } from '#test/saml/idp.ts';
import { ACS_URL, createScene, HANDLE, NOON, type Play, SP_ENTITY_ID } from '#test/saml/scene.ts';
import {
  audienceRestrictionXml,
  type Confirmation,
  conditionsXml,
  EMAIL,
  PASSWORD_CONTEXT,
  PERSISTENT,
  SUCCESS,
  statusXml,
  TRANSIENT,
} from '#test/saml/templates.ts';
import { saml } from './index.ts';

const scene = createScene(saml);
const STATUS = 'urn:oasis:names:tc:SAML:2.0:status:';
const SMARTCARD = 'urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI';

type Row = readonly [name: string, code: string | null, options: Partial<RespondOptions>, play?: Play];

function judge(rows: readonly Row[]): void {
  for (const [name, code, options, play] of rows) {
    it(`${name}: ${code ?? 'signs in'}`, async () => {
      assert.equal((await scene.play()).code, null, 'the valid control signs in');
      const outcome = await scene.play(options, play);
      assert.equal(outcome.code, code);
      if (code !== null) assert.equal(outcome.lines.at(-1)?.code, code);
    });
  }
}

const at = (seconds: number): string => instant(NOON, seconds);
const conditions = (
  content: string,
  given: { notBefore?: string | null; notOnOrAfter?: string | null } = {},
): Partial<RespondOptions> => ({
  conditions: conditionsXml({ notBefore: at(-60), notOnOrAfter: at(300), content, ...given }),
});
const audience = audienceRestrictionXml(SP_ENTITY_ID);
const confirmed = (...confirmations: Confirmation[]): Partial<RespondOptions> => ({ confirmations });

describe('audience (T45)', () => {
  judge([
    ['ours alone', null, conditions(audience)],
    ['ours among others in one restriction', null, conditions(audienceRestrictionXml('https://other.example', SP_ENTITY_ID))],
    ['two restrictions, both ours', null, conditions(audience + audience)],
    ['another service provider', 'saml.audience_mismatch', conditions(audienceRestrictionXml('https://other.example'))],
    ['no restriction', 'saml.audience_missing', conditions('')],
    [
      'two restrictions, one of them another’s',
      'saml.audience_mismatch',
      conditions(audience + audienceRestrictionXml('https://other.example')),
    ],
    ['a prefix of ours', 'saml.audience_mismatch', conditions(audienceRestrictionXml(SP_ENTITY_ID.slice(0, -1)))],
    ['ours with a suffix', 'saml.audience_mismatch', conditions(audienceRestrictionXml(`${SP_ENTITY_ID}/`))],
    ['ours in another case', 'saml.audience_mismatch', conditions(audienceRestrictionXml(SP_ENTITY_ID.toUpperCase()))],
    ['ours with white space', 'saml.audience_mismatch', conditions(audienceRestrictionXml(` ${SP_ENTITY_ID}`))],
    ['an empty restriction', 'saml.audience_mismatch', conditions(audienceRestrictionXml())],
  ]);
});

describe('recipient and destination (T46, T47)', () => {
  const destination = (value: string | null, sign: RespondOptions['sign']): Partial<RespondOptions> => ({
    sign,
    response: { destination: value },
  });
  judge([
    ['Recipient: another consumer service', 'saml.recipient_mismatch', confirmed({ recipient: 'https://evil.example/acs' })],
    ['Recipient: another tenant’s', 'saml.recipient_mismatch', confirmed({ recipient: ACS_URL.replace('acme', 'globex') })],
    ['Recipient: none', 'saml.recipient_mismatch', confirmed({ recipient: null })],
    ['Recipient: a trailing slash', 'saml.recipient_mismatch', confirmed({ recipient: `${ACS_URL}/` })],
    ['Destination: another host, unsigned', 'saml.destination_mismatch', destination('https://evil.example/acs', 'assertion')],
    ['Destination: another host, signed', 'saml.destination_mismatch', destination('https://evil.example/acs', 'response')],
    ['Destination: a trailing slash', 'saml.destination_mismatch', destination(`${ACS_URL}/`, 'response')],
    ['Destination: empty', 'saml.destination_mismatch', destination('', 'assertion')],
    ['Destination: none in a signed Response', 'saml.destination_missing', destination(null, 'response')],
    ['Destination: none in an unsigned Response', null, destination(null, 'assertion')],
  ]);
});

describe('validity (T48, T49)', () => {
  const issued = (value: string, what: 'response' | 'assertion'): Partial<RespondOptions> => ({
    [what]: { issueInstant: value },
  });
  judge([
    ['Conditions over, beyond the skew', 'saml.expired', conditions(audience, { notOnOrAfter: at(-180) })],
    ['Conditions over, within the skew', null, conditions(audience, { notOnOrAfter: at(-179) })],
    ['Conditions ten minutes ahead', 'saml.not_yet_valid', conditions(audience, { notBefore: at(600) })],
    ['Conditions ahead within the skew', null, conditions(audience, { notBefore: at(180) })],
    ['Conditions without times', null, conditions(audience, { notBefore: null, notOnOrAfter: null })],
    ['Confirmation over', 'saml.confirmation_expired', confirmed({ notOnOrAfter: at(-180) })],
    ['Confirmation without an end', 'saml.confirmation_expired', confirmed({ notOnOrAfter: null })],
    ['Confirmation ten minutes ahead', 'saml.confirmation_not_yet_valid', confirmed({ notBefore: at(600) })],
    ['Confirmation begun', null, confirmed({ notBefore: at(-1) })],
    ['Session over', 'saml.session_expired', { authn: { sessionNotOnOrAfter: at(-181) } }],
    ['Session lasting', null, { authn: { sessionNotOnOrAfter: at(3600) } }],
    ['AuthnInstant tomorrow', 'saml.not_yet_valid', { authn: { authnInstant: at(86_400) } }],
    ...(['response', 'assertion'] as const).flatMap((what): Row[] => [
      [`${what} issued tomorrow`, 'saml.issued_out_of_time', issued(at(86_400), what)],
      [`${what} issued yesterday`, 'saml.issued_out_of_time', issued(at(-86_400), what)],
      [`${what} issued on 30 February`, 'saml.time_malformed', issued('2026-02-30T12:00:00Z', what)],
      [`${what} issued without a zone`, 'saml.time_malformed', issued('2026-11-22T12:00:00', what)],
      [`${what} issued in the year 9999999`, 'saml.time_malformed', issued('9999999-01-01T00:00:00Z', what)],
      [`${what} issued at an offset`, null, issued('2026-11-22T13:00:00.123+01:00', what)],
    ]),
    [
      'NotOnOrAfter in the year 9999999',
      'saml.time_malformed',
      conditions(audience, { notOnOrAfter: '9999999-01-01T00:00:00Z' }),
    ],
    ['a message that comes an hour late', 'saml.issued_out_of_time', {}, { at: 3600 }],
  ]);
});

describe('conditions (T50)', () => {
  judge([
    ['none', 'saml.conditions_missing', { conditions: '' }],
    ['empty', 'saml.audience_missing', conditions('')],
    ['an unknown one', 'saml.condition_unknown', conditions(`${audience}<saml:Condition></saml:Condition>`)],
    ['a foreign one', 'saml.condition_unknown', conditions(`${audience}<x:OneTimeUse xmlns:x="urn:x"></x:OneTimeUse>`)],
    ['OneTimeUse', null, conditions(`${audience}<saml:OneTimeUse></saml:OneTimeUse>`)],
    [
      'two Conditions',
      'xml.unexpected_structure',
      { conditions: conditionsXml({ notBefore: null, notOnOrAfter: null, content: audience }).repeat(2) },
    ],
  ]);
});

describe('subject confirmation (T51)', () => {
  const method = (name: string): Confirmation => ({ method: `urn:oasis:names:tc:SAML:2.0:cm:${name}` });
  judge([
    ['none', 'saml.subject_confirmation', confirmed()],
    ['sender-vouches', 'saml.subject_confirmation', confirmed(method('sender-vouches'))],
    ['holder-of-key', 'saml.subject_confirmation', confirmed(method('holder-of-key'))],
    ['two, one valid', 'saml.subject_confirmation', confirmed({}, method('holder-of-key'))],
    ['two bearers', 'saml.subject_confirmation', confirmed({}, {})],
  ]);
});

describe('issuer and version (T52)', () => {
  judge([
    ['Response of another issuer', 'saml.issuer_mismatch', { response: { issuer: 'https://other.example' } }],
    ['unsigned Response without an issuer', null, { response: { issuer: null } }],
    ['signed Response without an issuer', 'saml.issuer_mismatch', { response: { issuer: null }, sign: 'both' }],
    ['Assertion of another issuer', 'saml.issuer_mismatch', { assertion: { issuer: 'https://other.example' } }],
    ['Assertion without an issuer', 'xml.unexpected_structure', { assertion: { issuer: null } }],
    ['Issuer with a space', 'saml.issuer_mismatch', { assertion: { issuer: ' https://idp.example.net/saml' } }],
    ['Issuer in another case', 'saml.issuer_mismatch', { assertion: { issuer: 'https://IDP.example.net/saml' } }],
    ['Response of SAML 1.1', 'saml.version', { response: { version: '1.1' } }],
    ['Assertion of SAML 2.1', 'saml.version', { assertion: { version: '2.1' } }],
  ]);
});

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
    ['256 characters', null, named('x'.repeat(256))],
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

describe('what must be spent (T61)', () => {
  it('is the assertion, under its issuer, until nobody would accept it any more', async () => {
    const outcome = await scene.play({ assertion: { id: '_a1' } });
    assert.ok(outcome.code === null);
    // Stated to end in 300 s; our clock and another may each be off by the skew.
    assert.deepEqual(outcome.identity.spend, [
      { id: `saml-assertion:${scene.idp.entityId}:_a1`, until: new Date(NOON.getTime() + 660_000) },
    ]);
  });

  it('is the Response as well, when it is signed', async () => {
    const outcome = await scene.play({ assertion: { id: '_a1' }, response: { id: '_r1' }, sign: 'response' });
    assert.ok(outcome.code === null);
    assert.deepEqual(
      outcome.identity.spend.map(({ id }) => id),
      ['_a1', '_r1'].map((id, first) => `saml-${first === 0 ? 'assertion' : 'response'}:${scene.idp.entityId}:${id}`),
    );
  });

  it('cannot be put off by a validity without end', async () => {
    const outcome = await scene.play({ ...conditions(audience, { notOnOrAfter: '9000-01-01T00:00:00Z' }), sign: 'assertion' });
    assert.ok(outcome.code === null);
    assert.ok((outcome.identity.spend[0]?.until.getTime() ?? Infinity) <= NOON.getTime() + 960_000);
  });

  it('has an ID that is one', async () => {
    assert.equal((await scene.play({ assertion: { id: '_x y' } })).code, 'saml.id_malformed');
  });
});
