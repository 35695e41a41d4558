import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { EXCLUSIVE } from '../../kit/saml/signing.ts';
import { bounded, refused } from '../oracles.ts';
import { pourInto } from '../pour.ts';
import { type Answering, accept, answerTo, begin, deliver, openStage, type Stage, secretsOf } from './stage.ts';

let stage: Stage;
const here = (): Stage => stage;

before(async () => {
  stage = await openStage();
});
after(() => stage.close());

const times = (count: number, each: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => each(at)).join('');
const beforeStatus = (text: string): Answering => ({ xml: (xml) => xml.replace('<samlp:Status>', `${text}<samlp:Status>`) });
const onTheRoot = (text: string): Answering => ({ xml: (xml) => xml.replace(' Version="2.0">', ` Version="2.0"${text}>`) });
const inSignedInfo = (text: string): Answering => ({ xml: (xml) => xml.replace('</ds:SignedInfo>', `${text}</ds:SignedInfo>`) });

/** Others are served while the message is judged. */
async function whileOthersAreServed<Result>(work: () => Promise<Result>): Promise<Result> {
  const [result, ...others] = await Promise.all([
    work(),
    ...[1, 2, 3].map(() => fetch(`${stage.scene.gateway.serverUrl}/healthz`)),
  ]);
  for (const other of others) assert.equal(other.status, 200);
  return result;
}

interface Bounded extends Answering {
  name: string;
  code: string;
}

/** BOUND: the message is made first; refusing it takes little time and memory. */
function refuseCheaply(rows: readonly Bounded[]): void {
  for (const row of rows) {
    it(`${row.name}: ${row.code}, BOUND`, async () => {
      const waiting = await begin(stage.acme, stage.saml);
      const answer = answerTo(waiting, row);
      const expected = { code: row.code, secrets: secretsOf(waiting, answer) };
      await bounded(() => refused(waiting, expected, () => whileOthersAreServed(() => deliver(waiting, answer, row))));
    });
  }
}

