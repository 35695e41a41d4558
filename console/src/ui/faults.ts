import { ApiProblem } from '../../../src/client/index.ts';
import { capitalised } from './words.ts';

/** What the API says of one field of a form, by its pointer; nothing when it is content. */
export function faultAt(error: unknown, pointer: string): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  const detail = error.errors.find((fault) => fault.pointer === pointer || fault.pointer.startsWith(`${pointer}/`))?.detail;
  // What the API puts behind the name of a field stands alone below the field.
  return detail === undefined ? undefined : capitalised(detail);
}

/** Whether everything that was wrong is shown at a field already. */
export function allAtFields(error: unknown, pointers: readonly string[]): boolean {
  return (
    error instanceof ApiProblem &&
    error.errors.length > 0 &&
    error.errors.every(({ pointer }) => pointers.some((known) => pointer === known || pointer.startsWith(`${known}/`)))
  );
}
