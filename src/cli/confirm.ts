import type { Call, OptionOf } from './command.ts';
import { refuse } from './refusals.ts';

export const yesOption: OptionOf = { flags: '--yes', text: 'do it without asking' };

/**
 * Asks before something is done that cannot be undone. Where nobody can be asked, `--yes` must say it.
 * @param word what must be typed; `yes` for lesser things
 * @throws ApiProblem `cli.not_confirmed`
 */
export async function confirm({ io, flag }: Call, question: string, word = 'yes'): Promise<void> {
  if (flag('yes')) return;
  if (!io.terminal.input || !io.terminal.errors) {
    throw refuse('cli.not_confirmed', { title: `${question}: nobody is there to be asked.`, remedy: 'Say --yes.' });
  }
  const answer = await io.ask(`${question}? Type ${word} to go on: `);
  if (answer.trim() !== word) throw refuse('cli.not_confirmed', { title: 'Nothing was done.' });
}
