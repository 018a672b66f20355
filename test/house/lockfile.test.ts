import { z } from 'zod';
import { textOf } from './source-files';

const lockfile = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({ version: z.string().optional(), optionalDependencies: z.record(z.string(), z.string()).optional() }),
  ),
});
type Packages = z.infer<typeof lockfile>['packages'];

test('the lockfile names the packages of every platform, or npm ci would refuse it on another one', () => {
  const { packages } = lockfile.parse(JSON.parse(textOf('package-lock.json')));
  expect(unrecorded(packages)).toEqual([]);
});

test('a platform package that is left out would be found', () => {
  const packages: Packages = {
    '': {},
    'node_modules/a': { optionalDependencies: { 'a-linux-x64': '1.0.0', 'a-darwin-x64': '1.0.0' } },
    'node_modules/a-linux-x64': {},
  };
  expect(unrecorded(packages)).toEqual(['node_modules/a: a-darwin-x64']);
});

test('a package nested in its user counts as recorded', () => {
  expect(unrecorded({ 'node_modules/a': { optionalDependencies: { b: '1.0.0' } }, 'node_modules/a/node_modules/b': {} })).toEqual([]);
});

test('every dependency is pinned to one version', () => {
  const manifest = JSON.parse(textOf('package.json'));
  const specs = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) => Object.entries<string>(manifest[kind]));
  expect(specs.filter(([, spec]) => !/^\d+\.\d+\.\d+$/.test(spec))).toEqual([]);
});

function unrecorded(packages: Packages): readonly string[] {
  return Object.entries(packages).flatMap(([at, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !foldersAbove(at).some((folder) => packages[`${folder}node_modules/${name}`] !== undefined))
      .map((name) => `${at}: ${name}`),
  );
}

/** Where Node looks for what `at` needs: in itself, then in each folder that holds it. */
function foldersAbove(at: string): readonly string[] {
  const parts = at.split('/node_modules/');
  return [...parts.map((_, i) => `${parts.slice(0, parts.length - i).join('/node_modules/')}/`), ''];
}
