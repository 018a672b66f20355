import { type Bench, openBench } from '../acceptance/command-line';

let bench: Bench;
beforeAll(() => {
  bench = openBench();
}, 60_000);
afterAll(() => bench.remove());

/** The program has a `--state` too, a directory, which the bench gives before the command. */
test('the state of a run that is published is the word behind the command', async () => {
  const commit = '0123456789abcdef0123456789abcdef01234567';
  const { code, stdout } = await bench.run(
    'publish',
    '--state',
    'testing',
    '--target',
    'twin',
    '--commit',
    commit,
    '--no-comment',
    '--json',
  );
  expect({ code, published: JSON.parse(stdout) }).toMatchObject({
    code: 0,
    published: { content: 'pending', text: expect.stringContaining(`tidegate-state:testing:${commit}`) },
  });
}, 60_000);
