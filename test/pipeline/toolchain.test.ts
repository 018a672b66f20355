import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadToolchain, readVersion, ToolchainError } from '../../src/pipeline/toolchain';

let root: string;
const path = process.env['PATH'];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tidegate-toolchain-'));
  mkdirSync(join(root, '.tools'));
  process.env['PATH'] = join(root, 'bin');
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(root, { recursive: true, force: true });
});

test('reads what the set-up recorded, relative to the tree', () => {
  program('a/node', 'v24.21.0');
  program('a/valkey-server', 'x');
  program('a/k6', 'x');
  record({ node: ['a/node', '24.21.0'], valkeyServer: ['a/valkey-server', '9.1.2'], k6: [join(root, 'a/k6'), '2.2.0'] });
  expect(loadToolchain(root)).toEqual({
    node: { path: join(root, 'a/node'), version: '24.21.0' },
    valkeyServer: { path: join(root, 'a/valkey-server'), version: '9.1.2' },
    k6: { path: join(root, 'a/k6'), version: '2.2.0' },
  });
});

test('takes from PATH what was not recorded or is gone, in a fit version only', () => {
  program('bin/node', 'v24.9.0');
  program('bin/valkey-server', 'Valkey server v=6.9.9 sha=0');
  program('bin/redis-server', 'Redis server v=7.0.15 sha=0');
  program('bin/k6', 'k6 v2.3.0 (go1.26)');
  record({ k6: ['gone/k6', '2.2.0'] });
  expect(loadToolchain(root)).toEqual({
    node: { path: join(root, 'bin/node'), version: '24.9.0' },
    valkeyServer: { path: join(root, 'bin/redis-server'), version: '7.0.15' },
    k6: { path: join(root, 'bin/k6'), version: '2.3.0' },
  });
});

test.each([
  ['node', 'v22.20.0', 'Node 24.9 or later of major 24'],
  ['node', 'v24.8.0', 'Node 24.9 or later of major 24'],
  ['valkey-server', 'Valkey server v=6.2.0 sha=0', 'valkey-server or redis-server 7.0 or later'],
  ['k6', 'k6 v1.7.1 (go1.25)', 'k6 of major 2'],
])('refuses %s when it calls itself %s', (name, output, requirement) => {
  for (const [fit, says] of [
    ['node', 'v24.21.0'],
    ['valkey-server', 'Valkey server v=9.1.2'],
    ['k6', 'k6 v2.2.0'],
  ] as const)
    program(`bin/${fit}`, says);
  program(`bin/${name}`, output);
  expect(() => loadToolchain(root)).toThrow(
    new ToolchainError(`${requirement} is not in place: run \`npm run setup\`, which fetches it or says what to install.`),
  );
});

test('a record that is no JSON or of another shape counts as none', () => {
  writeFileSync(join(root, '.tools', 'toolchain.json'), '{"node": 1');
  expect(() => loadToolchain(root)).toThrow(ToolchainError);
  writeFileSync(join(root, '.tools', 'toolchain.json'), '{"node": {"path": 3}}');
  expect(() => loadToolchain(root)).toThrow(ToolchainError);
});

test('versions are read as each program writes them', () => {
  expect(['v24.21.0', 'Valkey server v=9.1.2 sha=1:0', 'k6 v2.2.0 (go1.26.8, linux/amd64)', 'no version'].map(readVersion)).toEqual([
    '24.21.0',
    '9.1.2',
    '2.2.0',
    null,
  ]);
});

function program(name: string, says: string): void {
  const file = join(root, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `#!/bin/sh\necho '${says}'\n`);
  chmodSync(file, 0o755);
}

function record(tools: Readonly<Record<string, readonly [string, string]>>): void {
  const entries = Object.entries(tools).map(([name, [at, version]]) => [name, { path: at, version, source: 'test' }]);
  writeFileSync(join(root, '.tools', 'toolchain.json'), JSON.stringify(Object.fromEntries(entries)));
}
