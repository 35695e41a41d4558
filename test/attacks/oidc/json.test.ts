import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { bounded } from '../oracles.ts';
import { accept, openStage, refuse, refuseOne, type Stage, VICTIM, VICTIM_EMAIL } from './stage.ts';

let stage: Stage;
const here = (): Stage => stage;

before(async () => {
  stage = await openStage();
});
after(() => stage.close());

type Json = Record<string, unknown>;
/** The text of an object with a further member before or behind its own. */
const inFront =
  (member: string) =>
  (json: Json): string =>
    `{${member},${JSON.stringify(json).slice(1)}`;
const behind =
  (member: string) =>
  (json: Json): string =>
    `${JSON.stringify(json).slice(0, -1)},${member}}`;

/** Members that two readers of JSON understand differently. */
const MEMBERS: Record<string, string> = {
  'a second aud': '"aud":"evil"',
  'a second sub': `"sub":"${VICTIM}"`,
  'a second sub in escapes': `"\\u0073ub":"${VICTIM}"`,
  'a second email': `"email":"${VICTIM_EMAIL}"`,
  'a second, equal iss': '"iss":"x","iss":"x"',
  'two members of one name deep inside': '"address":{"a":[{"b":1,"b":2}]}',
  __proto__: '"__proto__":{"email_verified":true}',
  '__proto__ in escapes': '"\\u005f_proto__":{"email_verified":true}',
  '__proto__ deep inside': '"address":{"__proto__":{"admin":true}}',
  'a lone surrogate': '"name":"\\ud800"',
  'a lone surrogate in a name': '"\\udfff":"x"',
};

describe('the claims of an ID token have one reading (T110)', () => {
  accept(here, [
    {
      name: 'JSON with names like those of members of every object',
      token: { claims: { constructor: 'x', toString: 'x', hasOwnProperty: 'x' } },
    },
    {
      name: 'letters in escapes, colons and braces in texts',
      token: { payloadText: behind('"name":"\\u0041\\ud83d\\ude00:{\\"sub\\":\\"x\\"}"') },
    },
    { name: 'nesting of ten', token: { payloadText: behind(`"address":${'['.repeat(10)}${']'.repeat(10)}`) } },
  ]);
  refuse(
    here,
    Object.entries(MEMBERS).flatMap(([name, member]) => [
      { name: `${name}, in front`, code: 'oidc.token_malformed', token: { payloadText: inFront(member) } },
      { name: `${name}, behind`, code: 'oidc.token_malformed', token: { payloadText: behind(member) } },
    ]),
  );
  refuse(here, [
    {
      name: 'a byte order mark',
      code: 'oidc.token_malformed',
      token: { payloadText: (json) => `\ufeff${JSON.stringify(json)}` },
    },
    {
      name: 'a comment',
      code: 'oidc.token_malformed',
      token: { payloadText: (json) => JSON.stringify(json).replace('{', '{/*x*/') },
    },
    {
      name: 'single quotes',
      code: 'oidc.token_malformed',
      token: { payloadText: (json) => JSON.stringify(json).replaceAll('"', "'") },
    },
    { name: 'a list', code: 'oidc.token_malformed', token: { payloadText: (json) => JSON.stringify([json]) } },
    { name: 'two objects', code: 'oidc.token_malformed', token: { payloadText: (json) => `${JSON.stringify(json)}{}` } },
    { name: 'NUL at the end', code: 'oidc.token_malformed', token: { payloadText: (json) => `${JSON.stringify(json)}\0` } },
    { name: 'nothing', code: 'oidc.token_malformed', token: { payloadText: () => '' } },
    { name: 'a text', code: 'oidc.token_malformed', token: { payloadText: () => '"alice-0001"' } },
    {
      name: 'a header with two algs',
      code: 'oidc.token_malformed',
      token: { headerText: '{"alg":"none","alg":"ES256","kid":"key-1"}' },
    },
    {
      name: 'a header with __proto__',
      code: 'oidc.token_malformed',
      token: { headerText: '{"alg":"ES256","kid":"key-1","__proto__":{"crit":[]}}' },
    },
    {
      name: 'a header with a byte order mark',
      code: 'oidc.token_malformed',
      token: { headerText: '\ufeff{"alg":"ES256","kid":"key-1"}' },
    },
  ]);
  for (const [name, text] of Object.entries({
    'nesting of 45,000 lists': `${'['.repeat(45_000)}${']'.repeat(45_000)}`,
    'nesting of 15,000 objects': `${'{"a":'.repeat(15_000)}1${'}'.repeat(15_000)}`,
    '90,000 lists that do not end': '['.repeat(90_000),
    '150 kB': `"${'x'.repeat(150_000)}"`,
  })) {
    it(`${name}: oidc.token_malformed`, () =>
      bounded(
        async () =>
          void (await refuseOne(stage, { token: { payloadText: behind(`"address":${text}`) } }, 'oidc.token_malformed')),
      ));
  }
});

