import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isProblem, Problem, type ProblemType } from '#kernel/problem.ts';
import { createTrace } from '#kernel/trace.ts';
import type { Connection, SignInWorld, UpstreamIdentity, UpstreamProtocol } from '#upstream/index.ts';
import { problems as xmlProblems } from '#wire/xml/problems.ts';
import type { Attempt } from './attempts.ts';
import { judgeAnswer } from './judge-answer.ts';
import type { Progress } from './progress.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const world = {
  now: () => NOW,
  randomBytes: (length: number) => new Uint8Array(length),
  fetch: async () => {
    throw new Error('nothing is fetched');
  },
};
const policy = { authentication: { enabled: true } };
const connectionAt = (revision: number, more = {}): Connection =>
  ({
    id: 'idp_1',
    kind: 'saml',
    slug: 'acme',
    enabled: true,
    revision,
    trustRevision: 1,
    policy,
    settings: { revision },
    ...more,
  }) as unknown as Connection;
const attempt = {
  connectionId: 'idp_1',
  connectionRevision: 1,
  expiresAt: new Date(NOW.getTime() + 60_000),
  kept: { remember: {} },
} as unknown as Attempt;
const answer = { via: 'form' as const, fields: {} };

/** A protocol that knows the key from this revision on. */
function setUp({ knowsFrom, otherwise = xmlProblems.signature_value }: { knowsFrom: number; otherwise?: ProblemType }) {
  const judgedAt: number[] = [];
  const finish: UpstreamProtocol<unknown>['finish'] = async (settings, _answer, _remembered, { trace }: SignInWorld) => {
    const { revision } = settings as { revision: number };
    judgedAt.push(revision);
    trace.check({ step: 'saml.signature', holds: revision >= knowsFrom, otherwise });
    return { issuer: 'https://idp.example' } as UpstreamIdentity;
  };
  const progress = {
    tenant: { id: 'tnt_1' },
    trace: createTrace(world),
    earlierLines: [],
    reference: 'R',
    startedAt: NOW,
  } as unknown as Progress;
  const asked: string[] = [];
  const needs = (renewed: Connection | undefined) => ({
    protocolOf: () => ({ finish }) as unknown as UpstreamProtocol<unknown>,
    refreshKeys: async (tenant: string) => {
      asked.push(tenant);
      return renewed;
    },
    world,
  });
  return { needs, progress, judgedAt, asked };
}

const verdicts = ({ earlierLines, trace }: Progress): string[] =>
  [...earlierLines, ...trace.lines].map(({ verdict, step }) => `${step} ${verdict}`);

describe('An answer that is signed with a key that nobody here knows', () => {
  it('is judged once more when the provider publishes a new one, and the trace says so', async () => {
    const { needs, progress, judgedAt, asked } = setUp({ knowsFrom: 2 });
    await judgeAnswer(needs(connectionAt(2)), progress, { connection: connectionAt(1), attempt, answer });
    assert.deepEqual(judgedAt, [1, 2]);
    assert.deepEqual(asked, ['tnt_1']);
    assert.ok(verdicts(progress).includes('sign_in.keys_renewed noted'));
    assert.ok(!verdicts(progress).some((line) => line.endsWith('refused')), 'nothing refuses in the trace of who comes in');
    assert.equal(progress.connection?.revision, 2);
  });

  const once: [name: string, renewed: Connection | undefined][] = [
    ['there is nothing new', undefined],
    ['it is the connection as it was', connectionAt(1)],
  ];
  for (const [name, renewed] of once) {
    it(`is refused when ${name}`, async () => {
      const { needs, progress, judgedAt } = setUp({ knowsFrom: 9 });
      await assert.rejects(judgeAnswer(needs(renewed), progress, { connection: connectionAt(1), attempt, answer }), (error) =>
        isProblem(error, 'xml.signature_value'),
      );
      assert.deepEqual(judgedAt, [1]);
      assert.equal(verdicts(progress).at(-1), 'saml.signature refused');
    });
  }

  it('is refused once, with one refusal in the trace, when the new key did not sign it either', async () => {
    const { needs, progress, judgedAt, asked } = setUp({ knowsFrom: 9 });
    await assert.rejects(judgeAnswer(needs(connectionAt(2)), progress, { connection: connectionAt(1), attempt, answer }));
    assert.deepEqual(judgedAt, [1, 2]);
    assert.equal(asked.length, 1);
    assert.equal(verdicts(progress).filter((line) => line.endsWith('refused')).length, 1);
  });

  it('is held against the provider as it is then: whom we trusted must not have changed', async () => {
    const { needs, progress, judgedAt } = setUp({ knowsFrom: 2 });
    const renewed = connectionAt(2, { trustRevision: 2 });
    await assert.rejects(judgeAnswer(needs(renewed), progress, { connection: connectionAt(1), attempt, answer }), (error) =>
      isProblem(error, 'sign_in.connection_changed'),
    );
    assert.deepEqual(judgedAt, [1]);
  });

  it('asks nobody for a refusal of another kind', async () => {
    const { needs, progress, asked } = setUp({ knowsFrom: 9, otherwise: xmlProblems.signature_digest });
    await assert.rejects(
      judgeAnswer(needs(connectionAt(2)), progress, { connection: connectionAt(1), attempt, answer }),
      Problem,
    );
    assert.deepEqual(asked, []);
  });
});
