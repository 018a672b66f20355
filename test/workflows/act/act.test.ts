import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { act } from '../../../scripts/workflows/act';
import { readActLog } from '../../../scripts/workflows/act-log';
import { actProgram } from '../../../scripts/workflows/act-program';

const ROOT = resolve(__dirname, '..', '..', '..');
const CALLED = `
on: { workflow_call: { outputs: { said: { value: "\${{ jobs.first.outputs.said }}" } } } }
jobs:
  first:
    runs-on: ubuntu-latest
    outputs: { said: "\${{ steps.say.outputs.said }}" }
    steps: [{ id: say, run: 'echo "said=no" >>"$GITHUB_OUTPUT"; echo "### a summary" >>"$GITHUB_STEP_SUMMARY"; exit 3' }]
  last:
    needs: first
    if: always()
    runs-on: ubuntu-latest
    steps: [{ run: "true" }]
  never:
    if: github.event_name == 'schedule'
    runs-on: ubuntu-latest
    outputs: { said: "\${{ steps.say.outputs.said }}" }
    steps: [{ id: say, run: "true" }]
  sees:
    needs: never
    if: always()
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "of the skipped one: [$SAID]"', env: { SAID: "\${{ needs.never.outputs.said }}" } }]
`;
const CALLING = `
name: calling
on: push
jobs:
  call: { uses: ./.github/workflows/called.yml }
  conclude:
    needs: call
    if: always()
    runs-on: ubuntu-latest
    steps:
      - run: 'echo "called: $RESULT, said $SAID"; echo "::error title=Not done::look here"'
        env: { RESULT: "\${{ needs.call.result }}", SAID: "\${{ needs.call.outputs.said }}" }
`;

let directory: string;
beforeAll(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'act-run-')));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function request(workflow: string, limitMs: number) {
  const program = actProgram(ROOT);
  if (program === null) throw new Error('act is not in place: run the tests by `npm test`');
  const [repository, run] = [join(directory, 'repository'), join(directory, 'run')];
  mkdirSync(join(repository, '.github', 'workflows'), { recursive: true });
  mkdirSync(join(run, 'home'), { recursive: true });
  writeFileSync(join(repository, '.github', 'workflows', 'calling.yml'), workflow);
  writeFileSync(join(repository, '.github', 'workflows', 'called.yml'), CALLED);
  writeFileSync(join(run, 'event.json'), '{}');
  return {
    program,
    repository,
    workflow: 'calling.yml',
    event: { name: 'push', path: join(run, 'event.json') },
    actor: 'octo-author',
    directory: run,
    doubles: {},
    environment: { HOME: join(run, 'home'), PATH: process.env['PATH'] ?? '' },
    variables: {},
    forSteps: {},
    token: 'token-of-a-test',
    limitMs,
    signal: new AbortController().signal,
  };
}

describe('act as the set-up mends it', () => {
  it('goes on after a called workflow that failed, as GitHub does, and is red in the end', async () => {
    const { code, stdout } = await act(request(CALLING, 20_000));
    const { jobs, output, summaries, annotations } = readActLog(stdout);
    expect(jobs).toEqual({ 'call/first': 'failure', 'call/last': 'success', 'call/sees': 'success', conclude: 'success' });
    expect(output).toContain('conclude | called: failure, said no');
    expect(output).toContain('call/sees | of the skipped one: []');
    expect(summaries).toEqual(['### a summary\n']);
    expect(annotations).toContainEqual({ level: 'error', job: 'conclude', text: expect.stringContaining('look here') });
    expect(code).toBe(1);
  });
});

/** One that has ended and that nobody has asked how is still listed, without a command line. */
function isRunning(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
}

it('a run that does not end is ended with everything it has started', async () => {
  const endless = CALLING.replace(
    'uses: ./.github/workflows/called.yml',
    'runs-on: ubuntu-latest, steps: [{ run: "setsid sleep 60 & echo $!; wait" }]',
  );
  const started = Date.now();
  const { timedOut, stdout } = await act(request(endless, 1_000));
  const pid = Number(/call \| (\d+)/.exec(readActLog(stdout).output)?.[1]);
  expect(timedOut).toBe(true);
  expect(Date.now() - started).toBeLessThan(15_000);
  expect(pid).toBeGreaterThan(0);
  expect(isRunning(pid)).toBe(false);
});
