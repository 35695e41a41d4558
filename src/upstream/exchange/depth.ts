import { isObject, pointerOf } from '#directory/index.ts';
import { type InputFault, Problem } from '#kernel/problem.ts';
import { problems } from '../problems.ts';

/** A mapping of mappings is some ten deep. */
const DEEPEST = 32;
/** Lists are long; objects have named members, the longest are tables of a mapping. Each unknown one would be a fault to tell. */
const MOST_MEMBERS = 5000;

interface Place {
  value: unknown;
  /** The member of the whole that it lies in. */
  pointer: string;
}

/**
 * Refuses what is nested deeper, or has more members, than any document, before anything walks down into it: what walks by itself would run
 * out of stack, and what lists every fault out of memory.
 * @throws Problem `upstream.input_invalid`
 */
export function checkDepth(document: unknown): void {
  let level: Place[] = [{ value: document, pointer: '' }];
  for (let depth = 0; level.length > 0; depth++) {
    const [first] = level;
    if (depth > DEEPEST && first)
      throw refusal({ pointer: first.pointer, code: 'too_deep', detail: `is nested deeper than ${DEEPEST} levels` });
    level = level.flatMap(({ value, pointer }) => {
      if (Array.isArray(value)) return value.map((one: unknown) => ({ value: one, pointer }));
      if (!isObject(value)) return [];
      const members = Object.entries(value);
      if (members.length > MOST_MEMBERS)
        throw refusal({ pointer, code: 'too_many_members', detail: `holds an object with more than ${MOST_MEMBERS} members` });
      return members.map(([name, member]) => ({ value: member, pointer: depth === 0 ? pointerOf([name]) : pointer }));
    });
  }
}

const refusal = (fault: InputFault): Problem => new Problem(problems.input_invalid, { errors: [fault] });
