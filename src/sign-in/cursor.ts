import { Problem } from '#kernel/problem.ts';
import { problems } from './problems.ts';

/** A place in a list that is ordered by time and, within it, by a key. */
export const cursorOf = (startedAt: Date, key: string): string =>
  Buffer.from(`${startedAt.getTime()} ${key}`).toString('base64url');

/** @throws Problem `sign_in.cursor_invalid` */
export function readCursor(cursor: string): { startedAt: Date; key: string } {
  const [time, key] = Buffer.from(cursor, 'base64url').toString().split(' ');
  if (!/^\d{1,15}$/.test(time ?? '') || !key || !/^[\w-]{1,80}$/.test(key)) throw new Problem(problems.cursor_invalid);
  return { startedAt: new Date(Number(time)), key };
}
