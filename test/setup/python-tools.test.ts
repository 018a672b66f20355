import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { addUsualPrograms, createFakeMachine, type FakeMachine, python, type Running, WHEEL } from './fake-machine';

const RUN = 'scripts/run.mjs';
const LOCK = 'scripts/toolchain/python-requirements.txt';
const MARKER = '.tools/python/.tidegate-setup.json';
const HANG = 'echo ready >> "$HOME/ready"; /bin/sleep 20 & wait $!';

let machine: FakeMachine;
beforeEach(async () => {
  machine = createFakeMachine();
  addUsualPrograms(machine);
  expect((await machine.run('scripts/setup.mjs')).code).toBe(0);
  machine.write('node_modules/jest/bin/jest.js', `console.log('jest ran')`);
  machine.forgetCalls();
});
afterEach(() => machine.remove());

test('are installed for the tests, once, hashes required', async () => {
  const first = await machine.run(RUN, 'jest');
  expect(first.code).toBe(0);
  expect(first.output).toMatch(/^ {2}Python tools {3}moto [\d.]+, cfn-lint [\d.]+, zizmor [\d.]+ on Python 3\.12\.3 \(\d+\.\d s\)$/m);
  expect(machine.calls().at(-1)).toMatch(/pip install --require-hashes --only-binary=:all: .*python-requirements\.txt$/);
  machine.forgetCalls();
  expect(await machine.run(RUN, 'jest')).toEqual({ code: 0, output: 'jest ran\n' });
  expect(machine.calls()).toEqual([]);
});

test('are not asked for by what works without them', async () => {
  machine.removeProgram('python3');
  for (const name of ['tidegate', 'format', 'known-bad', 'client-cost', 'synth', 'segments']) {
    expect((await machine.run(RUN, name)).output).not.toContain('Setting up');
  }
  expect(machine.tools()).not.toContain('python');
});

test.each<[string, () => void]>([
  ['the lock changed', () => machine.write(LOCK, `${machine.read(LOCK)}\n`)],
  ['a program is gone', () => rmSync(join(machine.root, '.tools/python/bin/cfn-lint'))],
  ['its Python is gone', () => rmSync(join(machine.root, '.tools/python/bin/python'))],
  ['the tree was moved', () => machine.write(MARKER, machine.read(MARKER).replaceAll(machine.root, '/elsewhere'))],
  ['the marker is half', () => machine.write(MARKER, machine.read(MARKER).slice(0, 20))],
])('are made anew when %s', async (_, change) => {
  await machine.run(RUN, 'jest');
  machine.forgetCalls();
  change();
  expect((await machine.run(RUN, 'jest')).code).toBe(0);
  expect(machine.calls().filter((call) => /venv .*python$|pip install/.test(call))).toHaveLength(2);
});

describe('that cannot be had are told in one sentence, and no test runs', () => {
  test.each<[string, () => void, string]>([
    ['without Python', () => machine.removeProgram('python3'), 'none on PATH'],
    ['with one that is too old', () => machine.addProgram('python3', python(WHEEL, { version: '3.9.18' })), 'python3 is 3.9.18'],
    ['with one that lacks venv', () => machine.addProgram('python3', 'exit 1'), 'python3 has no venv or no pip'],
  ])('%s', async (_, change, why) => {
    change();
    const { code, output } = await machine.run(RUN, 'jest');
    expect(code).toBe(64);
    expect(output).toContain(why);
    expect(output.trimEnd().split('\n').at(-1)).toBe(
      'Set-up could not get everything: install Python 3.11.0 or later with venv and pip, then run this again.',
    );
    expect(output).not.toContain('jest ran');
  });

  test('with a pip that fails, of which nothing stays', async () => {
    const refusal = 'echo "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES"; echo "more" ; exit 1';
    machine.addProgram('python3', python(WHEEL, { beforeInstall: refusal }));
    const { code, output } = await machine.run(RUN, 'jest');
    expect(code).toBe(64);
    expect(output).toContain('pip install: exit 1, THESE PACKAGES DO NOT MATCH THE HASHES');
    expect(machine.tools()).not.toContain('python');
  });
});

describe('whose installation is cut short', () => {
  beforeEach(() => machine.addProgram('python3', python(WHEEL, { beforeInstall: HANG })));

  test('by Ctrl-C leave nothing', async () => {
    const running = await startInstalling();
    running.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    expect(machine.tools()).not.toContain('python');
  });

  test('by SIGKILL are never taken for whole', async () => {
    const running = await startInstalling();
    running.kill('SIGKILL');
    await running.ended;
    machine.addProgram('python3', python());
    expect((await machine.run(RUN, 'jest')).code).toBe(0);
    expect(machine.tools()).toContain('python/bin/moto_server');
  });
});

async function startInstalling(): Promise<Running> {
  const running = machine.start(RUN, ['jest']);
  while (!machine.calls().some((call) => call.includes('pip install'))) await delay(20);
  return running;
}
