import assert from 'node:assert/strict';
import { isProblem, Problem } from '#kernel/problem.ts';
import type { TraceLine } from '#kernel/trace.ts';
import type { Answer, Send, SignInWish, SignInWorld, UpstreamIdentity, UpstreamProtocol } from './protocol.ts';

/** A protocol beside a provider that it signs in through. */
export interface Subject<Settings = unknown> {
  readonly protocol: UpstreamProtocol<Settings>;
  /** What the stored settings are, before they are read. */
  readonly rawSettings: Record<string, unknown>;
  readonly returnUrl: URL;
  /** One world for all sign-ins of the subject, each with a trace of its own. */
  createWorld(): SignInWorld;
  /** What the provider and the browser make of it: a genuine answer. */
  answer(send: Send, handle: string): Promise<Answer>;
  /** Texts that must never be in a trace: passwords, keys. */
  readonly secrets: readonly string[];
}

/** One rule that every protocol keeps. `holds` throws when it is broken. */
export interface ConformanceRule {
  readonly title: string;
  holds<Settings>(subject: Subject<Settings>): Promise<void>;
}

const HANDLES = ['Q29uZm9ybWFuY2Utb25lLTAxMjM0NTY3ODlhYmNkZWZn', 'Q29uZm9ybWFuY2UtdHdvLTAxMjM0NTY3ODlhYmNkZWZn'].map((text) =>
  text.slice(0, 43),
);
const [HANDLE = '', OTHER_HANDLE = ''] = HANDLES;

/** What `protocol.ts` promises to sign-in, as rules. A new protocol passes them all before it is registered. */
export const conformance: readonly ConformanceRule[] = [
  {
    title: 'begins with a redirect or a form to an address of the provider',
    async holds(subject) {
      const { send } = await begin(subject, HANDLE);
      assert.match(send.url.protocol, /^https?:$/);
      assert.equal(send.url.hash, '', 'a fragment never reaches a provider');
      assert.notEqual(send.url.origin, subject.returnUrl.origin);
    },
  },
  {
    title: 'finds the handle in a genuine answer',
    async holds(subject) {
      const { send } = await begin(subject, HANDLE);
      assert.equal(subject.protocol.findHandle(await subject.answer(send, HANDLE)), HANDLE);
    },
  },
  {
    title: 'accepts a genuine answer once what it remembers has been through the store',
    async holds(subject) {
      const { identity, lines } = await signIn(subject);
      for (const text of [identity.issuer, identity.subject]) assert.ok(typeof text === 'string' && text !== '');
      assert.equal(typeof identity.claims, 'object');
      assert.ok(
        lines.some(({ verdict }) => verdict === 'passed'),
        'no check wrote to the trace',
      );
      assert.deepEqual(
        lines.filter(({ verdict }) => verdict === 'refused'),
        [],
      );
    },
  },
  {
    title: 'spends something with each answer, the same for the same answer, until some later time',
    async holds(subject) {
      const { identity, now } = await signIn(subject);
      assert.ok(identity.spend.length > 0);
      assert.ok(identity.spend.every(({ id, until }) => id !== '' && until > now));
      const other = await signIn(subject);
      const spent = new Set(identity.spend.map(({ id }) => id));
      assert.ok(
        other.identity.spend.every(({ id }) => !spent.has(id)),
        'two sign-ins spend the same',
      );
    },
  },
  {
    title: 'refuses the answer to another sign-in, and says in the trace why',
    async holds(subject) {
      const [one, other] = [await begin(subject, HANDLE), await begin(subject, OTHER_HANDLE)];
      await checkRefused(subject, { answer: await subject.answer(one.send, HANDLE), remember: other.remember });
    },
  },
  {
    title: 'refuses a genuine answer that came by another way',
    async holds(subject) {
      const { send, remember } = await begin(subject, HANDLE);
      const answer = await subject.answer(send, HANDLE);
      await checkRefused(subject, { answer: { ...answer, via: answer.via === 'form' ? 'query' : 'form' }, remember });
    },
  },
  {
    title: 'refuses an answer of nothing',
    async holds(subject) {
      const { remember } = await begin(subject, HANDLE);
      await checkRefused(subject, { answer: { via: 'query', fields: {} }, remember });
      await checkRefused(subject, { answer: { via: 'form', fields: {} }, remember });
    },
  },
  {
    title: 'writes no secret and no credential into the trace',
    async holds(subject) {
      const { lines, answer } = await signIn(subject);
      const messages = Object.values(answer.fields).filter((value) => value.length > 100);
      const written = JSON.stringify(lines);
      // By pieces: a trace cuts long texts, and a cut one is told all the same.
      for (const text of [...subject.secrets, ...messages])
        assert.ok(!pieces(text).some((piece) => written.includes(piece)), 'the trace holds a secret or a message');
    },
  },
  {
    title: 'reads settings or tells their faults with pointers, and gives the same for the same',
    async holds(subject) {
      const { protocol, rawSettings } = subject;
      assert.deepEqual(
        Object.keys(protocol.readSettings(rawSettings) as object),
        Object.keys(protocol.readSettings(rawSettings) as object),
      );
      for (const raw of [undefined, null, 7, 'x', [], {}, { ...rawSettings, unheardOf: 1 }]) {
        const error = await caught(async () => protocol.readSettings(raw));
        assert.ok(isProblem(error), `settings ${JSON.stringify(raw)} gave ${String(error)}`);
        assert.ok(error.errors.length > 0 && error.errors.every(({ pointer }) => pointer === '' || pointer.startsWith('/')));
      }
    },
  },
];

