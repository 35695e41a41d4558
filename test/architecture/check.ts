import { checkContents } from './contents.ts';
import { CLIENTS, FLOORS, IMPORTED_BY_FILE, LONGEST_DOOR, LONGEST_FILE, TOOLS, WIRING } from './floors.ts';
import { checkImports } from './imports.ts';
import { type Breach, type Module, readModules, type VirtualFiles } from './tree.ts';

/**
 * Every breach of the architecture in these files. Pure: it reads nothing but what it is given, so that a test can plant a breach.
 * @param aliases `imports` of package.json
 */
export function checkArchitecture(files: VirtualFiles, aliases: Readonly<Record<string, string>> = {}): Breach[] {
  const modules = readModules(files, aliases);
  return [
    ...checkImports(modules),
    ...checkContents(modules),
    ...checkLengths(modules),
    ...checkDoors(files),
    ...checkFolders(files),
  ];
}

/** One line a breach, in the form that terminals and editors make a link of. */
export function describe({ rule, path, line, what }: Breach): string {
  return `${path}:${line} ${what} (${rule})`;
}

function checkLengths(modules: readonly Module[]): Breach[] {
  return modules
    .filter(({ path }) => !/\.test\.(?:ts|mjs)$/.test(path))
    .map(({ path, text }) => ({ path, lines: countLines(text) }))
    .filter(({ lines }) => lines > LONGEST_FILE)
    .map(({ path, lines }) => ({
      rule: 'file-length',
      path,
      line: LONGEST_FILE + 1,
      what: `${lines} lines, at most ${LONGEST_FILE}`,
    }));
}

function countLines(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

function checkDoors(files: VirtualFiles): Breach[] {
  return foldersOf(files).flatMap((folder): Breach[] => {
    const readme = files.get(`src/${folder}/README.md`);
    const missing = (path: string): Breach => ({ rule: 'front-door-missing', path, line: 1, what: 'is not there' });
    const breaches = readme === undefined ? [missing(`src/${folder}/README.md`)] : [];
    if (!hasNoIndex(folder) && !files.has(`src/${folder}/index.ts`)) breaches.push(missing(`src/${folder}/index.ts`));
    const lines = countLines(readme ?? '');
    if (lines > LONGEST_DOOR) {
      breaches.push({
        rule: 'front-door-missing',
        path: `src/${folder}/README.md`,
        line: lines,
        what: `${lines} lines are no door, at most ${LONGEST_DOOR}`,
      });
    }
    return breaches;
  });
}

function hasNoIndex(folder: string): boolean {
  return IMPORTED_BY_FILE.includes(folder) || folder in TOOLS || folder in CLIENTS;
}

function checkFolders(files: VirtualFiles): Breach[] {
  const known = new Set([...FLOORS.flat(), ...Object.keys(TOOLS), ...Object.keys(CLIENTS)]);
  const folders = foldersOf(files)
    .filter((folder) => !known.has(folder))
    .map((folder): Breach => ({ rule: 'unknown-folder', path: `src/${folder}/`, line: 1, what: 'stands on no floor' }));
  const loose = [...files.keys()]
    .filter((path) => /^src\/[^/]+\.ts$/.test(path) && !WIRING.includes(path) && !path.endsWith('.test.ts'))
    .map(
      (path): Breach => ({
        rule: 'unknown-folder',
        path,
        line: 1,
        what: `only ${WIRING.join(' and ')} stand outside the folders`,
      }),
    );
  return [...folders, ...loose];
}

function foldersOf(files: VirtualFiles): string[] {
  return [
    ...new Set([...files.keys()].map((path) => /^src\/([^/]+)\//.exec(path)?.[1]).filter((folder) => folder !== undefined)),
  ];
}
