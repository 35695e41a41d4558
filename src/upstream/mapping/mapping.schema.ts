import { z } from 'zod';
import { isObject, line } from '#directory/index.ts';
import { type ClaimMapping, LONGEST_VALUE, MOST_STEPS } from './mapping.ts';
import { faultOfPattern, groupsOf, LONGEST_PATTERN } from './pattern.ts';
import { referencesOf } from './steps.ts';

/** Name of a claim or SAML attribute, as the provider sends it. */
export const claimName = line(512);

/** Space counts here: a delimiter may be one. */
const piece = (most: number) => z.string().min(1).max(most);
const fixed = z.string().max(LONGEST_VALUE);
const yes = z.literal(true);

type Context = z.core.$RefinementCtx<unknown>;
const fault = (context: Context, path: PropertyKey[], { code, detail }: { code: string; detail: string }): void =>
  context.addIssue({ code: 'custom', path, message: detail, params: { code } });

export const pattern = z
  .string()
  .min(1)
  .max(LONGEST_PATTERN)
  .superRefine((text, context) => {
    const found = text.length > LONGEST_PATTERN ? undefined : faultOfPattern(text);
    if (found) fault(context, [], found);
  })
  .describe('regular expression in RE2 syntax: no look-around, no back-references');

const verbs = {
  split: piece(16).describe('each value is split at this text'),
  join: z.string().max(64).describe('all values become one text with this between them'),
  lowerCase: yes,
  upperCase: yes,
  trim: yes.describe('no space around the values'),
  parseJson: yes.describe('a JSON array in a text becomes its values'),
  first: yes.describe('only the first value is kept'),
  unique: yes.describe('each value once'),
  match: pattern.describe('found anywhere in a value: with take or with; else only values that match are kept'),
  replace: piece(256).describe('this text, wherever it is in a value, becomes what with says'),
  removePrefix: piece(256),
  removeSuffix: piece(256),
  values: z
    .record(z.string().max(LONGEST_VALUE), fixed)
    .describe('a value that is a member becomes that; otherwise: keep or drop'),
};
/** What goes with which verb. */
const companions: Record<string, readonly string[]> = {
  take: ['match'],
  with: ['match', 'replace'],
  ignoreCase: ['match'],
  otherwise: ['values'],
};

const step = z
  .strictObject({
    ...verbs,
    take: z.union([z.int().min(0).max(99), z.string().max(64)]).describe('number or name of the group of match that is kept'),
    with: z.string().max(512).describe('what a match becomes ($1, ${name}, $$), or the replaced text'),
    ignoreCase: z.boolean().describe('match in either case'),
    otherwise: z.enum(['keep', 'drop']).describe('what becomes of values that are not translated; keep unless said'),
  })
  .partial()
  .superRefine((given, context) => {
    const said = Object.keys(given).filter((name) => Object.hasOwn(verbs, name));
    if (said.length !== 1)
      fault(context, [], { code: 'step_ambiguous', detail: `must be exactly one of ${Object.keys(verbs).join(', ')}` });
    for (const [name, goesWith] of Object.entries(companions)) {
      if (Object.hasOwn(given, name) && !said.some((verb) => goesWith.includes(verb)))
        fault(context, [name], { code: 'not_of_this_step', detail: `belongs to ${goesWith.join(' or ')}` });
    }
    if (said[0] === 'replace' && given.with === undefined) fault(context, ['with'], { code: 'required', detail: 'is required' });
    if (given.match !== undefined) checkGroups(given, context);
  });

function checkGroups(
  { match = '', take, with: by }: { match?: string; take?: number | string; with?: string },
  context: Context,
): void {
  if (match.length > LONGEST_PATTERN || faultOfPattern(match)) return;
  if (take !== undefined && by !== undefined)
    fault(context, ['with'], { code: 'not_of_this_step', detail: 'is either this or take' });
  const { count, names } = groupsOf(match);
  const has = (group: number | string): boolean => (typeof group === 'number' ? group <= count : names.includes(group));
  if (take !== undefined && !has(take)) fault(context, ['take'], { code: 'group_unknown', detail: 'is no group of the pattern' });
  const unknown = referencesOf(by ?? '').find((group) => !has(group));
  if (unknown !== undefined) fault(context, ['with'], { code: 'group_unknown', detail: `${unknown} is no group of the pattern` });
}

const part = z
  .strictObject({
    claim: claimName.describe('the first value of this claim'),
    text: z.string().max(256).describe('fixed text'),
    optional: z.boolean().describe('a claim that did not come is left out; else nothing is made'),
  })
  .partial()
  .superRefine((given, context) => {
    if ((given.claim === undefined) === (given.text === undefined))
      fault(context, [], { code: 'part_ambiguous', detail: 'must be exactly one of claim and text' });
    if (given.optional !== undefined && given.claim === undefined)
      fault(context, ['optional'], { code: 'not_of_this_part', detail: 'belongs to claim' });
  });

const sources = ['claim', 'firstOf', 'join'] as const;

const rule = z
  .strictObject({
    claim: claimName.optional().describe('the claim of this name'),
    firstOf: z.array(claimName).min(1).max(20).optional().describe('the first of these claims that has a value'),
    join: z.array(part).min(1).max(20).optional().describe('one text of several claims and fixed parts'),
    steps: z.array(step).max(MOST_STEPS).optional().describe('what is done to the values, in this order'),
    default: z
      .union([fixed, z.array(fixed).max(100)])
      .optional()
      .describe('where no claim came or nothing is left of it'),
  })
  .superRefine((given, context) => {
    const said = sources.filter((name) => given[name] !== undefined);
    if (said.length !== 1)
      fault(context, [], {
        code: 'source_ambiguous',
        detail: 'must have exactly one of claim, firstOf and join; null takes one away',
      });
    if (given.join && given.join.length > 0 && !given.join.some(({ claim }) => claim !== undefined))
      fault(context, ['join'], { code: 'claim_required', detail: 'needs at least one claim: fixed text is nobody’s word' });
  });

/** The faults of the form that it has, each at its place: a union would say no more than that none fits. */
const eitherForm = z.unknown().transform((given, context): ClaimMapping => {
  const schema: z.ZodType = isObject(given) ? rule : claimName;
  const read = schema.safeParse(given, { reportInput: true });
  if (read.success) return read.data as ClaimMapping;
  for (const issue of read.error.issues) context.issues.push({ ...issue, input: issue.input } as z.core.$ZodRawIssue);
  return z.NEVER;
});

/** As the API describes it. */
const described = z.union([claimName, rule]);
const shape = z.toJSONSchema(described, { io: 'input', unrepresentable: 'any' });

/** How claims become an attribute: a claim's name, or an object. Stored as it was given, but for space around names. */
export const mapping = eitherForm.meta({
  id: 'ClaimMappingDocument',
  description: 'name of a claim, or how its value is made of claims',
  anyOf: shape.anyOf,
});

/** The same where only what the provider says may count: fixed text that stands in for a claim is refused. */
export const verifiedMapping = eitherForm
  .refine((given) => typeof given === 'string' || given.default === undefined, {
    path: ['default'],
    error: 'is not the provider’s word',
    params: { code: 'not_verified' },
  })
  .meta({ id: 'VerifiedClaimMappingDocument', description: 'as a claim mapping, without default', anyOf: shape.anyOf });

/** For answers: what it says was judged when it was stored. */
export const mappingJson = z
  .union([z.string(), z.record(z.string(), z.unknown())])
  .meta({ id: 'ClaimMapping', anyOf: shape.anyOf }) as z.ZodType<ClaimMapping, ClaimMapping>;
