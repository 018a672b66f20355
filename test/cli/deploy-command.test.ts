import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { addDeploy } from '../../src/cli/commands/deploy';
import type { Target } from '../../src/targets/target';
import { isAlive, until } from '../evidence/k6/load-run';
import { fakeTarget, OLD } from '../pipeline/fake-target';
import { runCommand } from './command-bench';

const POLICY = resolve(__dirname, '..', '..', '.github', 'gates.yaml');

let root: string;
let closed: boolean;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'deploy-'));
  closed = false;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function deploy(command: string, tier = 'staging', timeout = '5s') {
  writeFileSync(
    join(root, 'gates.yaml'),
    `${readFileSync(POLICY, 'utf8')}\ndeploy: { command: ${JSON.stringify(command)}, timeout: ${timeout} }\n`,
  );
  const target: Target = { ...fakeTarget(), name: 'aws' };
  const options = ['--tier', tier, ...(tier === 'production' ? ['--reason', 'the first'] : [])];
  return runCommand(root, ['deploy', '--policy', 'gates.yaml', '--json', ...options], (program, context, done) =>
    addDeploy(program, context, done, async () => ({
      target,
      workspace: {} as never,
      close: async () => {
        closed = true;
      },
    })),
  );
}

it("runs the project's own command in the project, told which tier and commit, and says what serves then", async () => {
  const { code, stdout } = await deploy('echo "$TIDEGATE_TIER $TIDEGATE_COMMIT" > told.txt');
  expect(code).toBe(0);
  expect(readFileSync(join(root, 'told.txt'), 'utf8')).toBe('staging none\n');
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'deployed', servingDigest: OLD, assemblyDigest: null, commit: 'none' });
  expect(closed).toBe(true);
});

it('is not deployed when the command fails, and says how it ended', async () => {
  expect(await deploy('exit 3')).toMatchObject({ code: 1, message: 'Not deployed: deploy.command ended with exit code 3: exit 3' });
  expect(closed).toBe(true);
});

it('ends a command that takes too long, with what it started', async () => {
  const { code, message } = await deploy('sleep 30 & echo $! > pid; wait', 'staging', '500ms');
  expect({ code, message }).toEqual({ code: 1, message: 'Not deployed: deploy.command did not end within 0.5 s and was stopped.' });
  await until(() => !isAlive(Number(readFileSync(join(root, 'pid'), 'utf8'))));
});

it('is no way into production', async () => {
  const { code, message } = await deploy('touch deployed', 'production');
  expect({ code, message }).toEqual({ code: 64, message: expect.stringContaining('is for staging') });
  expect(existsSync(join(root, 'deployed'))).toBe(false);
});