describe('a document has bounded size, depth and number of parts (T32)', () => {
  const many = Array.from({ length: 500 }, (_, at) => `group ${at} of a large company with long names`);
  accept(here, [
    { name: '500 groups', change: { attributes: { email: 'alice@acme.example', groups: many } } },
    { name: 'a name of 256 characters', change: { nameId: 'x'.repeat(256), attributes: { email: 'long@acme.example' } } },
  ]);
  const laughs = `<!DOCTYPE r [<!ENTITY a0 "ha">${times(30, (at) => `<!ENTITY a${at + 1} "${`&a${at};`.repeat(10)}">`)}]>`;
  refuseCheaply([
    { name: 'a billion laughs', code: 'xml.doctype', xml: (xml) => `${laughs}${xml.replace('alice-0001', '&a30;')}` },
    {
      name: 'quadratic entities',
      code: 'xml.doctype',
      xml: (xml) => `<!DOCTYPE r [<!ENTITY a "${'x'.repeat(5000)}">]>${xml.replace('alice-0001', '&a;'.repeat(100_000))}`,
    },
    { name: 'a depth of 100,000', code: 'xml.too_deep', ...beforeStatus('<a>'.repeat(100_000)) },
    { name: 'a depth of 100,000, closed', code: 'xml.too_deep', ...beforeStatus('<a>'.repeat(50_000) + '</a>'.repeat(50_000)) },
    { name: 'a depth that looks shallow', code: 'xml.too_deep', ...beforeStatus('<a b="/>">'.repeat(33)) },
    {
      name: '60,000 attributes on one element',
      code: 'xml.too_many_nodes',
      ...onTheRoot(times(60_000, (at) => ` a${at}=''`).slice(0, 400_000)),
    },
    { name: '33 attributes on one element', code: 'xml.too_many_nodes', ...onTheRoot(times(33, (at) => ` a${at}=""`)) },
    {
      name: '20,000 namespaces',
      code: 'xml.too_many_nodes',
      ...beforeStatus(times(1000, (at) => `<a${times(20, (n) => ` xmlns:n${at}x${n}="u"`)}/>`).slice(0, 420_000)),
    },
    { name: '30,000 elements', code: 'xml.too_many_nodes', ...beforeStatus('<a/>'.repeat(30_000)) },
    { name: 'a message of 600 kB', code: 'xml.too_large', xml: (xml) => xml.replace('alice-0001', 'x'.repeat(600_000)) },
    { name: 'a signed name of 300 kB', code: 'saml.name_id_malformed', change: { nameId: 'x'.repeat(300_000) } },
    {
      name: 'a signature of 5,000 references',
      code: 'xml.signature_malformed',
      xml: (xml) => xml.replace(/<ds:Reference .*<\/ds:Reference>/s, '<ds:Reference/>'.repeat(5000)),
    },
    {
      name: 'a SignedInfo of 5,000 namespaces',
      code: 'xml.signature_malformed',
      ...inSignedInfo(times(250, (at) => `<x${times(20, (n) => ` xmlns:n${at}x${n}="u"`)}/>`)),
    },
    {
      name: 'a list of 50,000 prefixes',
      code: 'xml.signature_transforms',
      xml: (xml) =>
        xml.replace(
          `<ds:Transform Algorithm="${EXCLUSIVE}">`,
          `$&<ec:InclusiveNamespaces xmlns:ec="${EXCLUSIVE}" PrefixList="${times(50_000, (at) => `p${at} `)}"></ec:InclusiveNamespaces>`,
        ),
    },
    {
      name: '100,000 spaces in a tag',
      code: 'xml.malformed',
      xml: (xml) => xml.replace('<samlp:Status>', `<samlp:Status${' '.repeat(100_000)}<`),
    },
    {
      name: '5,000 signatures',
      code: 'xml.signature_ambiguous',
      ...beforeStatus('<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>'.repeat(5000)),
    },
    {
      name: '5,000 IDs',
      code: 'saml.structure',
      ...beforeStatus(times(5000, (at) => `<a ID="i${at}" Id="j${at}" id="k${at}"/>`)),
    },
  ]);
});

