import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Name of the file, what is planted in it, and the rule that must report it. */
const PLANTED: readonly (readonly [string, string, string])[] = [
  ['any', 'export const read = (raw: any): string => String(raw);', 'no-explicit-any'],
  ['floating', 'async function save(): Promise<void> {}\nexport function act(): void {\n  save();\n}', 'no-floating-promises'],
  ['four-parameters', 'export const sum = (a: number, b: number, c: number, d: number): number => a + b + c + d;', 'max-params'],
  [
    'forty-one-lines',
    `export function long(): number {\n${'  Math.abs(1);\n'.repeat(38)}  return 1;\n}`,
    'max-lines-per-function',
  ],
  ['default', 'export default 1;', 'no-default-export'],
  ['loose-equality', 'export const same = (a: unknown, b: unknown): boolean => a == b;', 'eqeqeq'],
  [
    'missing-case',
    "export function cost(kind: 'day' | 'night'): number {\n  switch (kind) {\n    case 'day':\n      return 1;\n  }\n  return 0;\n}",
    'switch-exhaustiveness-check',
  ],
  [
    'value-for-type',
    "import { Stats } from 'node:fs';\nexport const sizeOf = (stats: Stats): number => stats.size;",
    'consistent-type-imports',
  ],
  ['non-null', 'export const first = (list: string[]): string => list[0]!;', 'no-non-null-assertion'],
  ['console', "export const tell = (): void => console.log('here');", 'no-console'],
];

let folder: string;
let reported: { filename: string; code: string }[];

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-lint-'));
  mkdirSync(join(folder, 'src'));
  for (const file of ['.oxlintrc.json', 'tsconfig.json', 'package.json']) cpSync(join(ROOT, file), join(folder, file));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const [name, text] of PLANTED) writeFileSync(join(folder, 'src', `${name}.ts`), `${text}\n`);
  writeFileSync(
    join(folder, 'src', 'clean.ts'),
    `export function forty(): number {\n${'  Math.abs(1);\n'.repeat(37)}  return 1;\n}\n`,
  );
  const { stdout } = spawnSync(process.execPath, [join(ROOT, 'node_modules/.bin/oxlint'), '--format=json', 'src'], {
    cwd: folder,
    encoding: 'utf8',
  });
  reported = JSON.parse(stdout).diagnostics;
});
after(() => rmSync(folder, { recursive: true, force: true }));

describe('The lint rules catch', () => {
  for (const [name, , rule] of PLANTED) {
    test(`${name} (${rule})`, () => {
      const found = reported.filter(({ filename }) => filename.endsWith(`/${name}.ts`)).map(({ code }) => code);
      assert.ok(
        found.some((code) => code.includes(rule)),
        `reported: ${found.join(', ') || 'nothing'}`,
      );
    });
  }

  test('nothing in a function of forty lines', () => {
    assert.deepEqual(
      reported.filter(({ filename }) => filename.endsWith('/clean.ts')),
      [],
    );
  });
});