describe('the answers of token endpoint and userinfo endpoint have one reading (T110)', () => {
  const tokens = { access_token: 'a'.repeat(32), token_type: 'Bearer', id_token: 'b'.repeat(32) };
  const person = { sub: 'alice-0001', email: 'alice@acme.example' };
  accept(here, [{ name: 'JSON' }]);
  const texts: Record<string, (json: Json) => string> = {
    'a member twice': (json) => behind(JSON.stringify(json).slice(1, -1))(json),
    'a member twice, once in escapes': behind('"\\u0061ccess_token":"a","\\u0073ub":"admin-0001"'),
    __proto__: behind('"__proto__":{"sub":"admin-0001"}'),
    'a lone surrogate': behind('"name":"\\ud800"'),
    'a byte order mark': (json) => `\ufeff${JSON.stringify(json)}`,
    'UTF-16': (json) => Buffer.from(JSON.stringify(json), 'utf16le').toString('latin1'),
    'nesting of 100,000': behind(`"address":${'['.repeat(100_000)}${']'.repeat(100_000)}`),
    'a comment': (json) => `/**/${JSON.stringify(json)}`,
  };
  for (const [name, text] of Object.entries(texts)) {
    it(`${name} at the token endpoint: oidc.token_answer_unreadable`, () =>
      bounded(
        async () =>
          void (await refuseOne(stage, { tokenAnswer: { status: 200, body: text(tokens) } }, 'oidc.token_answer_unreadable')),
      ));
    it(`${name} at the userinfo endpoint: oidc.userinfo_unreadable`, () =>
      bounded(async () => void (await refuseOne(stage, { userinfo: { body: text(person) } }, 'oidc.userinfo_unreadable'))));
  }
  it('bytes that are not UTF-8 at the userinfo endpoint: oidc.userinfo_unreadable', async () => {
    const body = Buffer.concat([Buffer.from('{"sub":"alice-0001","name":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    await refuseOne(stage, { userinfo: { body } }, 'oidc.userinfo_unreadable');
  });
});

describe('metadata has one reading before a connection is made of it (T110)', () => {
  beforeEach(() => stage.idp.discovery(undefined));
  after(() => stage.idp.discovery(undefined));
  const fetched = () =>
    stage.acme.api.call('POST', '/api/v1/identity-providers/fetch-configuration', { issuer: stage.idp.issuer });

  it('the valid control: it is read', async () => {
    const { status, json } = await fetched();
    assert.equal(status, 200, JSON.stringify(json));
  });
  const bodies: Record<string, (metadata: Json) => string> = {
    'a second token_endpoint': behind('"token_endpoint":"http://127.0.0.1:1/"'),
    'a second issuer in escapes': behind('"\\u0069ssuer":"https://evil.example"'),
    __proto__: behind('"__proto__":{"token_endpoint":"http://127.0.0.1:1/"}'),
    'a byte order mark': (json) => `\ufeff${JSON.stringify(json)}`,
    'nesting of 100,000': behind(`"x":${'['.repeat(100_000)}${']'.repeat(100_000)}`),
  };
  for (const [name, text] of Object.entries(bodies)) {
    it(`${name}: oidc.metadata_unreadable`, async () => {
      stage.idp.discovery({ body: text(stage.idp.metadata()) });
      const { status, json } = await bounded(fetched);
      assert.deepEqual([json.code, status], ['oidc.metadata_unreadable', 502]);
    });
  }
});
