import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { addUsualPrograms, createFakeMachine, type FakeMachine, go, versioned } from './fake-machine';

const RUN = 'scripts/run.mjs';
const ROOT = resolve(__dirname, '..', '..');
const LINTED = "console.log('types are fine')";

let machine: FakeMachine;
beforeEach(async () => {
  machine = createFakeMachine();
  addUsualPrograms(machine);
  expect((await machine.run('scripts/setup.mjs')).code).toBe(0);
  machine.write('node_modules/typescript/bin/tsc', LINTED);
  machine.write('node_modules/@biomejs/biome/bin/biome', LINTED);
  machine.write('node_modules/jest/bin/jest.js', "console.log('jest ran')");
  machine.forgetCalls();
});
afterEach(() => machine.remove());

test('are built from their pinned modules for the commands that use them, once', async () => {
  const first = await machine.run(RUN, 'check');
  expect(first.output).toMatch(/^ {2}actionlint {5}1\.7\.12 from Go module \(\d+\.\d s\)$/m);
  expect(machine.calls().filter((call) => call.startsWith('go build'))).toEqual([
    expect.stringMatching(/-mod=readonly .* -o \S+actionlint github\.com\/rhysd\/actionlint\/cmd\/actionlint$/),
  ]);
  machine.forgetCalls();
  expect((await machine.run(RUN, 'check')).output).not.toContain('Setting up');
  expect(machine.calls()).toEqual([]);
});

test('stay on record when another command puts another one in place', async () => {
  await machine.run(RUN, 'check');
  await machine.run(RUN, 'jest');
  expect(machine.toolchain()).toMatchObject({ actionlint: { version: '1.7.12' }, act: { version: '0.2.89' }, k6: { version: '2.2.0' } });
  machine.forgetCalls();
  await machine.run(RUN, 'check');
  expect(machine.calls().filter((call) => call.startsWith('go'))).toEqual([]);
});

test('are not asked for by what delivers', async () => {
  machine.removeProgram('go');
  for (const name of ['tidegate', 'known-bad', 'synth']) expect((await machine.run(RUN, name)).output).not.toContain('Setting up');
});

test('that cannot be had are told in one sentence, and nothing runs', async () => {
  machine.removeProgram('go');
  const { code, output } = await machine.run(RUN, 'check');
  expect(code).toBe(64);
  expect(output.trimEnd().split('\n').at(-1)).toBe(
    'Set-up could not get everything: install Go 1.21.0 or later to build actionlint (or actionlint 1.7.12), then run this again.',
  );
  expect(output).not.toContain('types are fine');
});

test.each([
  ['1.7.12', 'PATH'],
  ['1.7.11', 'Go module'],
])('actionlint %s on PATH: %s serves', async (version, source) => {
  machine.addProgram('actionlint', versioned(version));
  await machine.run(RUN, 'check');
  expect(machine.toolchain()['actionlint']).toMatchObject({ version: '1.7.12', source });
});

test('of another version than the pinned one is refused', async () => {
  machine.addProgram('go', go().replaceAll('version=1.7.12', 'version=1.7.13'));
  expect((await machine.run(RUN, 'check')).output).toContain('Go module: it calls itself 1.7.13, not 1.7.12');
});

test.each(['k6', 'actionlint', 'act'])('the module of %s has the version that is asked for', (name) => {
  const pin = JSON.parse(readFileSync(join(ROOT, 'scripts', 'toolchain', 'tools.json'), 'utf8'))[name];
  const module = readFileSync(join(ROOT, 'scripts', 'toolchain', name, 'go.mod'), 'utf8');
  const path = { k6: 'go.k6.io/k6/v2', actionlint: 'github.com/rhysd/actionlint', act: 'github.com/nektos/act' }[name];
  expect(pin.goPackage.startsWith(path)).toBe(true);
  expect(module).toContain(`${path} v${pin.version}`);
});

describe('set-up for a build', () => {
  test('gets the packages and Node, and no program of a run', async () => {
    const fresh = createFakeMachine();
    try {
      addUsualPrograms(fresh);
      expect((await fresh.run('scripts/setup.mjs', '--packages')).code).toBe(0);
      expect(fresh.tools()).toEqual(['bin', 'bin/node', 'toolchain.json']);
    } finally {
      fresh.remove();
    }
  });
});
