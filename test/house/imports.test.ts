import { existsSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { forbiddenImports, targetOf } from './import-rules';
import { filesBelow, importsOf, parse, ROOT, textOf } from './source-files';

const isSource = (path: string): boolean => path.endsWith('.ts');
const sources = filesBelow('src', isSource);

test('every import in src goes in the direction of the house', () => {
  expect(sources.length).toBeGreaterThan(50);
  expect(sources.flatMap((path) => forbiddenImports(path, textOf(path)))).toEqual([]);
});

test.each([
  [
    'a gate that reads a file',
    'src/gates/judges/limit.ts',
    `import { readFileSync } from 'node:fs';`,
    'gates is pure and may not import node:fs',
  ],
  ['a gate that knows an adapter', 'src/gates/verdict.ts', `import { x } from '../evidence/k6/tally';`, 'gates may not import evidence'],
  ['a gate that knows it by type only', 'src/gates/verdict.ts', `import type { X } from '../ledger/entry';`, 'gates may not import ledger'],
  ['a report that writes', 'src/report/html.ts', `export * from 'node:fs/promises';`, 'report is pure and may not import node:fs/promises'],
  ['a twin that knows the gates', 'src/twin/lambda/function.ts', `const g = require('../../gates/reasons');`, 'twin may not import gates'],
  ['a twin that knows the API', 'src/twin/twin.ts', `await import('../api/handler');`, 'twin may not import api'],
  ['an API that knows the pipeline', 'src/api/handler.ts', `type P = import('../pipeline/build').P;`, 'api may not import pipeline'],
  ['an adapter that knows its user', 'src/targets/twin.ts', `import { e } from '../pipeline/errors';`, 'targets may not import pipeline'],
  ['anyone who knows the command line', 'src/pipeline/run.ts', `import { c } from '../cli/context';`, 'pipeline may not import cli'],
  ['GitHub from anywhere', 'src/pipeline/run.ts', `import { Octokit } from '@octokit/rest';`, 'only github may import @octokit/rest'],
  ['code from the tests', 'src/pipeline/run.ts', `import { f } from '../../test/fakes';`, 'outside of src'],
  ['a room that was never planned', 'src/helpers/text.ts', '', 'helpers is no room of the house'],
])('%s is caught', (_, path, text, problem) => {
  expect(forbiddenImports(path, text)).toEqual([expect.stringContaining(problem)]);
});

test.each([
  ['src/cli/commands/pipeline.ts', `import { run } from '../../pipeline/run';`],
  ['src/targets/twin.ts', `import { startTwin } from '../twin/twin';`],
  ['src/api/handler.ts', `import { x } from '../cache/client'; import { CACHE_ENV } from '../contract';`],
  ['src/gates/policy/parse.ts', `import { z } from 'zod'; import { r } from '../reasons';`],
])('an import in the right direction passes: %s', (path, text) => {
  expect(forbiddenImports(path, text)).toEqual([]);
});

test('no files of src import each other in a circle', () => {
  const graph = new Map(sources.map((path) => [path, valueImports(path)]));
  expect(circlesIn(graph)).toEqual([]);
  expect(
    circlesIn(
      new Map([
        ['a', ['b']],
        ['b', ['c']],
        ['c', ['a']],
      ]),
    ),
  ).toEqual([['a', 'b', 'c', 'a']]);
});

test('every package that our code imports is declared', () => {
  const { dependencies, devDependencies } = JSON.parse(textOf('package.json'));
  const declared = new Set([...Object.keys(dependencies), ...Object.keys(devDependencies), '@jest/globals']);
  const files = ['src', 'test', 'scripts'].flatMap((folder) => filesBelow(folder, isSource));
  const undeclared = files.flatMap((path) =>
    packagesOf(path)
      .filter((name) => !declared.has(name) && !declared.has(`@types/${name}`))
      .map((name) => `${path}: ${name}`),
  );
  expect(undeclared).toEqual([]);
});

function valueImports(path: string): readonly string[] {
  return importsOf(parse(path, textOf(path)))
    .filter(({ specifier, typeOnly }) => specifier.startsWith('.') && !typeOnly)
    .map(({ specifier }) => targetOf(path, specifier))
    .map((target) => (existsSync(join(ROOT, `${target}.ts`)) ? `${target}.ts` : `${target}/index.ts`));
}

function packagesOf(path: string): readonly string[] {
  return importsOf(parse(path, textOf(path)))
    .map(({ specifier }) => specifier)
    .filter((specifier) => !/^(\.|node:|k6(\/|$))/.test(specifier) && !builtinModules.includes(specifier))
    .map((specifier) =>
      specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/'),
    );
}

function circlesIn(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const done = new Set<string>();
  const circles: string[][] = [];
  const visit = (node: string, trail: readonly string[]): void => {
    const seenAt = trail.indexOf(node);
    if (seenAt >= 0) circles.push([...trail.slice(seenAt), node]);
    if (seenAt >= 0 || done.has(node)) return;
    for (const next of graph.get(node) ?? []) visit(next, [...trail, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return circles;
}
