import { CLIENTS, FETCH_FOLDER, NETWORK_PACKAGES, PURE_NAMES, TOOLS, XML_FOLDER, XML_PACKAGES } from './floors.ts';
import { closing, lineAt } from './source.ts';
import { type Breach, isPackage, type Module, type Rule } from './tree.ts';

/** Words in a plain file's code that read environment, clock or randomness, or start work that nobody waits for. */
const WORLD_WORDS: readonly [RegExp, string][] = [
  [/(?<![.\w$#])process\s*\./g, 'reads the process'],
  [/(?<![\w$#])Date\s*\.\s*now\b/g, 'reads the clock'],
  [/(?<![\w$#])new\s+Date\s*(?:\(\s*\)|(?![\w$\s(]))/g, 'reads the clock'],
  [/(?<![.\w$#])Date\s*\(\s*\)/g, 'reads the clock'],
  [/(?<![.\w$#])performance\s*\./g, 'reads the clock'],
  [/\.\s*setIssuedAt\s*\(\s*\)/g, 'reads the clock'],
  [/(?<![.\w$#])(?:setTimeout|setInterval|setImmediate)\s*\(/g, 'waits by the clock'],
  [/(?<![\w$#])Math\s*\.\s*random\b/g, 'reads randomness'],
  [/(?<![\w$#])(?:crypto|webcrypto)\s*\.\s*(?:random\w+|getRandomValues|pseudoRandomBytes)\b/g, 'reads randomness'],
  [
    /(?<![\w$#])(?:generateKeyPair|generateKeyPairSync|generateKey|generateKeySync|generateSecret)\s*\(/g,
    "makes a key from the process's randomness",
  ],
  [/(?<![.\w$#])console\s*\./g, 'writes to the console'],
];

/** Ways out that need no import. */
const NETWORK_WORDS: readonly [RegExp, string][] = [
  [/\bglobalThis\s*\.\s*fetch\b/g, 'the global fetch'],
  [/(?<![.\w$#])(?:XMLHttpRequest|WebSocket|EventSource)\b/g, 'a connection of its own'],
  [/\bcreateRemoteJWKSet\b/g, 'jose fetches keys by itself'],
  [/(?<![\w$])https?\s*\.\s*(?:request|get|Agent)\b/g, 'a request of its own'],
];

export function checkContents(modules: readonly Module[]): Breach[] {
  return modules
    .filter(({ role }) => role !== 'outside' && role !== 'test')
    .flatMap((module) => [...checkWorldWords(module), ...checkWayOut(module), ...checkXml(module), ...checkProblems(module)]);
}

function find(module: Module, rule: Rule, words: readonly [RegExp, string][]): Breach[] {
  return words.flatMap(([pattern, what]) =>
    [...module.source.code.matchAll(pattern)].map((match) => at(module, { rule, offset: match.index, what })),
  );
}

function at({ path, source }: Module, found: { rule: Rule; offset: number; what: string }): Breach {
  return { rule: found.rule, path, line: lineAt(source.code, found.offset), what: found.what };
}

function checkWorldWords(module: Module): Breach[] {
  const isTool = module.folder !== null && (module.folder in TOOLS || module.folder in CLIENTS);
  if (module.role !== 'plain' || isTool) return [];
  const words = find(module, 'never-4-world', WORLD_WORDS);
  const verifications = [...module.source.code.matchAll(/\b(?:jwtVerify|jwtDecrypt)\s*\(/g)]
    .filter(
      ({ index, 0: call }) =>
        !/\bcurrentDate\b/.test(module.source.code.slice(index, closing(module.source.code, index + call.length - 1))),
    )
    .map(({ index }) => at(module, { rule: 'never-4-world', offset: index, what: 'jose reads the clock: give it currentDate' }));
  return [...words, ...verifications];
}

function checkWayOut(module: Module): Breach[] {
  // Programs of their own, on somebody's own machine: what guards the gateway's network is not theirs.
  if (module.path.startsWith(FETCH_FOLDER) || (module.folder !== null && module.folder in CLIENTS)) return [];
  const rule = 'one-way-out';
  const imports = module.imports.flatMap(({ specifier, line, names, onlyNames, target }) => {
    const name = target === null ? Object.keys(NETWORK_PACKAGES).find((known) => isPackage(specifier, known)) : undefined;
    if (name === undefined || NETWORK_PACKAGES[name]?.some((folder) => module.path.startsWith(folder))) return [];
    if (onlyNames && names.every((one) => PURE_NAMES[name]?.includes(one))) return [];
    return [{ rule, path: module.path, line, what: `${specifier} can open a connection` } as const];
  });
  const requests = module.imports
    .filter(
      ({ specifier, names }) =>
        isPackage(specifier, 'node:http') && names.some((name) => /^(?:request|get|Agent|globalAgent)$/.test(name)),
    )
    .map(({ line }) => ({ rule, path: module.path, line, what: 'node:http to make a request' }) as const);
  return [...imports, ...requests, ...find(module, rule, NETWORK_WORDS), ...checkBareFetch(module)];
}

/** `fetch` as a value belongs to Node; ours is always said with its owner: `world.fetch`. */
function checkBareFetch(module: Module): Breach[] {
  const { code } = module.source;
  return [...code.matchAll(/(?<![.\w$#])fetch\b(?!\s*\??:)/g)]
    .filter(({ index }) => {
      const next = /^\s*\(/.exec(code.slice(index + 'fetch'.length));
      if (!next) return true;
      const after = code.slice(closing(code, index + 'fetch'.length + next[0].length - 1)).trimStart();
      return !after.startsWith('{');
    })
    .map(({ index }) => at(module, { rule: 'one-way-out', offset: index, what: 'the bare name fetch: say world.fetch' }));
}

function checkXml(module: Module): Breach[] {
  if (module.path.startsWith(XML_FOLDER)) return [];
  const rule = 'one-xml-parser';
  const imports = module.imports
    .filter(({ specifier, target }) => target === null && XML_PACKAGES.some((name) => isPackage(specifier, name)))
    .map(({ specifier, line }) => ({ rule, path: module.path, line, what: `${specifier} reads XML` }) as const);
  // A pattern with a tag in it is a parser in disguise, and a second reading of what was signed.
  const patterns = module.source.regexes
    .filter(({ text }) => /<\\?\/?[A-Za-z[(.\\]/.test(text.replace(/\(\?<(?:[=!]|\w+>)/g, '').replace(/\\k<\w+>/g, '')))
    .map(({ start }) => at(module, { rule, offset: start, what: 'a regular expression that reads tags' }));
  return [...imports, ...patterns, ...find(module, rule, [[/(?<![.\w$])DOMParser\b/g, 'DOMParser reads XML']])];
}

function checkProblems(module: Module): Breach[] {
  if (/(?:^|\/)problems\.ts$/.test(module.path) || module.path === 'src/kernel/problem.ts') return [];
  return find(module, 'problems-in-one-file', [[/\bdefineProblems\s*[(<]/g, 'refusals are declared in problems.ts']]);
}
