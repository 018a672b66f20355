import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadToolchain } from '../../src/pipeline/toolchain';
import { addUsualPrograms, createFakeMachine, type FakeMachine, go, lockfile, npm } from './fake-machine';

const SETUP = 'scripts/setup.mjs';

let machine: FakeMachine;
beforeEach(() => {
  machine = createFakeMachine();
});
afterEach(() => machine.remove());

describe('a fresh machine', () => {
  test('gets all tools, and each step is shown with the time it took', async () => {
    addUsualPrograms(machine);
    const { code, output } = await machine.run(SETUP);
    expect(code).toBe(0);
    for (const step of ['Node packages', 'Node', 'Valkey', 'k6']) {
      expect(output).toMatch(new RegExp(`^ {2}${step} .*\\(\\d+\\.\\d s\\)$`, 'm'));
    }
    expect(machine.tools()).toEqual(['bin', 'bin/k6', 'bin/node', 'bin/valkey-server', 'toolchain.json']);
    expect(loadToolchain(machine.root)).toEqual({
      node: { path: expect.stringMatching(/node_modules\/node-.*\/bin\/node$/), version: '24.21.0' },
      valkeyServer: { path: join(machine.root, '.tools/bin/valkey-server'), version: '9.1.2' },
      k6: { path: join(machine.root, '.tools/bin/k6'), version: '2.2.0' },
    });
  });

  test('with nothing to get tools from is told in one sentence what to install', async () => {
    machine.addProgram('npm', npm());
    const { code, output } = await machine.run(SETUP);
    expect(code).toBe(64);
    const last = output.trimEnd().split('\n').at(-1);
    expect(last).toBe(
      'Set-up could not get everything: install valkey-server or redis-server 7.0.0 or later, ' +
        'and k6 2.2.0 (or Go 1.21.0 or later to build it), then run `npm run setup`.',
    );
  });

  test('keeps what it could get, so that the next set-up does only the rest', async () => {
    addUsualPrograms(machine);
    machine.removeProgram('go');
    expect((await machine.run(SETUP)).code).toBe(64);
    machine.forgetCalls();
    machine.addProgram('go', go());
    expect((await machine.run(SETUP)).code).toBe(0);
    expect(machine.calls().filter((call) => !call.startsWith('go '))).toEqual([]);
  });

  test('whose npm fails says so and does not go on as if it had worked', async () => {
    addUsualPrograms(machine);
    machine.addProgram('npm', 'echo "npm error code E503\nnpm error 503 Service Unavailable" >&2; exit 1');
    const { code, output } = await machine.run(SETUP);
    expect(code).toBe(64);
    expect(output).toContain('npm ci: exit 1. 503 Service Unavailable');
    expect(output).toContain('`npm ci` must succeed');
  });

  test('whose npm passes over the Node of the runtime, an optional package, is not taken for whole', async () => {
    addUsualPrograms(machine);
    machine.addProgram('npm', `${npm()}\necho '{"packages":{"node_modules/left":{"version":"1.0.0"}}}' > node_modules/.package-lock.json`);
    const { code, output } = await machine.run(SETUP);
    expect(code).toBe(64);
    expect(output).toContain('npm ci left packages out');
  });

  test('without a Node of the runtime is told which one', async () => {
    addUsualPrograms(machine);
    machine.pin((pins) => {
      pins.node = { major: 99, minimum: '99.1.0' };
    });
    const { code, output } = await machine.run(SETUP);
    expect(code).toBe(64);
    expect(output).toContain('install Node 99.1.0 or later of major 99');
  });
});

describe('a machine that has all', () => {
  beforeEach(async () => {
    addUsualPrograms(machine);
    await machine.run(SETUP);
    machine.forgetCalls();
  });

  test('is left alone: no word, no program started, within two seconds', async () => {
    const start = performance.now();
    const { code, output } = await machine.run(SETUP);
    expect({ code, output, calls: machine.calls() }).toEqual({ code: 0, output: '', calls: [] });
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  test('installs the packages again when the lockfile changed, and nothing else', async () => {
    machine.write('package-lock.json', lockfile('2.0.0'));
    expect((await machine.run(SETUP)).code).toBe(0);
    expect(machine.calls()).toEqual(['npm ci --ignore-scripts --no-audit --no-fund']);
  });

  test('takes packages that a plain npm install brought in step with the lockfile', async () => {
    machine.write('package-lock.json', lockfile('2.0.0'));
    machine.write('node_modules/.package-lock.json', lockfile('2.0.0'));
    expect(await machine.run(SETUP)).toEqual({ code: 0, output: '' });
    expect(machine.calls()).toEqual([]);
  });

  test('replaces a program that was changed after it was verified', async () => {
    const path = join(machine.root, '.tools/bin/valkey-server');
    const whole = readFileSync(path, 'utf8');
    writeFileSync(path, whole.replace('9.1.2', '6.1.2'));
    expect((await machine.run(SETUP)).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(whole);
  });

  test('replaces a k6 that is no longer the pinned one', async () => {
    machine.pin((pins) => {
      pins.k6.version = '2.3.0';
    });
    machine.addProgram('go', go('2.3.0'));
    expect((await machine.run(SETUP)).code).toBe(0);
    expect(machine.toolchain()['k6']?.version).toBe('2.3.0');
  });
});
