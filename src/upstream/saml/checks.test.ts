import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type RespondOptions } from '#test/saml/idp.ts';
import { ACS_URL, NOON, SP_ENTITY_ID } from '#test/saml/scene.ts';
import { audienceRestrictionXml, type Confirmation, conditionsXml } from '#test/saml/templates.ts';
import { at, confirmed, judge, type Row, scene } from './checks.fixture.ts';

const conditions = (
  content: string,
  given: { notBefore?: string | null; notOnOrAfter?: string | null } = {},
): Partial<RespondOptions> => ({
  conditions: conditionsXml({ notBefore: at(-60), notOnOrAfter: at(300), content, ...given }),
});
const audience = audienceRestrictionXml(SP_ENTITY_ID);

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
    ['no AuthnInstant', 'saml.time_malformed', { authn: { authnInstant: null } }],
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
    ['ProxyRestriction', null, conditions(`${audience}<saml:ProxyRestriction Count="0"></saml:ProxyRestriction>`)],
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
