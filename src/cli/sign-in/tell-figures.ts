import type { TenantPaths } from '#client/index.ts';
import { table } from '../print/table.ts';

type Figures = TenantPaths['/api/v1/sign-ins/figures']['get']['responses'][200]['content']['application/json'];

/** Two tables: the days, then what refusals came of. */
export function tellFigures({ days, causes }: Figures): string {
  const byDay = table(
    ['day', 'succeeded', 'refused'],
    days.map(({ date, succeeded, refused }) => [date, succeeded, refused]),
  );
  const byCause = table(
    ['refused', 'code', 'because'],
    causes.map(({ count, code, title }) => [count, code, title]),
    'Nobody was refused.',
  );
  return `${byDay}\n${byCause}`;
}
