import { z } from 'zod';
import { line } from '#directory/index.ts';
import { type AccessRule, accessOperators } from './gate.ts';
import { claimName, pattern, verifiedMapping } from './mapping.schema.ts';
import { LONGEST_VALUE } from './mapping.ts';

type Context = z.core.$RefinementCtx<unknown>;
const fault = (context: Context, path: PropertyKey[], { code, detail }: { code: string; detail: string }): void =>
  context.addIssue({ code: 'custom', path, message: detail, params: { code } });
const REQUIRED = { code: 'required', detail: 'is required' };

const MOST_RULES = 50;
const MOST_PATTERNS = 500;

const rule = z
  .strictObject({
    claim: verifiedMapping.optional(),
    operator: z.enum(accessOperators).optional().describe('matches: a regular expression that covers the whole value'),
    values: z.array(line(LONGEST_VALUE)).max(500).optional().describe('any of them; none with exists'),
    ignoreCase: z.boolean().optional().describe('for equals, contains and matches; case counts unless said'),
    group: line(LONGEST_VALUE).optional().describe('value of the groups claim as it comes, or name or label of its mapping'),
  })
  .superRefine((given, context) => {
    if ((given.claim === undefined) === (given.group === undefined))
      fault(context, [], { code: 'rule_ambiguous', detail: 'must have exactly one of claim and group' });
    else if (given.claim === undefined) checkGroupRule(given, context);
    else checkClaimRule(given, context);
  })
  .transform((given) => given as AccessRule);

function checkGroupRule(given: object, context: Context): void {
  for (const name of Object.keys(given).filter((member) => member !== 'group'))
    fault(context, [name], { code: 'not_of_this_rule', detail: 'belongs to a rule with claim' });
}

function checkClaimRule({ operator, values }: { operator?: string; values?: string[] }, context: Context): void {
  if (operator === undefined) return fault(context, ['operator'], REQUIRED);
  if (operator === 'exists') {
    if (values !== undefined) fault(context, ['values'], { code: 'not_of_this_rule', detail: 'exists asks for no values' });
    return;
  }
  if (values === undefined || values.length === 0) return fault(context, ['values'], REQUIRED);
  if (operator !== 'matches') return;
  for (const [index, value] of values.entries()) {
    for (const { message, ...issue } of pattern.safeParse(value).error?.issues ?? []) {
      const code = issue.code === 'custom' ? String(issue.params?.['code']) : issue.code;
      fault(context, ['values', index], { code, detail: message });
    }
  }
}

export const accessGate = z
  .strictObject({
    mode: z
      .enum(['everyone', 'rules'])
      .default('everyone')
      .describe('rules: only whom they fit; judged before anybody is made or changed'),
    match: z.enum(['any', 'all']).default('any').describe('how many of the rules must fit'),
    rules: z.array(rule).max(MOST_RULES).default([]),
  })
  .superRefine(({ mode, rules }, context) => {
    if (mode === 'rules' && rules.length === 0)
      fault(context, ['rules'], { code: 'required', detail: 'at least one is needed, or nobody could sign in' });
  });

const patterns = z
  .array(
    z
      .unknown()
      .transform((given, context) => readPattern(given, context))
      .meta({ anyOf: [{ type: 'string' }, { type: 'object' }] }),
  )
  .max(MOST_PATTERNS)
  .default([]);

const patternObject = z.strictObject({ matches: pattern });

function readPattern(
  given: unknown,
  context: z.core.ParsePayload & { issues: z.core.$ZodRawIssue[] },
): string | { matches: string } {
  const schema: z.ZodType<string | { matches: string }> = typeof given === 'object' ? patternObject : claimName;
  const read = schema.safeParse(given, { reportInput: true });
  if (read.success) return read.data;
  for (const issue of read.error.issues) context.issues.push({ ...issue, input: issue.input } as z.core.$ZodRawIssue);
  return z.NEVER;
}

export const groupFilter = z.strictObject({
  include: patterns.describe('exact values of the groups claim, or { matches: pattern of the whole value }; none: all'),
  exclude: patterns.describe('what never counts, included or not'),
});

const missing = z.enum(['keep', 'empty']).default('keep');

export const whenMissing = z.strictObject({
  groups: missing.describe('a groups claim that did not come: keep what there is, or read it as an empty list'),
  roles: missing.describe('the same for roles: Entra leaves an empty list out'),
});

const value = z.union([z.string(), z.object({ matches: z.string() })]);
const ruleJson = z.record(z.string(), z.unknown()) as unknown as z.ZodType<AccessRule, AccessRule>;
/** For answers: what they say was judged when it was stored. */
export const gateJson = {
  access: z.object({ mode: z.string(), match: z.string(), rules: z.array(ruleJson) }).optional(),
  groupFilter: z.object({ include: z.array(value), exclude: z.array(value) }).optional(),
  whenMissing: z.object({ groups: z.string(), roles: z.string() }).optional(),
};
