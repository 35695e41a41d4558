import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { instant, type RespondOptions } from '../../kit/saml/idp.ts';
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
} from '../../kit/saml/templates.ts';
import type { SamlConnection } from '../../kit/scene.ts';
import { type Answering, accept, openStage, refuse, type Stage, type Waiting } from './stage.ts';

const STATUS = 'urn:oasis:names:tc:SAML:2.0:status:';
const SMARTCARD = 'urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI';
let stage: Stage;
let others: Record<'persistent' | 'smartcard' | 'forced' | 'response' | 'both' | 'assertion' | 'second', SamlConnection>;
const here = (): Stage => stage;
const by = (name: keyof typeof others) => (): SamlConnection => others[name];

before(async () => {
  stage = await openStage();
  const connect = (slug: string, saml: object): Promise<SamlConnection> => stage.acme.connectSaml(stage.saml.idp, { slug, saml });
  others = {
    persistent: await connect('persistent', { nameIdFormat: PERSISTENT }),
    smartcard: await connect('smartcard', { requestedAuthnContexts: [SMARTCARD] }),
    forced: await connect('forced', { forceAuthn: true }),
    response: await connect('response', { verifySignatureOf: 'response' }),
    both: await connect('both', { verifySignatureOf: 'both' }),
    assertion: await connect('assertion', { verifySignatureOf: 'assertion' }),
    second: await connect('second', {}),
  };
});
after(() => stage.close());

/** Seconds from now, as the message is made. */
const at = (seconds: number): string => instant(undefined, seconds);
const conditions = (
  content: (ours: string) => string,
  given: () => { notBefore?: string | null; notOnOrAfter?: string | null } = () => ({}),
): Answering => ({
  change: ({ connection }) => ({
    conditions: conditionsXml({ notBefore: at(-60), notOnOrAfter: at(300), content: content(connection.spEntityId), ...given() }),
  }),
});
const ours = (id: string): string => audienceRestrictionXml(id);
const confirmed = (...made: ((waiting: Waiting) => Confirmation)[]): Answering => ({
  change: (waiting) => ({ confirmations: made.map((one) => one(waiting)) }),
});
const ELSEWHERE = 'https://other.example/sp';

describe('what the connection demands is signed (T2)', () => {
  accept(here, [
    { name: 'response: the response', connection: by('response'), change: { sign: 'response' } },
    { name: 'both: both', connection: by('both'), change: { sign: 'both' } },
    { name: 'assertion: the assertion', connection: by('assertion'), change: { sign: 'assertion' } },
  ]);
  refuse(here, [
    {
      name: 'response: the assertion alone',
      code: 'saml.signature_missing',
      connection: by('response'),
      change: { sign: 'assertion' },
    },
    { name: 'both: the assertion alone', code: 'saml.signature_missing', connection: by('both'), change: { sign: 'assertion' } },
    { name: 'both: the response alone', code: 'saml.signature_missing', connection: by('both'), change: { sign: 'response' } },
    {
      name: 'assertion: the response alone',
      code: 'saml.signature_missing',
      connection: by('assertion'),
      change: { sign: 'response' },
    },
  ]);
});

describe('the assertion is for us (T45)', () => {
  accept(here, [
    { name: 'us alone', ...conditions(ours) },
    { name: 'us among others', ...conditions((id) => audienceRestrictionXml(ELSEWHERE, id)) },
    { name: 'us in two restrictions', ...conditions((id) => ours(id) + ours(id)) },
  ]);
  const mismatch = (name: string, content: (id: string) => string) => ({
    name,
    code: 'saml.audience_mismatch',
    ...conditions(content),
  });
  refuse(here, [
    { name: 'no restriction', code: 'saml.audience_missing', ...conditions(() => '') },
    mismatch('another service provider', () => audienceRestrictionXml(ELSEWHERE)),
    mismatch('an empty restriction', () => audienceRestrictionXml()),
    mismatch('two restrictions, the second another’s', (id) => ours(id) + audienceRestrictionXml(ELSEWHERE)),
    mismatch('two restrictions, the first another’s', (id) => audienceRestrictionXml(ELSEWHERE) + ours(id)),
    mismatch('a prefix of our entity id', (id) => ours(id.slice(0, -1))),
    mismatch('our entity id with a suffix', (id) => ours(`${id}/`)),
    mismatch('our entity id in another case', (id) => ours(id.toUpperCase())),
    mismatch('our entity id with a space', (id) => ours(` ${id}`)),
    mismatch('our host alone', (id) => ours(new URL(id).origin)),
    {
      name: 'another connection of the same tenant',
      code: 'saml.audience_mismatch',
      change: () => ({
        conditions: conditionsXml({ notBefore: null, notOnOrAfter: at(300), content: ours(others.second.spEntityId) }),
      }),
    },
  ]);
});

