import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nouns, verbs } from '../../src/cli/nouns.ts';
import { run } from './kit.ts';

const env = { SALLYPORT_API_URL: 'https://sso.example.com/t/acme', SALLYPORT_TOKEN: 'token-of-acme' };
const unreachable = () => Promise.reject(new TypeError('fetch failed'));
const answering = (answer: () => Response) => ({ env, fetch: async () => answer() });
const refusing = (code: string, more: object = {}) =>
  answering(() =>
    Response.json(
      { code, title: 'It was refused.', status: 422, traceId: 'trace-1', ...more },
      { status: 422, headers: { 'content-type': 'application/problem+json' } },
    ),
  );

/** As a shell takes a command line apart; what goes into a file or comes out of a pipe is left out. */
function words(line: string): string[] {
  const [command = ''] = line.replace(/^.*\| sallyport /, '').split(' > ');
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([all]) =>
    all.replace(/^(['"])(.*)\1$/, '$2').replace(/^([^'"]+)=(['"])(.*)\2$/, '$1=$3'),
  );
}

/** Anything but line breaks that a terminal obeys. */
const hasControls = (text: string): boolean => /[\p{Cc}\p{Cf}]/u.test(text.replaceAll('\n', ''));

const all = [
  ...nouns.flatMap(({ name, verbs: ofNoun }) => ofNoun.map((verb) => ({ before: [name], verb }))),
  ...verbs.map((verb) => ({ before: [] as string[], verb })),
];