describe('a form has bounded size and number of fields, each once (T43)', () => {
  accept(here, [
    { name: 'with a field that nobody knows', form: (fields) => ({ ...fields, extra: 'x' }) },
    { name: 'base64 in lines', form: (fields) => ({ ...fields, SAMLResponse: fields.SAMLResponse.replace(/.{76}/g, '$&\r\n') }) },
  ]);
  refuseCheaply([
    {
      name: 'junk behind the base64',
      code: 'xml.base64',
      form: (fields) => ({ ...fields, SAMLResponse: `${fields.SAMLResponse}!` }),
    },
    {
      name: 'junk within the base64',
      code: 'xml.base64',
      form: (fields) => ({ ...fields, SAMLResponse: fields.SAMLResponse.replace(/^.{2000}/, '$&*') }),
    },
    {
      name: 'base64url',
      code: 'xml.base64',
      form: (fields) => ({ ...fields, SAMLResponse: fields.SAMLResponse.replace(/^(.{2000})./, '$1_') }),
    },
    {
      name: 'data behind the padding',
      code: 'xml.base64',
      form: (fields) => ({ ...fields, SAMLResponse: `${fields.SAMLResponse.replace(/=*$/, '')}==AAAA` }),
    },
    { name: 'an empty message', code: 'sign_in.answer_without_handle', form: (fields) => ({ ...fields, SAMLResponse: '' }) },
    { name: 'no message', code: 'sign_in.answer_without_handle', form: ({ RelayState }) => ({ RelayState }) },
    {
      name: 'a message by another name',
      code: 'sign_in.answer_without_handle',
      form: ({ SAMLResponse }) => ({ SAMLRequest: SAMLResponse }),
    },
    {
      name: 'fields named after what objects have',
      code: 'sign_in.answer_without_handle',
      form: () => 'constructor=x&toString=x&__proto__=x',
    },
  ]);

  const door: { name: string; code: string; status: number; form: NonNullable<Answering['form']> }[] = [
    { name: 'a message of 20 MB', code: 'http.too_large', status: 413, form: () => `SAMLResponse=${'A'.repeat(20_000_000)}` },
    {
      name: 'a NameID of 10 MB',
      code: 'http.too_large',
      status: 413,
      form: (fields) => `RelayState=${fields.RelayState}&SAMLResponse=${'eHh4'.repeat(3_400_000)}`,
    },
    {
      name: '1,000 fields beside the message',
      code: 'http.too_large',
      status: 413,
      form: (fields) => `${new URLSearchParams(fields)}&${times(1000, (at) => `f${at}=x&`)}`,
    },
    {
      name: '1,000 fields before the message',
      code: 'http.too_large',
      status: 413,
      form: (fields) => `${times(1000, (at) => `f${at}=x&`)}${new URLSearchParams(fields)}`,
    },
    {
      name: 'the message twice',
      code: 'http.field_repeated',
      status: 400,
      form: (fields) => `${new URLSearchParams(fields)}&SAMLResponse=x`,
    },
    {
      name: 'the message twice, the good one last',
      code: 'http.field_repeated',
      status: 400,
      form: (fields) => `SAMLResponse=x&${new URLSearchParams(fields)}`,
    },
    {
      name: 'RelayState twice',
      code: 'http.field_repeated',
      status: 400,
      form: (fields) => `${new URLSearchParams(fields)}&RelayState=x`,
    },
    {
      name: 'the name written in another way',
      code: 'http.field_repeated',
      status: 400,
      form: (fields) => `${new URLSearchParams(fields)}&SAML%52esponse=x`,
    },
  ];
  for (const { name, code, status, form } of door) {
    it(`${name}: ${code}, BOUND`, async () => {
      const waiting = await begin(stage.acme, stage.saml);
      const fields = { SAMLResponse: answerTo(waiting, {}), RelayState: waiting.relayState };
      const body = form(fields);
      await bounded(() =>
        refused(waiting, { code, status, secrets: [fields.SAMLResponse.slice(0, 64)] }, () =>
          whileOthersAreServed(() => deliver(waiting, '', { form: () => body })),
        ),
      );
    });
  }

  it('a body that does not say how long it is, and does not end: cut off after a megabyte, BOUND', async () => {
    const waiting = await begin(stage.acme, stage.saml);
    await bounded(async () => {
      const { status, sent } = await pourInto(waiting.connection.acsUrl);
      assert.equal(status, 413);
      assert.ok(sent < 64, `read ${sent} MB`);
    });
  });
});

describe('only forms are read (T43)', () => {
  const sendAs = (type: string, made: (fields: Record<string, string>) => string) => async (): Promise<void> => {
    const waiting = await begin(stage.acme, stage.saml);
    const fields = { SAMLResponse: answerTo(waiting, {}), RelayState: waiting.relayState };
    await refused(waiting, { code: 'http.media_type_unsupported', status: 415 }, () =>
      waiting.agent.send(waiting.connection.acsUrl, { body: made(fields), headers: { 'content-type': type } }),
    );
  };
  it(
    'not plain text',
    sendAs('text/plain', (fields) => new URLSearchParams(fields).toString()),
  );
  it(
    'not XML',
    sendAs('application/xml', ({ SAMLResponse }) => Buffer.from(SAMLResponse ?? '', 'base64').toString()),
  );
  it(
    'not multipart',
    sendAs(
      'multipart/form-data; boundary=x',
      ({ SAMLResponse }) => `--x\r\nContent-Disposition: form-data; name="SAMLResponse"\r\n\r\n${SAMLResponse}\r\n--x--\r\n`,
    ),
  );
});