const pieces = (text: string): string[] =>
  text.match(/[^]{1,40}/g)?.filter((piece) => piece.length === 40 || text.length < 40) ?? [];

/**
 * Whatever the browser brings, the answer is a refusal: never another error, never somebody.
 * @param remember what `begin` gave for another handle than the answer's, or for the same when the answer is bent
 */
export async function checkGarbage<Settings>(subject: Subject<Settings>, answer: Answer, remember: unknown): Promise<void> {
  const handle = subject.protocol.findHandle(answer);
  assert.ok(handle === undefined || typeof handle === 'string');
  await checkRefused(subject, { answer, remember });
}

export async function begin<Settings>(subject: Subject<Settings>, handle: string): Promise<{ send: Send; remember: unknown }> {
  const wish: SignInWish = { handle, returnUrl: subject.returnUrl, forceAuthn: false, acrValues: [] };
  const { send, remember } = await subject.protocol.begin(
    subject.protocol.readSettings(subject.rawSettings),
    wish,
    subject.createWorld(),
  );
  // As the store gives it back.
  return { send, remember: JSON.parse(JSON.stringify(remember)) as unknown };
}

interface SignedIn {
  identity: UpstreamIdentity;
  lines: readonly TraceLine[];
  answer: Answer;
  now: Date;
}

async function signIn<Settings>(subject: Subject<Settings>): Promise<SignedIn> {
  const { send, remember } = await begin(subject, HANDLE);
  const answer = await subject.answer(send, HANDLE);
  const world = subject.createWorld();
  const identity = await subject.protocol.finish(subject.protocol.readSettings(subject.rawSettings), answer, remember, world);
  return { identity, lines: world.trace.lines, answer, now: world.now() };
}

/** A Problem, with its code on the last line of the trace. */
async function checkRefused<Settings>(
  subject: Subject<Settings>,
  { answer, remember }: { answer: Answer; remember: unknown },
): Promise<void> {
  const world = subject.createWorld();
  const settings = subject.protocol.readSettings(subject.rawSettings);
  const error = await caught(() => subject.protocol.finish(settings, answer, remember, world));
  assert.ok(error !== undefined, 'somebody was let in');
  assert.ok(error instanceof Problem, `no problem but ${error instanceof Error ? error.stack : typeof error}`);
  const last = world.trace.lines.at(-1);
  assert.deepEqual([last?.verdict, last?.code], ['refused', error.code]);
}

async function caught(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error;
  }
}
