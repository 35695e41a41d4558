import { EDGE, FLOORS, WIRING } from './floors.ts';
import { type Import, readImports, readSource, type Source } from './source.ts';

/** Tests, and what several of them set up. */
export const TEST = /\.(?:test|fixture)\.ts$/;

/** Path from the project's root, with `/`, to the file's text. */
export type VirtualFiles = ReadonlyMap<string, string>;

export interface Breach {
  readonly rule: Rule;
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

export type Rule =
  | 'never-1-plain-file-at-the-edge'
  | 'never-2-direction'
  | 'never-2-front-door'
  | 'never-3-protocol-folder'
  | 'never-4-world'
  | 'never-5-clients'
  | 'one-xml-parser'
  | 'one-way-out'
  | 'no-test-code-in-the-product'
  | 'file-length'
  | 'front-door-missing'
  | 'problems-in-one-file'
  | 'unknown-folder';

/** One TypeScript file of the product, taken apart. */
export interface Module {
  readonly path: string;
  readonly text: string;
  readonly source: Source;
  readonly imports: readonly ResolvedImport[];
  /** `kernel`, `upstream`, …: first folder under `src/`; null for the wiring and for what is outside `src/`. */
  readonly folder: string | null;
  readonly role: 'plain' | 'edge' | 'wiring' | 'test' | 'outside';
}

export interface ResolvedImport extends Import {
  /** Path inside the project, or null for a package or a module of Node. */
  readonly target: string | null;
}

/** @param aliases `imports` of package.json: `#kernel/*` to `./src/kernel/*` */
export function readModules(files: VirtualFiles, aliases: Readonly<Record<string, string>>): Module[] {
  return (
    [...files]
      // Declarations are generated: nobody reads them line by line.
      .filter(([path]) => /\.(?:ts|tsx|mts|mjs|js)$/.test(path) && !path.endsWith('.d.ts'))
      .map(([path, text]) => {
        const source = readSource(text);
        const imports = readImports(source).map((one) => ({ ...one, target: resolve(path, one.specifier, aliases) }));
        return { path, text, source, imports, folder: folderOf(path), role: roleOf(path) };
      })
  );
}

function roleOf(path: string): Module['role'] {
  if (!path.startsWith('src/')) return 'outside';
  if (TEST.test(path)) return 'test';
  if (WIRING.includes(path)) return 'wiring';
  return EDGE.test(path) ? 'edge' : 'plain';
}

/** First folder under `src/`, or null. */
export function folderOf(path: string): string | null {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? null;
}

/** Number of the floor, from 0, or -1 for a folder that stands on none. */
export function floorOf(folder: string): number {
  return FLOORS.findIndex((floor) => floor.includes(folder));
}

/** Whether a bare specifier is that package: `fastify`, `@fastify/*`, `pg` and what lies inside it. */
export function isPackage(specifier: string, name: string): boolean {
  if (name.endsWith('*')) return specifier.startsWith(name.slice(0, -1));
  const plain = (text: string): string => text.replace(/^node:/, '');
  return plain(specifier) === plain(name) || (!name.startsWith('node:') && specifier.startsWith(`${name}/`));
}

function resolve(from: string, specifier: string, aliases: Readonly<Record<string, string>>): string | null {
  if (specifier.startsWith('.')) return normalize(`${from.slice(0, from.lastIndexOf('/') + 1)}${specifier}`);
  if (!specifier.startsWith('#')) return null;
  for (const [alias, place] of Object.entries(aliases)) {
    const prefix = alias.replace(/\*$/, '');
    if (specifier.startsWith(prefix)) return normalize(place.replace('*', specifier.slice(prefix.length)));
  }
  return normalize(`src/${specifier.slice(1)}`);
}

function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
