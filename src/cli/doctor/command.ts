import type { Call, Verb } from '../command.ts';
import { paragraph } from '../print/fields.ts';
import { plain } from '../print/plain.ts';
import type { Ink } from '../print/style.ts';
import { examine, type Finding } from './examine.ts';

export const doctor: Verb = {
  usage: 'doctor',
  summary:
    'See whether the gateway is well and this command line reaches it, and what to do about what is not. Exit code 1 when something is broken',
  examples: ['doctor', 'doctor --tenant acme --json'],
  async run(call) {
    const checks = await examine(call);
    const text = checks.map((finding) => tell(finding, call)).join('');
    return { document: { checks }, text, exitCode: checks.some(({ state }) => state === 'broken') ? 1 : 0 };
  },
};

const MARKS: Readonly<Record<Finding['state'], { mark: string; ink: Ink }>> = {
  well: { mark: '✓', ink: 'green' },
  warning: { mark: '!', ink: 'yellow' },
  broken: { mark: '✗', ink: 'red' },
};

function tell({ state, what, detail, whatToDo }: Finding, { style, io: { columns } }: Call): string {
  const { mark, ink } = MARKS[state];
  const advice = whatToDo === undefined ? '' : `${paragraph(whatToDo, { columns, indent: '    ' })}\n`;
  return `${style.paint(ink, mark)} ${plain(what)}: ${plain(detail)}\n${advice}`;
}
