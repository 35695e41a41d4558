import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LANGUAGES } from '../src/pages/index.ts';
import { textsOf } from '../src/pages/texts/catalogue.ts';
import { folderOfCode, readDeclaredProblems } from '../tools/docs/problem-codes.ts';
import { lineAt, readSource } from './architecture/source.ts';
import { type Module, readModules } from './architecture/tree.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ALIASES: Record<string, string> = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).imports;

const declared = await readDeclaredProblems();
const codes = new Set(declared.map(({ type }) => type.code));
const folders = new Set([...codes].map(folderOfCode));
const modules = readProduct();

/** That a name like `problems.audience_mismatch` exists is the compiler's to say; here is what it cannot see. */
describe('Problem codes', () => {
  it('are found at all', () => {
    for (const code of ['saml.audience_mismatch', 'oidc.nonce_mismatch', 'admission.no_account', 'authorization.forbidden'])
      assert.ok(codes.has(code), code);
  });

  it('each is declared once', () => {
    const repeated = declared.map(({ type }) => type.code).filter((code, index, all) => all.indexOf(code) !== index);
    assert.deepEqual(repeated, []);
  });

  for (const { path, type } of declared) {
    it(`${type.code} names folder and fault, has the status of a refusal and a title of one sentence (${path})`, () => {
      assert.match(type.code, /^[a-z_]+\.[a-z][a-z0-9_]*$/);
      assert.ok(Number.isInteger(type.status) && type.status >= 400 && type.status <= 599, `status ${type.status}`);
      assert.match(type.title, /^\p{Lu}(?:[^.]|\.(?=\d))*\.?$/u);
      assert.match(type.remedy ?? 'Nothing.', /^\p{Lu}.*\.$/u);
      assert.match(type.source ?? 'none', /\S/);
    });
  }

  it('a refusal is taken from problems.ts, never made where it is thrown', () => {
    assert.deepEqual(modules.flatMap(findMadeInPassing), []);
  });

  it('each code that is told apart by its text is declared', () => {
    const named = modules.flatMap(findNamedCodes);
    assert.ok(named.length > 5, 'the product tells some codes apart');
    assert.deepEqual(
      named.filter(({ code }) => !codes.has(code)).map(({ code, place }) => `${code} (${place})`),
      [],
    );
  });

  it('each declared refusal is used by its folder, or by one that imports from it', () => {
    const idle = declared.filter((problem) => !modules.some((module) => isUsedBy(problem, module)));
    assert.deepEqual(
      idle.map(({ type }) => type.code),
      [],
    );
  });
});

describe('The pages explain', () => {
  for (const language of LANGUAGES) {
    const { problems, fallbacks } = textsOf(language);
    it(`only codes that are declared (${language})`, () => {
      assert.deepEqual(
        Object.keys(problems).filter((code) => !codes.has(code)),
        [],
      );
    });
    it(`only folders that have codes (${language})`, () => {
      assert.deepEqual(
        Object.keys(fallbacks).filter((folder) => folder !== 'other' && !folders.has(folder)),
        [],
      );
    });
  }
});