describe('the message was sent here (T46, T47)', () => {
  const recipient = (name: string, change: (acsUrl: string) => string | null) => ({
    name: `Recipient: ${name}`,
    code: 'saml.recipient_mismatch',
    ...confirmed(({ connection }) => ({ recipient: change(connection.acsUrl) })),
  });
  const destination = (change: (acsUrl: string) => string | null, sign: RespondOptions['sign']): Answering => ({
    change: ({ connection }) => ({ sign, response: { destination: change(connection.acsUrl) } }),
  });
  accept(here, [
    { name: 'Recipient and Destination ours, both signed', change: { sign: 'both' } },
    { name: 'no Destination in an unsigned response', ...destination(() => null, 'assertion') },
  ]);
  refuse(here, [
    recipient('another host', () => 'https://other.example/acs'),
    recipient('another connection', () => others.second.acsUrl),
    recipient('another tenant', (url) => url.replace('/t/acme/', '/t/globex/')),
    recipient('none', () => null),
    recipient('a trailing slash', (url) => `${url}/`),
    recipient('a query', (url) => `${url}?x`),
    recipient('another case', (url) => url.replace('/acs', '/ACS')),
    recipient('an address that means the same', (url) => url.replace('localhost', '127.0.0.1')),
    {
      name: 'Destination: another host, unsigned',
      code: 'saml.destination_mismatch',
      ...destination(() => 'https://other.example/acs', 'assertion'),
    },
    {
      name: 'Destination: another host, signed',
      code: 'saml.destination_mismatch',
      ...destination(() => 'https://other.example/acs', 'response'),
    },
    {
      name: 'Destination: another connection',
      code: 'saml.destination_mismatch',
      ...destination(() => others.second.acsUrl, 'response'),
    },
    { name: 'Destination: a trailing slash', code: 'saml.destination_mismatch', ...destination((url) => `${url}/`, 'response') },
    { name: 'Destination: empty', code: 'saml.destination_mismatch', ...destination(() => '', 'assertion') },
    { name: 'Destination: none in a signed response', code: 'saml.destination_missing', ...destination(() => null, 'response') },
  ]);
});

