import { filesBelow, textOf } from './source-files';

/** Words in pieces, so that this file is not what it looks for. */
const joined = (separator: string, ...pieces: readonly string[]): string => pieces.join(separator);
const literal = (text: string): RegExp => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));

const REGISTRY_HOSTS = [
  joined('.', 'registry', 'npmjs', 'org'),
  joined('.', 'npmjs', 'com'),
  joined('.', 'pypi', 'org'),
  joined('.', 'pythonhosted', 'org'),
  joined('.', 'proxy', 'golang', 'org'),
  joined('.', 'sum', 'golang', 'org'),
  joined('.', 'crates', 'io'),
  joined('.', 'deb', 'debian', 'org'),
  joined('.', 'maven', 'apache', 'org'),
].map(literal);

const MACHINE_PATHS = [
  joined('/', '', 'work', ''),
  joined('/', '', 'root', ''),
  joined('/', '', 'tmp', ''),
  joined('/', '', 'Users', ''),
].map((path) => new RegExp(`(^|[^\\w.*}])${path}\\w`, 'm'));

const HOME_DIRECTORY = new RegExp(`${joined('/', '', 'home', '')}(?!runner\\b)\\w`);
const SILENCERS = [
  joined('-', 'biome', 'ignore'),
  joined('-', '@ts', 'ignore'),
  joined('-', '@ts', 'nocheck'),
  joined('-', 'eslint', 'disable'),
].map(literal);
const SECRETS = [/\bAKIA[0-9A-Z]{16}\b/, /-----BEGIN [A-Z ]*PRIVATE KEY-----/, /\bgh[pousr]_[A-Za-z0-9]{36}\b/];

const isText = (path: string): boolean => !/\.(png|jpg|gif|zip|gz|ico|woff2?)$/.test(path);
const everyFile = filesBelow('.', isText);

test('the tree is looked at as a whole', () => {
  expect(everyFile).toEqual(expect.arrayContaining(['README.md', 'package-lock.json', 'src/contract.ts', '.github/gates.yaml', '.ci/run']));
});

test.each([
  ['a package registry', REGISTRY_HOSTS],
  ['a path of one machine', [...MACHINE_PATHS, HOME_DIRECTORY]],
  ['an order to a tool to look away', SILENCERS],
  ['a secret', SECRETS],
])('no file names %s', (_, patterns) => {
  expect(mentions(everyFile, textOf, patterns)).toEqual([]);
});

test.each([
  ['a registry', REGISTRY_HOSTS, `"resolved": "https://${joined('.', 'registry', 'npmjs', 'org')}/zod"`],
  ['a machine path', MACHINE_PATHS, `see ${joined('/', '', 'work', 'notes')}`],
  ['a temporary path', MACHINE_PATHS, `'${joined('/', '', 'tmp', 'x')}'`],
  ['a home directory', [HOME_DIRECTORY], joined('/', '', 'home', 'someone')],
  ['a silencer', SILENCERS, `// ${joined('-', '@ts', 'ignore')}`],
  ['an access key', SECRETS, `AKIA${'A1'.repeat(8)}`],
])('%s would be found', (_, patterns, text) => {
  expect(mentions(['a'], () => text, patterns)).toHaveLength(1);
});

test.each(['https://example.com/tmp/x', 'node_modules/work/x', './tmp/x', '/var/task', '$' + '{base}/work/x'])(
  '%s is no path of a machine',
  (text) => {
    expect(mentions(['a'], () => text, MACHINE_PATHS)).toEqual([]);
  },
);

function mentions(paths: readonly string[], read: (path: string) => string, patterns: readonly RegExp[]): readonly string[] {
  return paths.flatMap((path) => {
    const text = read(path);
    return patterns.flatMap((pattern) => {
      const found = pattern.exec(text);
      return found === null ? [] : [`${path}: ${found[0].trim()}`];
    });
  });
}
