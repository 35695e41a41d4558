import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defineProblems, Problem } from '#kernel/problem.ts';
import { createLogger, logRequests } from './logging.ts';
import { createServer, sendProblem } from './server.ts';

const problems = defineProblems('test', { refused: { status: 403, title: 'Refused.' } });

/** A log into memory: its raw lines, and the same read. */
function capture() {
  const lines: string[] = [];
  const logger = createLogger({ destination: { write: (line) => void lines.push(line) } });
  return { logger, lines, read: () => lines.map((line) => JSON.parse(line)) };
}

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl';

describe('The log', () => {
  test('is one JSON object a line, with level, time and message', () => {
    const { logger, lines, read } = capture();
    logger.info({ user: 'usr_1\n{"level":"forged"}\r\u2028' }, 'hello\nforged');
    assert.equal(lines.length, 1);
    assert.equal(lines[0]?.trimEnd().split('\n').length, 1);
    const [line] = read();
    assert.deepEqual([line.level, line.msg, line.user], ['info', 'hello\nforged', 'usr_1\n{"level":"forged"}\r\u2028']);
    assert.match(line.time, /^\d{4}-\d\d-\d\dT.*Z$/);
    assert.equal('pid' in line || 'hostname' in line, false);
  });

  for (const [name, member] of [
    ['an authorization header', { headers: { Authorization: 'Basic c2VjcmV0LXZhbHVl' } }],
    ['a cookie', { headers: { cookie: 'sallyport-session.acme=secret-value' } }],
    ['a cookie that is set', { reply: { 'set-cookie': ['a=secret-value'] } }],
    ['a client secret', { facts: { settings: { clientSecret: 'secret-value' } } }],
    ['a token in any spelling', { a: { refresh_token: 'secret-value', accessToken: 'secret-value', id_token: 'secret-value' } }],
    ['a password in a list', { list: [{ password: 'secret-value' }] }],
    ['a JSON web token in a sentence', { detail: `the token ${JWT.replace('c2lnbmF0dXJl', 'secret-value')} is not good` }],
    ['a bearer token in a sentence', { detail: 'sent Bearer secret-value' }],
    ['an address with a code', { url: 'https://sso.example.com/callback?code=secret-value&state=secret-value' }],
    ['an address that is one', { url: new URL('https://sso.example.com/callback?x=secret-value') }],
    ['a SAML response in a form', { body: 'RelayState=x&SAMLResponse=secret-value' }],
    ['bytes', { key: Buffer.from('secret-value') }],
    ['an error with a response', { err: Object.assign(new Error('failed'), { response: { body: 'secret-value' } }) }],
    ['an error with a token in its words', { err: new Error(`bad token=secret-value`) }],
    [
      'the cause of an error',
      { err: new Error('failed', { cause: Object.assign(new Error('Bearer secret-value'), { body: 'secret-value' }) }) },
    ],
    [
      'an error in the facts',
      { facts: { cause: Object.assign(new Error('x'), { token: 'secret-value', raw: 'secret-value' }) } },
    ],
  ] as const) {
    test(`T167: does not hold ${name}`, () => {
      const { logger, lines } = capture();
      logger.warn({ ...member, kept: 'kept-value' }, 'x');
      assert.match(lines[0] ?? '', /kept-value/);
      assert.doesNotMatch(lines[0] ?? '', /secret-value|c2VjcmV0/);
    });
  }

  test('tells of an error its kind, words, code, place and cause', () => {
    const { logger, read } = capture();
    logger.error(
      { err: Object.assign(new TypeError('no such host', { cause: new Error('inner') }), { code: 'ENOTFOUND' }) },
      'x',
    );
    logger.error(new Error('alone'));
    const [{ err }, { err: alone }] = read();
    assert.deepEqual([err.type, err.message, err.code, err.cause.message], ['TypeError', 'no such host', 'ENOTFOUND', 'inner']);
    assert.match(err.stack, /logging\.test/);
    assert.equal(alone.message, 'alone');
  });
});

describe('A request', () => {
  function open() {
    const log = capture();
    const app = createServer({
      locate: (_host, path) => path,
      sendProblemPage: async (request, reply, problem) => sendProblem(reply, problem, request.id),
      logger: log.logger,
    });
    logRequests(app);
    app.get('/sso/:connection/callback', () => ({ ok: true }));
    app.get('/refused', () => {
      throw new Problem(problems.refused, { facts: { expected: 'a', received: 'b\nc' } });
    });
    app.get('/broken', () => {
      throw new Error("a programmer's mistake");
    });
    return { ...log, app };
  }

  test('leaves one line, without its query string', async () => {
    const { app, lines, read } = open();
    await app.inject({
      url: '/sso/okta/callback?code=secret-value&state=other-secret',
      headers: { cookie: 'a=secret-value', authorization: 'Bearer secret-value' },
    });
    assert.equal(lines.length, 1);
    const [line] = read();
    assert.deepEqual([line.method, line.route, line.status, line.msg], ['GET', '/sso/:connection/callback', 200, 'answered']);
    assert.equal(typeof line.milliseconds, 'number');
    assert.doesNotMatch(lines.join(), /secret/);
  });

  test('that is refused leaves one line for that, found by its reference', async () => {
    const { app, read } = open();
    const { traceId } = (await app.inject('/refused')).json();
    const [refused, answered, ...rest] = read();
    assert.deepEqual(
      [refused.code, refused.facts, refused.reference],
      ['test.refused', { expected: 'a', received: 'b\nc' }, traceId],
    );
    assert.deepEqual([answered.msg, answered.status, answered.reference, rest], ['answered', 403, traceId, []]);
  });

  test('that breaks leaves its cause in the log and not in the answer', async () => {
    const { app, read } = open();
    const answer = await app.inject('/broken');
    assert.deepEqual([answer.statusCode, answer.json().code], [500, 'http.failed']);
    assert.doesNotMatch(answer.body, /programmer/);
    const [line] = read();
    assert.deepEqual([line.level, line.err.message], ['error', "a programmer's mistake"]);
  });

  test('of a probe leaves a line only when it is refused', async () => {
    const { app, read } = open();
    app.get('/probe', { config: { quiet: true } }, (request, reply) => reply.code(request.url === '/probe' ? 200 : 503).send({}));
    await app.inject('/probe');
    assert.deepEqual(read(), []);
    await app.inject('/probe?down');
    assert.deepEqual(
      read().map(({ status }) => status),
      [503],
    );
  });

  test('that meets no route leaves the shape of its path', async () => {
    const { app, read } = open();
    await app.inject('/invitations/a-secret-that-is-longer-than-any-word?token=secret-value');
    assert.equal(read()[0].route, '/invitations/…');
  });
});
