import {
  CLIENTS,
  EDGE,
  EDGE_PACKAGES,
  IMPORTED_BY_FILE,
  IMPURE_NAMES,
  PROTOCOL_REGISTRY,
  PURE_NAMES,
  TOOLS,
  UPSTREAM_FOLDERS_THAT_ARE_NO_PROTOCOL,
  WORLD_PACKAGES,
} from './floors.ts';
import { type Breach, floorOf, folderOf, isPackage, type Module, type ResolvedImport, type Rule, TEST } from './tree.ts';

type ImportRule = (module: Module, one: ResolvedImport) => string | null;

/** What a file may not import, one rule each: an answer says what is wrong. */
const RULES: readonly [Rule, ImportRule][] = [
  ['never-1-plain-file-at-the-edge', checkEdge],
  ['never-2-direction', checkDirection],
  ['never-2-front-door', checkFrontDoor],
  ['never-3-protocol-folder', checkProtocolFolder],
  ['never-4-world', checkWorld],
  ['never-5-clients', checkClients],
  ['no-test-code-in-the-product', checkTestCode],
];

export function checkImports(modules: readonly Module[]): Breach[] {
  return modules.flatMap((module) => module.imports.flatMap((one) => breachesOf(module, one)));
}

function breachesOf(module: Module, one: ResolvedImport): Breach[] {
  return RULES.flatMap(([rule, check]) => {
    const what = check(module, one);
    return what ? [{ rule, path: module.path, line: one.line, what: `${what}: ${one.specifier}` }] : [];
  });
}

/** A tool's own files are at the edge by trade. */
function isPlain(module: Module): boolean {
  return module.role === 'plain' && !(module.folder !== null && module.folder in TOOLS) && !isClient(module.folder);
}

function isClient(folder: string | null): boolean {
  return folder !== null && folder in CLIENTS;
}

function checkEdge(module: Module, { specifier, target }: ResolvedImport): string | null {
  if (!isPlain(module)) return null;
  if (target === null) {
    return EDGE_PACKAGES.some((name) => isPackage(specifier, name)) ? 'a plain file imports what belongs to the edge' : null;
  }
  if (EDGE.test(target)) return 'a plain file imports a file that touches the world';
  const folder = folderOf(target);
  return folder !== null && folder in TOOLS ? `a plain file imports the tool ${folder}/` : null;
}

function checkDirection(module: Module, { target }: ResolvedImport): string | null {
  if (module.role === 'wiring' || module.role === 'test' || module.role === 'outside' || target === null) return null;
  if (!target.startsWith('src/')) return null;
  const to = folderOf(target);
  const from = module.folder;
  if (to === null) return 'only the wiring stands above the folders; nobody imports it';
  if (from === null || from === to) return null;
  if (from in TOOLS) return TOOLS[from]?.includes(to) ? null : `the tool ${from}/ knows ${to}/`;
  if (isClient(from) || isClient(to) || to in TOOLS) return null;
  if (floorOf(to) < floorOf(from)) return null;
  return floorOf(to) === floorOf(from) ? `sideways, ${from}/ to ${to}/` : `upward, ${from}/ to ${to}/`;
}

function checkFrontDoor(module: Module, { target }: ResolvedImport): string | null {
  if (module.role !== 'plain' && module.role !== 'edge') return null;
  const to = target === null ? null : folderOf(target);
  if (to === null || to === module.folder || to in TOOLS || IMPORTED_BY_FILE.includes(to)) return null;
  return target === `src/${to}/index.ts` ? null : `past the front door src/${to}/index.ts`;
}

function checkProtocolFolder(module: Module, { target }: ResolvedImport): string | null {
  const folder = protocolFolderOf(target);
  if (folder === null || module.role === 'outside' || module.role === 'test') return null;
  if (module.path === PROTOCOL_REGISTRY || module.path.startsWith(folder)) return null;
  return `only ${PROTOCOL_REGISTRY} imports ${folder}`;
}

function protocolFolderOf(path: string | null): string | null {
  const name = /^src\/upstream\/([^/]+)\//.exec(path ?? '')?.[1];
  return name === undefined || UPSTREAM_FOLDERS_THAT_ARE_NO_PROTOCOL.includes(name) ? null : `src/upstream/${name}/`;
}

function checkWorld(module: Module, { specifier, names, onlyNames }: ResolvedImport): string | null {
  if (!isPlain(module)) return null;
  const dirty = Object.entries(IMPURE_NAMES).find(([name]) => isPackage(specifier, name))?.[1] ?? [];
  if (names.some((name) => dirty.includes(name))) return 'a plain file reads randomness past World';
  const impure = WORLD_PACKAGES.find((name) => isPackage(specifier, name));
  if (!impure) return null;
  const pure = PURE_NAMES[impure] ?? [];
  return onlyNames && names.every((name) => pure.includes(name)) ? null : 'a plain file reaches the world past World';
}

function checkClients(module: Module, { target }: ResolvedImport): string | null {
  if (target === null || module.role === 'outside') return checkConsole(module, target);
  const from = module.folder;
  const to = folderOf(target);
  if (from !== null && from in CLIENTS) {
    return to === from || (to !== null && CLIENTS[from]?.includes(to))
      ? null
      : `${from}/ imports only ${CLIENTS[from]?.join(', ') || 'itself'}`;
  }
  if (target.startsWith('console/')) return 'the gateway imports the console';
  return isClient(to) ? `the gateway imports ${to}/` : null;
}

function checkConsole({ path }: Module, target: string | null): string | null {
  if (!path.startsWith('console/') || target === null) return null;
  return target.startsWith('console/') || target.startsWith('src/client/') ? null : 'console/ imports only src/client/';
}

function checkTestCode(module: Module, { specifier, target }: ResolvedImport): string | null {
  if (/^(?:sandbox)\//.test(module.path) && target !== null && /^src\/(?:wire|upstream)\//.test(target)) {
    return 'the sandbox must not share the code that it is to try';
  }
  if (module.role === 'outside' || module.role === 'test') return null;
  if (target !== null && /^(?:sandbox|bench|test|tools)\//.test(target)) return 'the product imports what is not the product';
  if (target !== null && TEST.test(target)) return 'the product imports a test';
  return target === null && isPackage(specifier, 'node:test') ? 'the product imports the test runner' : null;
}