describe('The test of problem codes catches', () => {
  const rows: [name: string, text: string, codes: string[]][] = [
    ['a code that is asked for', "if (isProblem(error, 'saml.expired', 'saml.gone')) return;", ['saml.expired', 'saml.gone']],
    ['a code that is compared', "if (problem.code === 'sign_in.gone') return;", ['sign_in.gone']],
    ['a code that is compared from the left', "if ('sign_in.gone' === problem.code) return;", ['sign_in.gone']],
    ['a code in a set', "const MENDABLE = new Set(['sign_in.gone', 'sign_in.over']);", ['sign_in.gone', 'sign_in.over']],
    ['a code in a list', "const MENDABLE = ['sign_in.gone'];", ['sign_in.gone']],
    ['a code that is written', "await log.write({ outcome: 'refused', code: 'http.gone' });", ['http.gone']],
    ['a code that is chosen', "const code = known ? error.code : 'http.gone';", ['http.gone']],
    ['no step of a trace', "trace.check({ step: 'saml.audience', holds });\ntrace.note('admission.claims', {});", []],
    ['no column of a table', ".where('connections.id', '=', id)", []],
  ];
  for (const [name, text, found] of rows) {
    it(name, () =>
      assert.deepEqual(
        findNamedCodes(plant(text)).map(({ code }) => code),
        found,
      ),
    );
  }

  it('no column of a query', () => {
    assert.deepEqual(findNamedCodes(plant("db.selectFrom('x').select(['a.id', 'tenants.status'])")), []);
  });
  for (const text of [
    "throw new Problem({ code: 'saml.gone', status: 400, title: 'Gone' });",
    'trace.check({ holds, otherwise: { code } });',
  ]) {
    it(`a refusal made in passing: ${text}`, () => assert.equal(findMadeInPassing(plant(text)).length, 1));
  }
  it('a refusal that nobody uses', () => {
    const [problem] = declared;
    assert.ok(problem);
    assert.equal(
      isUsedBy({ ...problem, name: 'gone' }, plant('throw new Problem(problems.here);', dirname(problem.path))),
      false,
    );
    assert.equal(isUsedBy({ ...problem, name: 'gone' }, plant('throw new Problem(problems.gone);', dirname(problem.path))), true);
    assert.equal(isUsedBy({ ...problem, name: 'gone' }, plant('throw new Problem(problems.gone);', 'src/elsewhere')), false);
  });
});

interface NamedCode {
  code: string;
  place: string;
}

/** Where a string is a problem code, and not the step of a trace or a column: asked for, compared, listed, written as `code`. */
const BEFORE_A_CODE = /(?:\bisProblem\([^()]*|\bcode\s*[!=]==\s*|\bcode\s*:\s*|\[(?:\s*'[^']*'\s*,)*\s*)$/;
const AFTER_A_CODE = /^\s*[!=]==\s*[\w.]*\bcode\b/;

function findNamedCodes({ path, source }: Module): NamedCode[] {
  return (
    source.strings
      .filter(({ text }) => /^[a-z_]+\.[a-z0-9_]+$/.test(text) && folders.has(folderOfCode(text)))
      // Columns look like codes: `tenants.status`.
      .filter(({ start }) => !/\.select\(\[[^\]]*$/.test(source.code.slice(0, start)))
      .filter(
        ({ start, end }) => BEFORE_A_CODE.test(source.code.slice(0, start)) || AFTER_A_CODE.test(source.code.slice(end + 1)),
      )
      .map(({ text, start }) => ({ code: text, place: `${path}:${lineAt(source.code, start)}` }))
  );
}

function findMadeInPassing({ path, source }: Module): string[] {
  return [...source.code.matchAll(/\bnew Problem\(\s*\{|\botherwise:\s*\{\s*code\b/g)].map(
    ({ index }) => `${path}:${lineAt(source.code, index)}`,
  );
}

function isUsedBy({ path, name }: { path: string; name: string }, module: Module): boolean {
  const home = `${dirname(path)}/`;
  const isNear = module.path.startsWith(home) || module.imports.some(({ target }) => target?.startsWith(home));
  return isNear && new RegExp(`\\b\\w*[pP]roblems\\.${name}\\b`).test(module.source.code);
}

function plant(text: string, folder = 'src/planted'): Module {
  return { path: `${folder}/planted.ts`, text, source: readSource(text), imports: [], folder: 'planted', role: 'plain' };
}

function readProduct(): Module[] {
  const paths = globSync('src/**/*.ts', { cwd: ROOT }).filter((path) => !/(?:\.test|\/problems)\.ts$/.test(path));
  return readModules(new Map(paths.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')])), ALIASES);
}
