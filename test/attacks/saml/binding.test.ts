import { after, before, describe } from 'node:test';
import type { RespondOptions } from '../../kit/saml/idp.ts';
import { audienceRestrictionXml, conditionsXml, SUCCESS, statusXml } from '../../kit/saml/templates.ts';
import type { SamlConnection } from '../../kit/scene.ts';
import { at, conditions, confirmed, ELSEWHERE, ours } from './messages.ts';
import { type Answering, accept, openStage, refuse, type Stage } from './stage.ts';

const STATUS = 'urn:oasis:names:tc:SAML:2.0:status:';
let stage: Stage;
let others: Record<'response' | 'both' | 'assertion' | 'second', SamlConnection>;
const here = (): Stage => stage;
const by = (name: keyof typeof others) => (): SamlConnection => others[name];

before(async () => {
  stage = await openStage();
  const connect = (slug: string, saml: object): Promise<SamlConnection> => stage.acme.connectSaml(stage.saml.idp, { slug, saml });
  others = {
    response: await connect('response', { verifySignatureOf: 'response' }),
    both: await connect('both', { verifySignatureOf: 'both' }),
    assertion: await connect('assertion', { verifySignatureOf: 'assertion' }),
    second: await connect('second', {}),
  };
});
after(() => stage.close());

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
