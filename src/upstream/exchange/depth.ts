import { isObject, pointerOf } from '#directory/index.ts';
import { type InputFault, Problem } from '#kernel/problem.ts';
import { problems } from '../problems.ts';

/** A mapping of mappings is some ten deep. */
const DEEPEST = 32;

/**
 * Refuses what is nested deeper than any document is, before anything walks down into it: what walks by itself would run out of stack.
 * @throws Problem `upstream.input_invalid`
 */
export function checkDepth(document: unknown): void {
  let level: { value: unknown; path: string }[] = [{ value: document, path: '' }];
  for (let depth = 0; level.length > 0; depth++) {
    const [first] = level;
    if (depth > DEEPEST && first) throw new Problem(problems.input_invalid, { errors: [tooDeep(first.path)] });
    level = level.flatMap(({ value, path }) =>
      Array.isArray(value) || isObject(value)
        ? Object.entries(value).map(([name, member]) => ({
            value: member as unknown,
            path: depth === 0 ? pointerOf([name]) : path,
          }))
        : [],
    );
  }
}

const tooDeep = (pointer: string): InputFault => ({
  pointer,
  code: 'too_deep',
  detail: `is nested deeper than ${DEEPEST} levels`,
});