describe('the command line', () => {
  for (const { before, verb } of all) {
    const called = [...before, verb.usage.split(' ')[0] ?? ''];
    it(`${called.join(' ')}: has help with examples, and they can be called`, async () => {
      const help = await run([...called, '--help']);
      assert.equal(help.code, 0);
      assert.equal(help.err, '');
      for (const example of verb.examples) {
        assert.ok(help.out.includes(example), example);
        const files = { get: () => '{"name":"acme"}' } as unknown as Map<string, string>;
        const line = /\| sallyport/.test(example) ? words(example) : [...before, ...words(example)];
        const told = await run(line, { env, fetch: unreachable, stdin: '{"name":"acme"}', files });
        // Nobody answers, and that is all that is wrong with it.
        assert.equal(told.code, verb.usage === 'serve' ? 0 : 1, `${example}: ${told.err}`);
      }
    });
  }

  const misuses: [string, string[]][] = [
    ['nothing', []],
    ['an unknown noun', ['people', 'list']],
    ['an unknown verb', ['user', 'fire']],
    ['a noun alone', ['user']],
    ['a missing argument', ['user', 'show']],
    ['one argument too many', ['user', 'show', 'a', 'b']],
    ['an unknown option', ['user', 'list', '--token', 'x']],
    ['a limit that is none', ['user', 'list', '--limit', '0']],
    ['a choice that is none', ['sign-in', 'list', '--outcome', 'lost']],
    ['an address that is none', ['user', 'list', '--url', 'sso.example.com']],
    ['an address with a password', ['user', 'list', '--url', 'https://me:secret@sso.example.com']],
    ['a file that is not there', ['user', 'create', '-f', 'nowhere.json']],
    ['nothing to change', ['user', 'change', 'usr_1']],
    ['a pointer that is none', ['user', 'change', 'usr_1', '--set', 'email=x']],
    ['an id that leads elsewhere', ['user', 'show', '..']],
    ['a revision that is no number', ['idp', 'revision', 'idp_1', 'seven']],
    [
      'two sources at once',
      ['idp', 'fetch-configuration', '--issuer', 'https://a.example', '--metadata-url', 'https://b.example'],
    ],
  ];
  for (const [what, argv] of misuses) {
    it(`ends with 2 for ${what}`, async () => {
      const told = await run(argv, { env, fetch: unreachable });
      assert.equal(told.code, 2);
      assert.equal(told.out, '');
      assert.notEqual(told.err, '');
    });
  }

  it('ends with 2 without an address', async () => {
    assert.equal((await run(['user', 'list'])).code, 2);
  });

  it('ends with 2 for a file that is no JSON, and does not repeat what is in it', async () => {
    const files = new Map([['secret.json', '{ "clientSecret": hunter2 }']]);
    const told = await run(['idp', 'create', '-f', 'secret.json'], { env, fetch: unreachable, files });
    assert.equal(told.code, 2);
    assert.doesNotMatch(told.err, /hunter2/);
  });

  it('tells a refusal on stderr: title, detail, every fault, what to do, code, trace; and ends with 1', async () => {
    const errors = [
      { pointer: '/oidc/issuer', code: 'required', detail: 'is required' },
      { pointer: '/name', code: 'too_big', detail: 'is too long' },
    ];
    const told = await run(
      ['group', 'create', 'x'],
      refusing('upstream.input_invalid', { errors, remedy: 'Mend it.', detail: 'Two.' }),
    );
    assert.equal(told.code, 1);
    assert.equal(told.out, '');
    for (const part of ['It was refused.', 'Two.', '/oidc/issuer', '/name', 'Mend it.', 'upstream.input_invalid', 'trace-1']) {
      assert.ok(told.err.includes(part), part);
    }
  });

  it('gives a program the refusal as JSON on stdout', async () => {
    const told = await run(['group', 'create', 'x', '--json'], refusing('directory.group_taken'));
    assert.equal(told.code, 1);
    assert.equal(told.err, '');
    assert.deepEqual(told.json, {
      code: 'directory.group_taken',
      title: 'It was refused.',
      status: 422,
      traceId: 'trace-1',
    });
  });

  it('ends with 1 when nobody answers, and says where it looked', async () => {
    const told = await run(['user', 'list', '--json'], { env, fetch: unreachable });
    assert.equal(told.code, 1);
    assert.equal((told.json as { code: string }).code, 'client.unreachable');
  });

  it('sends the token to the address that was given, and follows nobody elsewhere with it', async () => {
    const seen: string[] = [];
    const told = await run(['user', 'list', '--json'], {
      env,
      fetch: async (request) => {
        seen.push(`${request.url} ${request.headers.get('authorization')} ${request.redirect}`);
        return new Response(null, { status: 308, headers: { location: 'https://elsewhere.example/' } });
      },
    });
    assert.equal(told.code, 1);
    assert.deepEqual(seen, ['https://sso.example.com/t/acme/api/v1/users?limit=100 Bearer token-of-acme manual']);
  });

  it('reads the token from a file, and warns when it would go out in the clear', async () => {
    const files = new Map([['token', 'token-of-a-file\n']]);
    const seen: (string | null)[] = [];
    const fetch = async (request: Request): Promise<Response> => {
      seen.push(request.headers.get('authorization'));
      return Response.json({ items: [], next: null });
    };
    const told = await run(['group', 'list'], {
      env: { SALLYPORT_API_URL: 'http://sso.example.com', SALLYPORT_TOKEN_FILE: 'token' },
      files,
      fetch,
    });
    assert.equal(told.code, 0);
    assert.deepEqual(seen, ['Bearer token-of-a-file']);
    assert.match(told.err, /in the clear/);
  });

  it('follows all pages of a list, or as many as --limit says', async () => {
    const pages = [
      { items: [{ id: 'grp_1', name: 'A' }], next: 'c1' },
      { items: [{ id: 'grp_2', name: 'B' }], next: null },
    ];
    const asked: string[] = [];
    const fetch = async (request: Request): Promise<Response> => {
      asked.push(new URL(request.url).search);
      return Response.json(pages[asked.length - 1]);
    };
    const whole = await run<{ items: object[]; next: null }>(['group', 'list', '--json'], { env, fetch });
    assert.deepEqual(asked, ['?limit=100', '?limit=100&cursor=c1']);
    assert.deepEqual(whole.json, { items: pages.flatMap(({ items }) => items), next: null });
    asked.length = 0;
    const part = await run<{ items: object[]; next: string }>(['group', 'list', '--json', '--limit', '1'], { env, fetch });
    assert.deepEqual(asked, ['?limit=1']);
    assert.equal(part.json.next, 'c1');
    assert.match(part.err, /There are more/);
  });

  it('lets no name move the cursor of a terminal', async () => {
    const name = 'Eve\u001b[2J\u009b31m\u202eevE\nFAKE';
    const list = answering(() => Response.json({ items: [{ id: 'grp_1', name }], next: null }));
    const human = await run(['group', 'list'], list);
    assert.ok(!hasControls(human.out));
    assert.doesNotMatch(human.out, /^FAKE/m);
    const program = await run<{ items: { name: string }[] }>(['group', 'list', '--json'], list);
    assert.ok(!hasControls(program.out));
    assert.equal(program.json.items[0]?.name, name);
  });

  it('--version says which release it is', async () => {
    const told = await run(['--version']);
    assert.deepEqual([told.code, told.out], [0, '1.2.3\n']);
  });

  it('an export to a terminal is made harmless; into a file it is what the API said', async () => {
    const bytes = '{"name":"\u009b31m"}\n';
    const exported = answering(() => new Response(bytes));
    const files = new Map<string, string>();
    assert.ok(!hasControls((await run(['idp', 'export', 'idp_1'], { ...exported, types: '' })).out));
    assert.equal((await run(['idp', 'export', 'idp_1'], exported)).out, bytes);
    await run(['idp', 'export', 'idp_1', '-o', 'x.json'], { ...exported, files });
    assert.equal(files.get('x.json'), bytes);
  });

  it('asks before it removes; where nobody can be asked it wants --yes', async () => {
    const calls: string[] = [];
    const fetch = async (request: Request): Promise<Response> => {
      calls.push(request.method);
      return new Response(null, { status: 204 });
    };
    const silent = await run(['tenant', 'remove', 'acme', '--json'], { env, fetch });
    assert.equal((silent.json as { code: string }).code, 'cli.not_confirmed');
    assert.equal((await run(['tenant', 'remove', 'acme'], { env, fetch, types: 'yes' })).code, 1);
    assert.deepEqual(calls, []);
    assert.equal((await run(['tenant', 'remove', 'acme'], { env, fetch, types: 'acme' })).code, 0);
    assert.equal((await run(['tenant', 'remove', 'acme', '--yes'], { env, fetch })).code, 0);
    assert.deepEqual(calls, ['DELETE', 'DELETE']);
  });
});
