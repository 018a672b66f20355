import { setTimeout as delay } from 'node:timers/promises';
import { addUsualPrograms, createFakeMachine, type FakeMachine, go, npm } from './fake-machine';

const SETUP = 'scripts/setup.mjs';

let machine: FakeMachine;
beforeEach(() => {
  machine = createFakeMachine();
});
afterEach(() => machine.remove());

describe('a set-up that is cut short', () => {
  const hang = (name: string): string => `echo ready >> "$HOME/${name}"; /bin/sleep 20 & wait $!`;

  test.each(['npm', 'go'])('by Ctrl-C during %s ends with 130, leaves nothing half, and the next one completes it', async (name) => {
    addUsualPrograms(machine);
    machine.addProgram(name, name === 'npm' ? npm(hang(name)) : go('2.2.0', hang(name)));
    const running = machine.start(SETUP);
    await called(machine, name === 'npm' ? 'npm ci' : 'go build');
    running.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    expect(machine.tools().filter((file) => /tmp|lock|k6/.test(file))).toEqual([]);

    addUsualPrograms(machine);
    expect((await machine.run(SETUP)).code).toBe(0);
    expect(machine.toolchain()['k6']?.version).toBe('2.2.0');
  });

  test('by SIGKILL blocks nobody: the next one takes over and clears what was left', async () => {
    addUsualPrograms(machine);
    machine.addProgram('go', go('2.2.0', hang('go')));
    const running = machine.start(SETUP);
    await called(machine, 'go build');
    running.kill('SIGKILL');
    await running.ended;
    expect(machine.tools()).toContain('.lock');

    addUsualPrograms(machine);
    expect((await machine.run(SETUP)).code).toBe(0);
    expect(machine.tools()).toEqual(['bin', 'bin/k6', 'bin/node', 'bin/valkey-server', 'toolchain.json']);
  });
});

test('two set-ups at once: one works, the other waits for it and finds all done', async () => {
  addUsualPrograms(machine);
  machine.addProgram('npm', npm('/bin/sleep 1'));
  const [first, second] = await Promise.all([machine.run(SETUP), machine.run(SETUP)]);
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(machine.calls().filter((call) => call.startsWith('npm'))).toHaveLength(1);
  expect(`${first.output}${second.output}`).toMatch(/Another set-up is running \(process \d+\); waiting for it/);
});

async function called(on: FakeMachine, prefix: string): Promise<void> {
  while (!on.calls().some((call) => call.startsWith(prefix))) await delay(20);
}
