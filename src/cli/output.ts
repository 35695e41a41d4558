import type { Call, OptionOf, Outcome } from './command.ts';
import type { Io } from './io.ts';
import { done } from './lists.ts';
import { tame } from './print/plain.ts';
import { UsageError } from './refusals.ts';

export const outputOption: OptionOf = {
  flags: '-o, --output <path>',
  text: 'into this file, for its owner alone; else to standard output',
};

export const passphraseOption: OptionOf = {
  flags: '--passphrase-file <path>',
  text: 'file whose first line is the passphrase; - reads standard input',
};

/** Writes bytes as the API said them: a document that is compared, or bound to a seal, is not written anew. */
export async function deliver({ io, text }: Call, words: string): Promise<Outcome> {
  const path = text('output');
  if (path === undefined) {
    io.out(io.terminal.output ? tame(words) : words);
    return { text: '' };
  }
  return writeTo(io, { path, words });
}

/** @throws UsageError when it cannot be written */
export async function writeTo(io: Io, { path, words }: { path: string; words: string }): Promise<Outcome> {
  try {
    await io.writeFile(path, words);
  } catch (error) {
    throw new UsageError(`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
  return done(`Written to ${path}.`);
}
