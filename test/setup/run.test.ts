import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { addUsualPrograms, createFakeMachine, type FakeMachine, type Running } from './fake-machine';

const RUN = 'scripts/run.mjs';
/** Stands for the command line: says what it was given and which signals reached it. */
const PROGRAM = `
const { appendFileSync } = require('node:fs');
const say = (text) => appendFileSync('said.log', text + '\\n');
let signals = 0;
process.on('SIGINT', () => { signals += 1; say('SIGINT ' + signals); setTimeout(() => process.exit(Number(process.env.CODE ?? 130)), 700); });
process.on('SIGTERM', () => { say('SIGTERM'); process.exit(143); });
say('ready ' + process.pid + ' ' + JSON.stringify(process.argv.slice(2)));
if (process.argv[2] === 'exit') process.exit(Number(process.argv[3]));
setTimeout(() => {}, 20_000);
`;

let machine: FakeMachine;
beforeEach(async () => {
  machine = createFakeMachine();
  addUsualPrograms(machine);
  expect((await machine.run('scripts/setup.mjs')).code).toBe(0);
  machine.write('node_modules/ts-node/register/index.js', '');
  machine.write('src/cli/main.ts', PROGRAM);
});
afterEach(() => machine.remove());

describe('a program', () => {
  test.each([0, 1, 2, 64, 70])('that ends with %i makes that the exit code', async (code) => {
    expect((await machine.run(RUN, 'tidegate', 'exit', String(code))).code).toBe(code);
  });

  test('gets the arguments as they were given', async () => {
    await machine.run(RUN, 'tidegate', 'exit', '0', '--release', 'a b.ts', '--json', '');
    expect(machine.read('said.log')).toContain('["exit","0","--release","a b.ts","--json",""]');
  });

  test('is not run when the set-up failed', async () => {
    machine.write('package-lock.json', '{"packages":{"node_modules/absent":{"version":"1.0.0"}}}');
    machine.addProgram('npm', 'exit 1');
    const { code } = await machine.run(RUN, 'tidegate', 'exit', '0');
    expect({ code, said: machine.read('said.log') }).toEqual({ code: 64, said: '' });
  });

  test('of an unknown name is a usage error that lists the names', async () => {
    const { code, output } = await machine.run(RUN, 'jset');
    expect(code).toBe(64);
    expect(output).toMatch(/expected one of tidegate, [a-z0-9, -]+, jest, check, format, got jset/);
  });
});

describe('Ctrl-C', () => {
  test('reaches the program once, though a terminal and npm both pass it on, and its exit code counts', async () => {
    const running = await startReady();
    running.kill('SIGINT');
    await delay(40);
    running.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    expect(machine.read('said.log').match(/SIGINT/g)).toHaveLength(1);
  });

  test('pressed again is passed on again', async () => {
    const running = await startReady();
    running.kill('SIGINT');
    await delay(400);
    running.kill('SIGINT');
    await running.ended;
    expect(machine.read('said.log').match(/SIGINT \d/g)).toEqual(['SIGINT 1', 'SIGINT 2']);
  });

  test('gives 130 also when the program is ended by the signal itself', async () => {
    machine.write('src/cli/main.ts', `require('node:fs').writeFileSync('said.log', 'ready ' + process.pid); setTimeout(() => {}, 20_000);`);
    const running = await startReady();
    running.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
  });

  test('sent to the whole group reaches the program once', async () => {
    const running = await startReady({ detached: true });
    process.kill(-running.pid, 'SIGINT');
    expect((await running.ended).code).toBe(130);
    expect(machine.read('said.log').match(/SIGINT/g)).toHaveLength(1);
  });
});

test('a runner that is killed outright takes its program with it, where the system can tie them', async () => {
  const setpriv = '/usr/bin/setpriv';
  const canTie = existsSync(setpriv);
  if (canTie) machine.addProgram('setpriv', `exec ${setpriv} "$@"`);
  const running = await startReady();
  running.kill('SIGKILL');
  // Its output ends only when the program has ended too.
  if (!canTie) process.kill(Number(/ready (\d+)/.exec(machine.read('said.log'))?.[1]), 'SIGTERM');
  await running.ended;
  expect(machine.read('said.log')).toContain('SIGTERM');
});

test('check runs both checks though the first fails, says which, and fails', async () => {
  machine.write('node_modules/typescript/bin/tsc', `console.log('tsc ran'); process.exit(2)`);
  machine.write('node_modules/@biomejs/biome/bin/biome', `console.log('biome ran')`);
  const { code, output } = await machine.run(RUN, 'check');
  expect(code).toBe(2);
  expect(output).toContain('tsc ran');
  expect(output).toContain('biome ran');
  expect(output).toContain('types: failed (exit 2)');
  expect(output).toContain('lint and format: ok');
});

test('the scripts of package.json lead here', () => {
  const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(readFileSync('package.json', 'utf8')));
  expect(scripts).toEqual({
    setup: 'node scripts/setup.mjs',
    pipeline: 'node scripts/run.mjs tidegate pipeline',
    tidegate: 'node scripts/run.mjs tidegate',
    synth: 'node scripts/run.mjs synth',
    'known-bad': 'node scripts/run.mjs known-bad',
    conformance: 'node scripts/run.mjs conformance',
    test: 'node scripts/run.mjs jest',
    check: 'node scripts/run.mjs check',
    format: 'node scripts/run.mjs format',
  });
});

async function startReady(options: { readonly detached?: boolean } = {}): Promise<Running> {
  const running = machine.start(RUN, ['tidegate', 'stay'], options);
  while (!machine.read('said.log').includes('ready')) await delay(20);
  return running;
}
