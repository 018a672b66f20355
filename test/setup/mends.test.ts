import { addUsualPrograms, createFakeMachine, type FakeMachine, go } from './fake-machine';

const RUN = 'scripts/run.mjs';
const MENDS = 'scripts/toolchain/act/mends.json';
/** Shows the file that is compiled, as Go would read it: by the module file it is given. */
const SHOW_SOURCE = `if [ "$1" = mod ]; then echo "{ \\"Dir\\": \\"$HOME/source\\" }"; exit 0; fi
for argument in "$@"; do
  file=\${argument#-modfile=}
  if [ "$file" != "$argument" ]; then /bin/cp "$file" "$HOME/mod"; /bin/cp "\${file%/*}/source/run.go" "$HOME/compiled"; fi
done`;

let machine: FakeMachine;
beforeEach(async () => {
  machine = createFakeMachine();
  addUsualPrograms(machine);
  expect((await machine.run('scripts/setup.mjs')).code).toBe(0);
  machine.write('node_modules/ts-node/register/index.js', '');
  machine.write('scripts/workflows.ts', `console.log('workflows ran')`);
  machine.write('../source/run.go', 'func run() { stop() }\n');
  machine.addProgram('go', go('2.2.0', SHOW_SOURCE));
  mend('stop()', 'goOn()');
});
afterEach(() => machine.remove());

function mend(from: string, to: string): void {
  machine.write(MENDS, JSON.stringify({ module: 'example.com/act', mends: [{ file: 'run.go', from, to, reason: 'for this test' }] }));
}

test('a program is built from a mended copy of its source, and what was downloaded stays as it was', async () => {
  expect((await machine.run(RUN, 'workflows')).code).toBe(0);
  expect(machine.read('../compiled')).toBe('func run() { goOn() }\n');
  expect(machine.read('../source/run.go')).toBe('func run() { stop() }\n');
  expect(machine.read('../mod')).toMatch(/^replace example\.com\/act => .*\/source$/m);
  expect(machine.toolchain()['act']?.source).toMatch(/^Go module, mended [0-9a-f]{12}$/);
});

test('it is built again when a mend changes, and not before', async () => {
  await machine.run(RUN, 'workflows');
  expect(await machine.run(RUN, 'workflows')).toEqual({ code: 0, output: 'workflows ran\n' });
  mend('stop()', 'waitForIt()');
  await machine.run(RUN, 'workflows');
  expect(machine.read('../compiled')).toBe('func run() { waitForIt() }\n');
});

test('one of PATH, which nobody has mended, is not taken', async () => {
  machine.addProgram('act', 'echo act version 0.2.89');
  await machine.run(RUN, 'workflows');
  expect(machine.toolchain()['act']?.path).toBe('.tools/bin/act');
});

test('source without the lines that a mend would change is not built: it is of another version', async () => {
  mend('halt()', 'goOn()');
  const { code, output } = await machine.run(RUN, 'workflows');
  expect(code).toBe(64);
  expect(output).toContain('run.go of act does not have the lines that mends.json would change');
  expect(output).not.toContain('workflows ran');
});
