import type { ApplicationId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import type { Fact } from '#kernel/trace.ts';
import type { Connection } from '#upstream/index.ts';
import type { MappingFact, PersonFact } from '../account.ts';
import type { Progress } from '../progress.ts';
import { writeRefusal } from '../record.ts';
import { redactClaims } from '../redact.ts';
import { findRemedy, refusalFactsOf } from '../remedies.ts';
import { changesOf } from './changes.ts';
import { type HeldBefore, membershipReportOf } from './membership-report.ts';
import type { PersonReport, Report, Summary, TokenPreview } from './verification.ts';
import { warningsOf } from './warnings.ts';

/** What was found until the test ended. */
export interface Found {
  /** Whose tokens are shown; null for those of an application with every scope. */
  applicationId: ApplicationId | null;
  progress: Progress;
  /** The connection as people sign in through it now. */
  current?: Connection | undefined;
  /** Why it went no further; undefined when it passed. */
  failure?: unknown;
  /** Memberships as they are, and as they would be. */
  groups?: HeldBefore;
  roles?: HeldBefore;
  tokens?: TokenPreview | null;
}

/** The report of a test sign-in, complete up to where it came. */
export function reportOf(found: Found): Report {
  const { progress, failure } = found;
  const { trace, identity, account = {} } = progress;
  if (failure !== undefined && !trace.lines.some(({ verdict }) => verdict === 'refused')) writeRefusal(trace, failure);
  const source = progress.connection === undefined ? undefined : (`idp:${progress.connection.id}` as const);
  const memberships = (kind: 'groups' | 'roles') =>
    account[kind] === undefined ? null : membershipReportOf(account[kind], found[kind] ?? { before: [], after: [] }, source);
  return {
    summary: failure === undefined ? passed(found) : summaryOf(progress, failure),
    steps: [...progress.earlierLines, ...trace.lines],
    claims: identity === undefined ? null : redactClaims(identity.claims),
    mappings: (account.mappings ?? []).map(redactMapping),
    person: account.person === undefined ? null : personReportOf(account.person, failure),
    groups: failure === undefined ? memberships('groups') : null,
    roles: failure === undefined ? memberships('roles') : null,
    tokens: found.tokens ?? null,
    warnings: warningsOf(progress),
  };
}

function passed({ progress: { connection }, current }: Found): Summary {
  const passing = { code: null, title: 'Passed: a person can sign in through this revision.', where: 'here' as const };
  if (!current?.enabled || !connection)
    return { ...passing, whatToDo: 'Switch the identity provider on here.', pointer: '/enabled' };
  if (connection.revision === current.revision)
    return { ...passing, whatToDo: 'Nothing has to be changed: people sign in through this revision already.' };
  const { revision } = connection;
  return {
    ...passing,
    whatToDo: `Activate revision ${revision} here: until then people sign in through revision ${current.revision}.`,
  };
}

/** What went wrong and what to do about it, the latter first of all. */
export function summaryOf({ trace, earlierLines, connection }: Progress, failure: unknown): Summary {
  const problem = failure instanceof Problem ? failure : undefined;
  const code = problem?.code ?? 'http.failed';
  const lines = [...earlierLines, ...trace.lines];
  const remedy = findRemedy(refusalFactsOf(code, lines, { connection, detail: problem?.detail }));
  return { code, title: problem?.type.title ?? 'Something went wrong on our side.', ...remedy };
}

function redactMapping(mapping: MappingFact): MappingFact {
  const { value, steps } = redactClaims({ value: mapping.value, steps: mapping.steps });
  return { ...mapping, value: value as Fact, steps: steps as Fact[] };
}

function personReportOf(fact: PersonFact, failure: unknown): PersonReport {
  const user = fact.after ?? fact.before;
  const refusal = failure instanceof Problem ? failure.code : null;
  // Decided, and refused all the same by what came after it: nobody would have come in.
  const code = fact.code ?? refusal;
  return {
    outcome: code === null ? fact.outcome : 'refused',
    user: user && { id: fact.before === null ? null : user.id, email: user.email, status: user.status },
    code,
    why: fact.why,
    changes: fact.after === null ? [] : changesOf(fact.before, fact.after),
  };
}