describe('the message is of now (T48, T49)', () => {
  const issued = (what: 'response' | 'assertion', value: () => string): Answering => ({
    change: () => ({ [what]: { issueInstant: value() } }),
  });
  const ending = (notOnOrAfter: () => string | null): Answering => conditions(ours, () => ({ notOnOrAfter: notOnOrAfter() }));
  const beginning = (notBefore: () => string | null): Answering => conditions(ours, () => ({ notBefore: notBefore() }));
  accept(here, [
    { name: 'Conditions over for less than the skew', ...ending(() => at(-120)) },
    { name: 'Conditions that begin within the skew', ...beginning(() => at(120)) },
    { name: 'an offset in the place of Z', ...issued('assertion', () => at(7200).replace('Z', '+02:00')) },
    { name: 'a session that lasts', change: () => ({ authn: { sessionNotOnOrAfter: at(3600) } }) },
  ]);
  refuse(here, [
    { name: 'T48: Conditions over', code: 'saml.expired', ...ending(() => at(-240)) },
    { name: 'T48: Confirmation over', code: 'saml.confirmation_expired', ...confirmed(() => ({ notOnOrAfter: at(-240) })) },
    { name: 'T48: Confirmation without end', code: 'saml.confirmation_expired', ...confirmed(() => ({ notOnOrAfter: null })) },
    { name: 'T48: Session over', code: 'saml.session_expired', change: () => ({ authn: { sessionNotOnOrAfter: at(-240) } }) },
    { name: 'T49: Conditions from in ten minutes on', code: 'saml.not_yet_valid', ...beginning(() => at(600)) },
    {
      name: 'T49: Confirmation from in ten minutes on',
      code: 'saml.confirmation_not_yet_valid',
      ...confirmed(() => ({ notBefore: at(600) })),
    },
    { name: 'T49: signed in tomorrow', code: 'saml.not_yet_valid', change: () => ({ authn: { authnInstant: at(86_400) } }) },
    {
      name: 'T49: Conditions that end in the year 9999999',
      code: 'saml.time_malformed',
      ...ending(() => '9999999-01-01T00:00:00Z'),
    },
    { name: 'T49: Conditions that end at no time', code: 'saml.time_malformed', ...ending(() => '') },
    {
      name: 'T49: Confirmation that ends without a zone',
      code: 'saml.time_malformed',
      ...confirmed(() => ({ notOnOrAfter: at(300).replace('Z', '') })),
    },
    ...(['response', 'assertion'] as const).flatMap((what) => [
      { name: `T49: ${what} issued tomorrow`, code: 'saml.issued_out_of_time', ...issued(what, () => at(86_400)) },
      { name: `T49: ${what} issued yesterday`, code: 'saml.issued_out_of_time', ...issued(what, () => at(-86_400)) },
      { name: `T49: ${what} issued on 30 February`, code: 'saml.time_malformed', ...issued(what, () => '2026-02-30T12:00:00Z') },
      {
        name: `T49: ${what} issued at 24:00`,
        code: 'saml.time_malformed',
        ...issued(what, () => `${at(0).slice(0, 11)}24:00:00Z`),
      },
      { name: `T49: ${what} issued without a zone`, code: 'saml.time_malformed', ...issued(what, () => at(0).replace('Z', '')) },
      {
        name: `T49: ${what} issued in the year 9999999`,
        code: 'saml.time_malformed',
        ...issued(what, () => '9999999-01-01T00:00:00Z'),
      },
      { name: `T49: ${what} issued at a date alone`, code: 'saml.time_malformed', ...issued(what, () => at(0).slice(0, 10)) },
      { name: `T49: ${what} issued with spaces`, code: 'saml.time_malformed', ...issued(what, () => ` ${at(0)} `) },
      { name: `T49: ${what} issued at a number`, code: 'saml.time_malformed', ...issued(what, () => String(Date.now())) },
    ]),
  ]);
});

describe('conditions are there and understood (T50)', () => {
  const once = '<saml:OneTimeUse></saml:OneTimeUse>';
  accept(here, [{ name: 'OneTimeUse', ...conditions((id) => ours(id) + once) }]);
  refuse(here, [
    { name: 'none', code: 'saml.conditions_missing', change: { conditions: '' } },
    { name: 'empty', code: 'saml.audience_missing', ...conditions(() => '') },
    {
      name: 'an unknown one',
      code: 'saml.condition_unknown',
      ...conditions((id) => `${ours(id)}<saml:Condition></saml:Condition>`),
    },
    {
      name: 'one of a foreign namespace',
      code: 'saml.condition_unknown',
      ...conditions((id) => `${ours(id)}<x:OneTimeUse xmlns:x="urn:x"></x:OneTimeUse>`),
    },
    {
      name: 'the audience in a foreign namespace',
      code: 'saml.condition_unknown',
      ...conditions((id) => `<x:AudienceRestriction xmlns:x="urn:x"><x:Audience>${id}</x:Audience></x:AudienceRestriction>`),
    },
    {
      name: 'twice',
      code: 'xml.unexpected_structure',
      change: ({ connection }) => ({
        conditions: conditionsXml({ notBefore: null, notOnOrAfter: at(300), content: ours(connection.spEntityId) }).repeat(2),
      }),
    },
  ]);
});

