/** The least round number that is not less: 1, 2, 5 and their tens. */
export function roundUp(most: number): number {
  if (most <= 4) return Math.max(1, most);
  const ten = 10 ** Math.floor(Math.log10(most));
  return ([1, 2, 5, 10].find((times) => times * ten >= most) ?? 10) * ten;
}

/** Lines to read heights by: none, half and all of it where half is a whole number. */
export const linesOf = (top: number): number[] => (top % 2 === 0 ? [0, top / 2, top] : [0, top]);

/** Every how many days one is named, so that names do not touch: a week is named whole. */
export const namedEvery = (days: number): number => (days <= 8 ? 1 : Math.ceil(days / 6));

/** Height in percent; what is there at all is seen. */
export const heightOf = (count: number, top: number): number => (count === 0 ? 0 : Math.max(1.5, (100 * count) / top));

/** Share of what went well, as a whole percentage that is 100 only where nothing was refused. */
export function percentOf(succeeded: number, refused: number): number | undefined {
  const all = succeeded + refused;
  if (all === 0) return undefined;
  return refused === 0 ? 100 : Math.min(99, Math.round((100 * succeeded) / all));
}
