import { dirname, posix } from 'node:path';
import { type Import, importsOf, parse } from './source-files';

/** What each room of src may import, besides itself and `contract`. ARCHITECTURE.md draws the same picture. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  aws: [],
  cache: [],
  api: ['cache'],
  gates: [],
  report: ['gates'],
  calibration: ['gates'],
  evidence: ['gates', 'aws'],
  ledger: ['gates', 'aws'],
  github: ['gates'],
  twin: [],
  targets: ['twin', 'gates', 'aws'],
  pipeline: ['targets', 'evidence', 'report', 'github', 'ledger', 'gates', 'aws'],
  cli: ['pipeline', 'calibration', 'targets', 'evidence', 'report', 'github', 'ledger', 'gates', 'twin', 'aws'],
};

/** All that the pure rooms may load: computes from its arguments alone. */
const PURE_MODULES: Readonly<Record<string, readonly RegExp[]>> = {
  gates: [/^zod$/, /^yaml$/, /^fastest-levenshtein$/, /^@stdlib\/stats-/, /^node:crypto$/],
  // Of picocolors only `createColors`, which is told whether to colour; its other exports look at the terminal.
  report: [/^echarts(\/|$)/, /^zod$/, /^picocolors$/],
  calibration: [],
  contract: [],
};

/** Packages that have one room only. */
const HOME_OF_PACKAGE: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^@octokit\//, ['github']],
  [/^commander$/, ['cli']],
  [/^@aws-sdk\//, ['aws', 'evidence', 'targets', 'ledger', 'pipeline', 'cli']],
];

/** @returns a sentence for each import of the file that breaks the direction. */
export function forbiddenImports(path: string, text: string): readonly string[] {
  const room = roomOf(path);
  const allowed = MAY_IMPORT[room];
  if (allowed === undefined) return [`${path}: ${room} is no room of the house`];
  return importsOf(parse(path, text)).flatMap((imported) => {
    const problem = isRelative(imported) ? relativeProblem(path, room, allowed, imported) : packageProblem(room, imported.specifier);
    return problem === null ? [] : [`${path}: ${problem}`];
  });
}

/** The first folder below src, or the file that stands there alone. */
export function roomOf(path: string): string {
  const [, room = ''] = path.split('/');
  return room.replace(/\.ts$/, '');
}

/** The path, without extension, that a relative import means. */
export function targetOf(path: string, specifier: string): string {
  return posix.join(dirname(path), specifier);
}

function relativeProblem(path: string, room: string, allowed: readonly string[], { specifier }: Import): string | null {
  const target = targetOf(path, specifier);
  if (!target.startsWith('src/')) return target === 'package.json' ? null : `imports ${specifier}, outside of src`;
  const targetRoom = roomOf(target);
  if (targetRoom === room || targetRoom === 'contract' || allowed.includes(targetRoom)) return null;
  return `${room} may not import ${targetRoom} (${specifier})`;
}

function packageProblem(room: string, specifier: string): string | null {
  const pure = PURE_MODULES[room];
  if (pure !== undefined && !pure.some((accepted) => accepted.test(specifier))) return `${room} is pure and may not import ${specifier}`;
  const home = HOME_OF_PACKAGE.find(([packages]) => packages.test(specifier))?.[1];
  return home === undefined || home.includes(room) ? null : `only ${home.join(', ')} may import ${specifier}`;
}

function isRelative({ specifier }: Import): boolean {
  return specifier.startsWith('.');
}
