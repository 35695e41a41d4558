import { nameKeyOf } from '#directory/index.ts';
import type { Fact, Trace } from '#kernel/trace.ts';
import {
  type AccessRule,
  type Circumstances,
  type Connection,
  type ConnectionPolicy,
  describeMapping,
  evaluateMapping,
  patternOf,
  TooMuch,
  textsOf,
  type UpstreamIdentity,
  Work,
} from '#upstream/index.ts';
import type { Account } from './account.ts';
import { mapList } from './map-claims.ts';
import { admissionProblems as problems } from './problems.ts';

/** `unknown`: an incomplete list keeps it from being decided. */
type Verdict = 'fits' | 'fits-not' | 'unknown';

export interface Judged {
  decision: 'allowed' | 'refused' | 'unknown';
  rules: readonly { rule: string; verdict: Verdict }[];
}

/**
 * Whether somebody may come in at all. Judged on what the provider says and nothing else: no default, no membership kept here. A gate of
 * rules without a rule, or with one that is not understood, lets nobody in by it.
 */
export function decideAccess(policy: ConnectionPolicy, identity: Pick<UpstreamIdentity, 'claims' | 'overage'>): Judged {
  const { access } = policy;
  if (access === undefined || access.mode === 'everyone') return { decision: 'allowed', rules: [] };
  const circumstances: Circumstances = { overage: identity.overage, work: new Work() };
  const rules = access.rules.map((rule) => ({ rule: describe(rule), verdict: judge(rule, { policy, identity, circumstances }) }));
  const verdicts = rules.map(({ verdict }) => verdict);
  return { decision: access.mode === 'rules' ? decide(access.match, verdicts) : 'refused', rules };
}

function decide(match: string, verdicts: readonly Verdict[]): Judged['decision'] {
  if (verdicts.length === 0) return 'refused';
  const [wins, loses] = match === 'any' ? (['allowed', 'refused'] as const) : (['refused', 'allowed'] as const);
  if (verdicts.includes(match === 'any' ? 'fits' : 'fits-not')) return wins;
  return verdicts.includes('unknown') ? 'unknown' : loses;
}

interface Judging {
  policy: ConnectionPolicy;
  identity: Pick<UpstreamIdentity, 'claims' | 'overage'>;
  circumstances: Circumstances;
}

function judge(rule: AccessRule, judging: Judging): Verdict {
  try {
    return 'group' in rule ? judgeGroup(rule.group, judging) : judgeClaim(rule, judging);
  } catch (error) {
    if (error instanceof TooMuch) return 'unknown';
    throw error;
  }
}

/** The group as the provider names it, or by the name or label that its mapping gives it. */
function judgeGroup(group: string, { policy, identity, circumstances }: Judging): Verdict {
  const { groups } = policy.claims;
  const provider = typeof groups === 'object' ? { ...groups, default: undefined } : groups;
  const list = mapList(provider, identity.claims, circumstances);
  if (list.kind === 'overage') return 'unknown';
  if (list.kind !== 'values') return 'fits-not';
  const key = nameKeyOf(group);
  const mapped = policy.groupMappings.filter((one) => one.label === group || nameKeyOf(one.group) === key);
  const meant = new Set([group, ...mapped.map(({ external }) => external)]);
  return list.values.some((value) => meant.has(value)) ? 'fits' : 'fits-not';
}

type ClaimRule = Extract<AccessRule, { operator: string }>;

function judgeClaim(rule: ClaimRule, { identity, circumstances }: Judging): Verdict {
  const { outcome, value } = evaluateMapping(rule.claim, identity.claims, circumstances);
  if (outcome === 'overage') return 'unknown';
  if (outcome !== 'value') return 'fits-not';
  const texts = textsOf(value).map((text) => text.trim());
  return texts.some((text) => text !== '' && fits(text, rule, circumstances)) ? 'fits' : 'fits-not';
}

function fits(text: string, rule: ClaimRule, { work }: Circumstances): boolean {
  const { operator, values = [], ignoreCase = false } = rule;
  const key = (one: string): string => (ignoreCase ? nameKeyOf(one) : one);
  work?.spend(text.length * Math.max(values.length, 1));
  switch (operator) {
    case 'exists':
      return true;
    case 'equals':
      return values.some((wanted) => key(text) === key(wanted));
    case 'contains':
      return values.some((wanted) => key(text).includes(key(wanted)));
    case 'matches':
      return values.some((wanted) => {
        const { re, size } = patternOf(rule, wanted, ignoreCase);
        work?.spend(text.length * size);
        return re.testExact(text);
      });
    default:
      // What a later release wrote and this one does not know must not let anybody in.
      return false;
  }
}

function describe(rule: AccessRule): string {
  if ('group' in rule) return `in group ${rule.group}`;
  return [describeMapping(rule.claim), rule.operator, (rule.values ?? []).join(' or ')].join(' ').trim();
}

/** @throws Problem `admission.not_allowed`, `admission.access_unknown` */
export function checkAccess(
  { policy }: Connection,
  identity: UpstreamIdentity,
  { trace, account }: { trace: Trace; account?: Account | undefined },
): void {
  if (policy.access === undefined || policy.access.mode === 'everyone') return;
  const { decision, rules } = decideAccess(policy, identity);
  const otherwise = decision === 'unknown' ? problems.access_unknown : problems.not_allowed;
  if (account && decision !== 'allowed')
    account.person = { outcome: 'refused', before: null, after: null, code: otherwise.code, why: otherwise.title };
  trace.check({
    step: 'admission.access',
    expected: `${policy.access.match} of the rules`,
    received: rules.map(({ rule, verdict }): Fact => `${rule}: ${WORDS[verdict]}`),
    holds: decision === 'allowed',
    otherwise,
  });
}

const WORDS: Record<Verdict, string> = {
  fits: 'fits',
  'fits-not': 'does not fit',
  unknown: 'unknown: the list is incomplete',
};
