import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RespondOptions } from '../../kit/saml/idp.ts';
import { type Confirmation, EMAIL, PASSWORD_CONTEXT, PERSISTENT, TRANSIENT } from '../../kit/saml/templates.ts';
import type { SamlConnection } from '../../kit/scene.ts';
import { signsIn } from '../oracles.ts';
import { at, confirmed, ELSEWHERE } from './messages.ts';
import { type Answering, accept, answerTo, begin, deliver, openStage, refuse, type Stage } from './stage.ts';

const SMARTCARD = 'urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI';
let stage: Stage;
let others: Record<'persistent' | 'smartcard' | 'forced' | 'keycloak', SamlConnection>;
const here = (): Stage => stage;
const by = (name: keyof typeof others) => (): SamlConnection => others[name];

before(async () => {
  stage = await openStage();
  const connect = (slug: string, saml: object): Promise<SamlConnection> => stage.acme.connectSaml(stage.saml.idp, { slug, saml });
  others = {
    persistent: await connect('persistent', { nameIdFormat: PERSISTENT }),
    smartcard: await connect('smartcard', { requestedAuthnContexts: [SMARTCARD] }),
    forced: await connect('forced', { forceAuthn: true }),
    keycloak: await connect('keycloak', { repeatableAttributes: ['Role'] }),
  };
});
after(() => stage.close());

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

describe('attributes are what they seem (T67)', () => {
  const inside = (change: (xml: string) => string): Answering => ({ change: { beforeSigning: { assertion: change } } });
  const evil = '<saml:Attribute Name="email"><saml:AttributeValue>admin@acme.example</saml:AttributeValue></saml:Attribute>';
  accept(here, [
    {
      name: 'one FriendlyName on several names',
      ...inside((xml) => xml.replaceAll('<saml:Attribute Name="', '<saml:Attribute FriendlyName="email" Name="')),
    },
  ]);
  const role = (value: string): string =>
    `<saml:Attribute Name="Role"><saml:AttributeValue>${value}</saml:AttributeValue></saml:Attribute>`;
  const twoRoles: Answering = {
    ...inside((xml) => xml.replace('</saml:AttributeStatement>', `${role('app_admin')}${role('app_viewer')}$&`)),
  };
  accept(here, [{ name: 'an attribute that may repeat there, twice', connection: by('keycloak'), ...twoRoles }]);
  refuse(here, [
    { name: 'the same where nobody said so', code: 'saml.attribute_duplicate', ...twoRoles },
    {
      name: 'another one twice, where one may repeat',
      code: 'saml.attribute_duplicate',
      connection: by('keycloak'),
      ...inside((xml) => xml.replace('</saml:AttributeStatement>', `${evil}$&`)),
    },
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
      name: 'a NameID in a value, beside text',
      code: 'saml.attribute_malformed',
      ...inside((xml) => xml.replace('>alice@', '><saml:NameID>admin@acme.example</saml:NameID>alice@')),
    },
    {
      name: 'two NameIDs in a value',
      code: 'saml.attribute_malformed',
      ...inside((xml) => xml.replace(/(>)alice@[^<]*/, '$1<saml:NameID>a</saml:NameID><saml:NameID>b</saml:NameID>')),
    },
    {
      name: 'a NameID of another namespace in a value',
      code: 'saml.attribute_malformed',
      ...inside((xml) => xml.replace(/(>)alice@[^<]*/, '$1<NameID xmlns="urn:x">a</NameID>')),
    },
    {
      name: 'a NameID with an element in it in a value',
      code: 'saml.attribute_malformed',
      ...inside((xml) => xml.replace(/(>)alice@[^<]*/, '$1<saml:NameID>a<b></b></saml:NameID>')),
    },
    {
      name: 'an element in a value',
      code: 'saml.attribute_malformed',
      ...inside((xml) => xml.replace('>alice@', '><x></x>alice@')),
    },
    { name: 'no name', code: 'saml.attribute_malformed', ...inside((xml) => xml.replace(' Name="email"', '')) },
  ]);
});

describe('a name that passes is nobody’s, whoever had it for good (SAML Core §8.3.8)', () => {
  it('the name of an account’s link, sent as a transient one, does not lead into that account', async () => {
    const { acme, saml } = stage;
    const claims = { email: 'email', userId: null };
    const changed = await acme.connectSaml(saml.idp, { slug: 'changed', claims, saml: { nameIdFormat: PERSISTENT } });
    const signIn = async (format: string, email: string): Promise<unknown> => {
      const waiting = await begin(acme, changed);
      const answer = answerTo(waiting, { change: { nameId: { value: 'olga-0001', format }, attributes: { email } } });
      return (await signsIn(waiting, { arrived: await deliver(waiting, answer), asked: waiting.asked }))['sub'];
    };
    const olga = await signIn(PERSISTENT, 'olga@acme.example');
    assert.equal(await signIn(PERSISTENT, 'olga@acme.example'), olga);
    const path = `/api/v1/identity-providers/${changed.id}?override=a+test+says+so`;
    const { status } = await acme.api.call('PATCH', path, { saml: { nameIdFormat: TRANSIENT } });
    assert.equal(status, 200);
    assert.notEqual(await signIn(TRANSIENT, 'stranger@elsewhere.example'), olga);
  });
});
