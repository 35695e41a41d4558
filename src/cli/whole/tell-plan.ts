import type { TenantPaths } from '#client/index.ts';
import { scalar } from '../print/fields.ts';
import { plain } from '../print/plain.ts';
import type { Ink, Style } from '../print/style.ts';

export type Plan = TenantPaths['/api/v1/apply']['post']['responses'][200]['content']['application/json'];
type Item = Plan['items'][number];

const SIGNS: Readonly<Record<Item['action'], { sign: string; ink: Ink }>> = {
  create: { sign: '+', ink: 'green' },
  change: { sign: '~', ink: 'yellow' },
  remove: { sign: '-', ink: 'red' },
  refuse: { sign: '✗', ink: 'red' },
  keep: { sign: '=', ink: 'dim' },
};
const WORDS = { create: 'to create', change: 'to change', remove: 'to remove', refuse: 'refused', keep: 'as they are' } as const;

/** What becomes of each thing, with the differences of what changes; what stays is only counted. */
export function tellPlan({ items }: Plan, style: Style): string {
  const lines = items.filter(({ action }) => action !== 'keep').map((item) => tellItem(item, style));
  const counts = (Object.keys(WORDS) as Item['action'][])
    .map((action) => ({ action, count: items.filter((item) => item.action === action).length }))
    .filter(({ count }) => count > 0)
    .map(({ action, count }) => `${count} ${WORDS[action]}`);
  return `${lines.join('')}${counts.length === 0 ? 'The document names nothing' : counts.join(', ')}.\n`;
}

function tellItem({ action, kind, name: called, differences, faults, staged, missing }: Item, style: Style): string {
  const { sign, ink } = SIGNS[action];
  const head = `${style.paint(ink, `${sign} ${action}`)} ${plain(kind)} ${style.paint('bold', plain(called))}`;
  return [
    `${head}${staged ? style.paint('yellow', ' (waits for Verify)') : ''}\n`,
    ...differences.map(
      ({ pointer, before, after }) => `    ${plain(pointer)}  ${valueOf(before, style)} → ${valueOf(after, style)}\n`,
    ),
    ...faults.map(({ pointer, code, detail }) => `    ${plain(pointer)}  ${plain(detail)} (${plain(code)})\n`),
    ...missing.map((pointer) => `    ${plain(pointer)}  is not in the document: it has to be set before people can sign in\n`),
  ].join('');
}

function valueOf(value: unknown, style: Style): string {
  const text = Array.isArray(value) ? `[${value.map((one) => scalar(one, style)).join(', ')}]` : scalar(value, style);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
