import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Call } from './command.ts';
import { readDocument, readSetting } from './documents.ts';
import { readPasted } from './idp/verify.ts';
import { UsageError } from './refusals.ts';

describe('--set', () => {
  const cases: [string, unknown][] = [
    ['/name=Acme', { name: 'Acme' }],
    ['/users/create=true', { users: { create: true } }],
    ['/authentication/domains=["acme.example"]', { authentication: { domains: ['acme.example'] } }],
    ['/claims/custom/a~1b~0c=mail', { claims: { custom: { 'a/b~c': 'mail' } } }],
    ['/oidc/clientSecret=a=b', { oidc: { clientSecret: 'a=b' } }],
    ['/branding=null', { branding: null }],
    ['/name=', { name: '' }],
  ];
  for (const [setting, document] of cases) it(setting, () => assert.deepEqual(readSetting(setting), document));

  for (const setting of ['name=Acme', '/name', '/=x', '//x=1', '/a~2=1', '']) {
    it(`refuses "${setting}"`, () => assert.throws(() => readSetting(setting), UsageError));
  }

  it('of a member that every object has stays a member, and changes no prototype', () => {
    const document = readSetting('/__proto__/polluted=true');
    assert.equal(JSON.stringify(document), '{"__proto__":{"polluted":true}}');
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });
});

describe('-f and --set together', () => {
  const call = (file: string, set: readonly string[]): Call =>
    ({ io: { readFile: async () => file }, text: () => 'x.json', gathered: () => set }) as unknown as Call;

  it('--set wins; objects go into each other, lists do not', async () => {
    const document = await readDocument(
      call('{"users":{"create":true,"update":true},"domains":["a"]}', ['/users/create=false', '/domains=["b"]']),
    );
    assert.deepEqual(document, { users: { create: false, update: true }, domains: ['b'] });
  });

  for (const file of ['[]', '"x"', '{', '', '{}']) {
    it(`refuses the file ${file || 'that is empty'}`, () => assert.rejects(readDocument(call(file, [])), UsageError));
  }

  it('takes a file with a byte order mark', async () => {
    assert.deepEqual(await readDocument(call('\uFEFF{"name":"Acme"}', [])), { name: 'Acme' });
  });
});

describe('what is pasted for a preview', () => {
  const cases: [string, string, object][] = [
    ['an ID token', ' eyJh.eyJz.c2ln\n', { idToken: 'eyJh.eyJz.c2ln' }],
    ['an unsigned one', 'eyJh.eyJz.', { idToken: 'eyJh.eyJz.' }],
    ['XML', '<samlp:Response/>', { samlResponse: '<samlp:Response/>' }],
    ['base64', 'PHNhbWxwOlJlc3BvbnNlLz4=', { samlResponse: 'PHNhbWxwOlJlc3BvbnNlLz4=' }],
    ['claims', '{"sub":"1"}', { claims: { sub: '1' } }],
    ['a request', '{"idToken":"a.b.c","userinfo":{"sub":"1"}}', { idToken: 'a.b.c', userinfo: { sub: '1' } }],
  ];
  for (const [what, text, body] of cases) it(`is told by its look: ${what}`, () => assert.deepEqual(readPasted(text, '-'), body));
});