describe('the subject is confirmed as bearer, once (T51)', () => {
  const method = (name: string) => (): Confirmation => ({ method: `urn:oasis:names:tc:SAML:2.0:cm:${name}` });
  accept(here, [{ name: 'bearer', ...confirmed(method('bearer')) }]);
  refuse(here, [
    { name: 'not at all', code: 'saml.subject_confirmation', ...confirmed() },
    { name: 'sender-vouches', code: 'saml.subject_confirmation', ...confirmed(method('sender-vouches')) },
    { name: 'holder-of-key', code: 'saml.subject_confirmation', ...confirmed(method('holder-of-key')) },
    { name: 'bearer in another case', code: 'saml.subject_confirmation', ...confirmed(method('Bearer')) },
    {
      name: 'twice, the first valid',
      code: 'saml.subject_confirmation',
      ...confirmed(method('bearer'), method('holder-of-key')),
    },
    {
      name: 'twice, the second valid',
      code: 'saml.subject_confirmation',
      ...confirmed(method('sender-vouches'), method('bearer')),
    },
    {
      name: 'twice, one for another place',
      code: 'saml.subject_confirmation',
      ...confirmed(method('bearer'), () => ({ recipient: ELSEWHERE })),
    },
  ]);
});

describe('the message is from the provider (T52)', () => {
  const issuers = (
    response: (id: string) => string | null,
    assertion: (id: string) => string | null,
    sign?: RespondOptions['sign'],
  ): Answering => ({
    change: ({ connection: { idp } }) => ({
      sign,
      response: { issuer: response(idp.entityId) },
      assertion: { issuer: assertion(idp.entityId) },
    }),
  });
  const same = (id: string): string => id;
  const other = (): string => 'https://other.example/saml';
  accept(here, [
    { name: 'both say so', ...issuers(same, same, 'both') },
    { name: 'an unsigned response says nothing', ...issuers(() => null, same) },
  ]);
  const mismatch = (name: string, ...given: Parameters<typeof issuers>) => ({
    name,
    code: 'saml.issuer_mismatch',
    ...issuers(...given),
  });
  refuse(here, [
    mismatch('the response says another', other, same),
    mismatch('the signed response says another', other, same, 'both'),
    mismatch('the assertion says another', same, other),
    mismatch('both say another', other, other, 'both'),
    mismatch('a signed response says nothing', () => null, same, 'response'),
    { name: 'the assertion says nothing', code: 'xml.unexpected_structure', ...issuers(same, () => null) },
    mismatch('the assertion says nothing but an element', same, () => ''),
    mismatch('a space before', same, (id) => ` ${id}`),
    mismatch('a line end behind', same, (id) => `${id}\n`),
    mismatch('another case', same, (id) => id.toUpperCase()),
    mismatch('a slash behind', same, (id) => `${id}/`),
    { name: 'a response of SAML 1.1', code: 'saml.version', change: { response: { version: '1.1' } } },
    { name: 'an assertion of SAML 2.1', code: 'saml.version', change: { assertion: { version: '2.1' } } },
  ]);
});

describe('the provider says success (T53)', () => {
  accept(here, [{ name: 'Success', change: { status: statusXml(SUCCESS) } }]);
  refuse(here, [
    {
      name: 'Responder, with a valid assertion',
      code: 'saml.status_not_success',
      change: { status: statusXml(`${STATUS}Responder`) },
    },
    {
      name: 'AuthnFailed within Responder',
      code: 'saml.status_not_success',
      change: { status: statusXml(`${STATUS}Responder`, `${STATUS}AuthnFailed`) },
    },
    {
      name: 'Success within Responder',
      code: 'saml.status_not_success',
      change: { status: statusXml(`${STATUS}Responder`, SUCCESS) },
    },
    {
      name: 'Responder in a signed response',
      code: 'saml.status_not_success',
      change: { sign: 'both', status: statusXml(`${STATUS}Responder`) },
    },
    { name: 'success in another case', code: 'saml.status_not_success', change: { status: statusXml(SUCCESS.toLowerCase()) } },
    { name: 'no Status', code: 'xml.unexpected_structure', change: { status: '' } },
    {
      name: 'two Statuses',
      code: 'xml.unexpected_structure',
      change: { status: statusXml(`${STATUS}Responder`) + statusXml(SUCCESS) },
    },
    {
      name: 'two StatusCodes',
      code: 'xml.unexpected_structure',
      change: { status: statusXml(SUCCESS).replace(/<samlp:StatusCode .*<\/samlp:StatusCode>/, '$&$&') },
    },
  ]);
});

