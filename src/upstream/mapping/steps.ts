import type { Matcher } from 're2js';
import { textsOf } from './claims.ts';
import type { MappingStep } from './mapping.ts';
import { type Pattern, patternOf } from './pattern.ts';
import { checkLength, type Work } from './work.ts';

export interface Values {
  readonly texts: readonly string[];
  /** A list stays one, however many are left in it. */
  readonly isList: boolean;
}

/** The longest text that a pattern is matched against; a longer one does not match. */
const LONGEST_MATCHED = 8192;

/** @throws TooMuch */
export function applyStep(step: MappingStep, values: Values, work: Work): Values {
  work.take(values.texts);
  const applied = apply(step, values, work);
  work.take(applied.texts);
  return applied;
}

function apply(step: MappingStep, { texts, isList }: Values, work: Work): Values {
  const each = (change: (text: string) => string): Values => ({ texts: texts.map(change), isList });
  if ('split' in step) return { texts: split(texts, step.split, work), isList: true };
  if ('join' in step) return { texts: texts.length === 0 ? [] : [joined(texts, step.join)], isList: false };
  if ('lowerCase' in step) return each((text) => text.toLowerCase());
  if ('upperCase' in step) return each((text) => text.toUpperCase());
  if ('trim' in step) return each((text) => text.trim());
  if ('parseJson' in step) return parseJson(texts, isList);
  if ('first' in step) return { texts: texts.slice(0, 1), isList: false };
  if ('unique' in step) return { texts: [...new Set(texts)], isList };
  if ('match' in step) return { texts: match(texts, step, work), isList };
  if ('replace' in step) return each((text) => replaceText(text, step.replace, step.with));
  if ('removePrefix' in step)
    return each((text) => (text.startsWith(step.removePrefix) ? text.slice(step.removePrefix.length) : text));
  if ('removeSuffix' in step)
    return each((text) => (text.endsWith(step.removeSuffix) ? text.slice(0, -step.removeSuffix.length) : text));
  return { texts: translate(texts, step), isList };
}

function split(texts: readonly string[], delimiter: string, work: Work): string[] {
  const parts: string[] = [];
  for (const text of texts) {
    parts.push(...splitOnce(text, delimiter));
    work.take(parts.slice(-1));
  }
  return parts;
}

/** Space around the parts belongs to the delimiter: `a; b`. */
const splitOnce = (text: string, delimiter: string): string[] =>
  text
    .split(delimiter)
    .map((part) => part.trim())
    .filter((part) => part !== '');

function joined(texts: readonly string[], delimiter: string): string {
  checkLength(delimiter.length * texts.length);
  return texts.join(delimiter);
}

/** A JSON array in a text becomes its values; text that is no JSON stays. */
function parseJson(texts: readonly string[], isList: boolean): Values {
  let foundList = isList;
  const values = texts.flatMap((text) => {
    try {
      const parsed: unknown = JSON.parse(text);
      foundList ||= Array.isArray(parsed);
      return textsOf(parsed);
    } catch {
      return [text];
    }
  });
  return { texts: values, isList: foundList };
}

function replaceText(text: string, what: string, by: string): string {
  const parts = text.split(what);
  checkLength(text.length + (parts.length - 1) * by.length);
  return parts.join(by);
}

function translate(texts: readonly string[], { values, otherwise }: Extract<MappingStep, { values: unknown }>): string[] {
  return texts.flatMap((text) => {
    const known = Object.hasOwn(values, text) ? values[text] : undefined;
    if (known !== undefined) return [known];
    return otherwise === 'drop' ? [] : [text];
  });
}

type Match = Extract<MappingStep, { match: string }>;

/** With `take` what the group caught, with `with` the text with every match replaced; else those that match stay as they are. */
function match(texts: readonly string[], step: Match, work: Work): string[] {
  const pattern = patternOf(step, step.match, step.ignoreCase);
  return texts.flatMap((text) => {
    if (text.length > LONGEST_MATCHED) return step.with === undefined ? [] : [text];
    if (step.with !== undefined) return [replaceMatches(text, { pattern, template: step.with }, work)];
    work.spend(text.length * pattern.size);
    if (step.take === undefined) return pattern.re.test(text) ? [text] : [];
    const matcher = pattern.re.matcher(text);
    const taken = matcher.find() ? matcher.group(step.take) : null;
    return taken === null ? [] : [taken];
  });
}

/** Each search may read the whole rest: it is counted as if it did. */
function replaceMatches(text: string, { pattern, template }: { pattern: Pattern; template: string }, work: Work): string {
  const matcher = pattern.re.matcher(text);
  let made = '';
  let end = 0;
  for (;;) {
    work.spend((text.length - end + 1) * pattern.size);
    if (!matcher.find()) return made + text.slice(end);
    made += text.slice(end, matcher.start());
    made = expand(made, template, matcher);
    end = matcher.end();
  }
}

const REFERENCE = /\$(?:(\$)|(\d{1,2})|\{(\w{1,64})\})/g;

/** `$1`, `${name}`, `$$`. */
function expand(before: string, template: string, matcher: Matcher): string {
  let made = before;
  let end = 0;
  for (const { 0: all, 1: dollar, 2: number, 3: name, index } of template.matchAll(REFERENCE)) {
    const caught = dollar ?? matcher.group(number === undefined ? (name ?? '') : Number(number)) ?? '';
    checkLength(made.length + caught.length + template.length);
    made += template.slice(end, index) + caught;
    end = index + all.length;
  }
  return made + template.slice(end);
}

/** Groups that a template names. */
export function referencesOf(template: string): (number | string)[] {
  return [...template.matchAll(REFERENCE)].flatMap(({ 2: number, 3: name }): (number | string)[] => {
    if (number !== undefined) return [Number(number)];
    return name === undefined ? [] : [name];
  });
}