describe('somebody signed in, as was asked (T54)', () => {
  const long = (): Partial<RespondOptions> => ({ authn: { authnInstant: at(-3600) } });
  accept(here, [
    { name: 'the requested context', connection: by('smartcard'), change: { authn: { contextClass: SMARTCARD } } },
    {
      name: 'the context that the application asked for',
      wish: { acr_values: SMARTCARD },
      change: { authn: { contextClass: SMARTCARD } },
    },
    { name: 'a new sign-in where one was asked for', wish: { prompt: 'login' } },
    { name: 'an old sign-in where nothing was asked', change: long },
  ]);
  refuse(here, [
    { name: 'no AuthnStatement', code: 'saml.authn_statement_missing', change: { authn: null } },
    {
      name: 'two AuthnStatements',
      code: 'saml.authn_statement_missing',
      change: { beforeSigning: { assertion: (xml) => xml.replace(/<saml:AuthnStatement .*<\/saml:AuthnStatement>/s, '$&$&') } },
    },
    { name: 'another context than requested', code: 'saml.authn_context_mismatch', connection: by('smartcard') },
    {
      name: 'no context',
      code: 'saml.authn_context_mismatch',
      connection: by('smartcard'),
      change: {
        beforeSigning: { assertion: (xml) => xml.replace(/<saml:AuthnContextClassRef>.*<\/saml:AuthnContextClassRef>/s, '') },
      },
    },
    {
      name: 'another context than the application asked for',
      code: 'saml.authn_context_mismatch',
      wish: { acr_values: SMARTCARD },
    },
    {
      name: 'an application that asks for less than the connection demands',
      code: 'saml.authn_context_mismatch',
      connection: by('smartcard'),
      wish: { acr_values: PASSWORD_CONTEXT },
    },
    {
      name: 'an old sign-in where the connection demands a new one',
      code: 'saml.authentication_too_old',
      connection: by('forced'),
      change: long,
    },
    {
      name: 'an old sign-in where the application demands a new one',
      code: 'saml.authentication_too_old',
      wish: { prompt: 'login' },
      change: long,
    },
    { name: 'a sign-in older than the maximum age', code: 'saml.authentication_too_old', wish: { max_age: '300' }, change: long },
    {
      name: 'no AuthnInstant',
      code: 'saml.time_malformed',
      change: { beforeSigning: { assertion: (xml) => xml.replace(/ AuthnInstant="[^"]*"/, '') } },
    },
  ]);
});

describe('the name is one (T55)', () => {
  const named = (nameId: RespondOptions['nameId']): Answering => ({ change: { nameId } });
  const person = { email: 'nina@acme.example' };
  accept(here, [
    {
      name: 'persistent, where persistent is configured',
      connection: by('persistent'),
      change: { nameId: { value: 'nina', format: PERSISTENT }, attributes: person },
    },
    {
      name: 'our own SPNameQualifier',
      change: ({ connection }) => ({ nameId: { value: 'alice-0001', spNameQualifier: connection.spEntityId } }),
    },
  ]);
  refuse(here, [
    { name: 'none', code: 'saml.name_id_missing', ...named(null) },
    { name: 'empty', code: 'saml.name_id_missing', ...named('') },
    { name: 'white space', code: 'saml.name_id_malformed', ...named('   ') },
    { name: '300 characters', code: 'saml.name_id_malformed', ...named('x'.repeat(300)) },
    { name: 'a tabulator', code: 'saml.name_id_malformed', ...named('alice\t0001') },
    { name: 'a line end', code: 'saml.name_id_malformed', ...named('alice\n0001') },
    { name: 'a carriage return', code: 'saml.name_id_malformed', ...named('alice\r0001') },
    { name: 'a C1 control', code: 'saml.name_id_malformed', ...named('alice\u00850001') },
    { name: 'white space around it', code: 'saml.name_id_malformed', ...named(' alice-0001') },
    {
      name: 'another service’s SPNameQualifier',
      code: 'saml.name_id_qualifier_mismatch',
      ...named({ value: 'alice-0001', spNameQualifier: ELSEWHERE }),
    },
    {
      name: 'transient where persistent is configured',
      code: 'saml.name_id_format_mismatch',
      connection: by('persistent'),
      ...named({ value: 'alice-0001', format: TRANSIENT }),
    },
    {
      name: 'an address where persistent is configured',
      code: 'saml.name_id_format_mismatch',
      connection: by('persistent'),
      ...named({ value: 'alice@acme.example', format: EMAIL }),
    },
    {
      name: 'no format where persistent is configured',
      code: 'saml.name_id_format_mismatch',
      connection: by('persistent'),
      ...named({ value: 'alice-0001', format: null }),
    },
    {
      name: 'transient where nothing is configured',
      code: 'saml.name_id_format_mismatch',
      ...named({ value: 'alice-0001', format: TRANSIENT }),
    },
    {
      name: 'an element inside',
      code: 'xml.unexpected_structure',
      change: { beforeSigning: { assertion: (xml) => xml.replace('alice-0001', 'alice<b></b>-0001') } },
    },
    {
      name: 'two names',
      code: 'xml.unexpected_structure',
      change: { beforeSigning: { assertion: (xml) => xml.replace(/<saml:NameID .*<\/saml:NameID>/, '$&$&') } },
    },
  ]);
});

describe('an answer answers (T57)', () => {
  const nothing = { inResponseTo: null };
  accept(here, [{ name: 'our request', change: { sign: 'both' } }]);
  refuse(here, [
    {
      name: 'unsolicited',
      code: 'sign_in.answer_without_handle',
      change: ({ connection }) => ({ to: { acsUrl: connection.acsUrl, spEntityId: connection.spEntityId, ...nothing } }),
    },
    { name: 'no request in the response', code: 'saml.unsolicited', change: { response: nothing } },
    { name: 'no request in the confirmation', code: 'saml.unsolicited', ...confirmed(() => nothing) },
    {
      name: 'a request that was never made',
      code: 'sign_in.attempt_unknown',
      change: { response: { inResponseTo: `_${'A'.repeat(43)}` } },
    },
    {
      name: 'another request in the confirmation',
      code: 'saml.in_response_to_mismatch',
      ...confirmed(() => ({ inResponseTo: `_${'A'.repeat(43)}` })),
    },
    {
      name: 'our request with a suffix',
      code: 'sign_in.answer_without_handle',
      change: ({ id }) => ({ response: { inResponseTo: `${id}x` } }),
      xml: (xml, { id }) => xml.replaceAll(` InResponseTo="${id}"`, ''),
    },
    { name: 'an empty request', code: 'saml.in_response_to_mismatch', change: { response: { inResponseTo: '' } } },
  ]);

  it('sign-in from the portal cannot be switched on yet', async () => {
    const { status, json } = await stage.acme.api.call('PATCH', `/api/v1/identity-providers/${others.second.id}`, {
      saml: { allowIdpInitiated: true },
    });
    assert.equal(status, 422);
    assert.deepEqual(
      json.errors.map(({ pointer, code }: { pointer: string; code: string }) => ({ pointer, code })),
      [{ pointer: '/saml/allowIdpInitiated', code: 'not_yet_supported' }],
    );
  });
});

describe('attributes are what they seem (T67)', () => {
  const inside = (change: (xml: string) => string): Answering => ({ change: { beforeSigning: { assertion: change } } });
  const evil = '<saml:Attribute Name="email"><saml:AttributeValue>admin@acme.example</saml:AttributeValue></saml:Attribute>';
  accept(here, [
    {
      name: 'one FriendlyName on several names',
      ...inside((xml) => xml.replaceAll('<saml:Attribute Name="', '<saml:Attribute FriendlyName="email" Name="')),
    },
  ]);
  refuse(here, [
    {
      name: 'one name twice, the evil one last',
      code: 'saml.attribute_duplicate',
      ...inside((xml) => xml.replace('</saml:AttributeStatement>', `${evil}$&`)),
    },
    {
      name: 'one name twice, the evil one first',
      code: 'saml.attribute_duplicate',
      ...inside((xml) => xml.replace('<saml:AttributeStatement>', `$&${evil}`)),
    },
    {
      name: 'one name in two statements',
      code: 'saml.attribute_duplicate',
      ...inside((xml) =>
        xml.replace('</saml:AttributeStatement>', `$&<saml:AttributeStatement>${evil}</saml:AttributeStatement>`),
      ),
    },
    {
      name: 'an element in a value',
      code: 'saml.attribute_malformed',
      ...inside((xml) => xml.replace('>alice@', '><x></x>alice@')),
    },
    { name: 'no name', code: 'saml.attribute_malformed', ...inside((xml) => xml.replace(' Name="email"', '')) },
  ]);
});
