import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addGate } from '../../src/cli/commands/gate';
import { ROOT } from '../house/source-files';
import { type Ran, runCommand } from './command-bench';

const POLICY = join('.github', 'gates.yaml');
let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'tidegate-gate-hotfix-'));
  mkdirSync(join(project, '.github'));
  cpSync(join(ROOT, POLICY), join(project, POLICY));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

const gate = (...args: readonly string[]): Promise<Ran> => runCommand(project, ['gate', ...args], addGate);

/** A stage that the lane's profile leaves out: the profile is chosen, and nothing starts. */
test('--hotfix takes the profile that the policy names, on both targets', async () => {
  for (const target of ['twin', 'aws'])
    expect(await gate('--hotfix', '--target', target, '--stage', 'spike')).toMatchObject({
      code: 64,
      message: expect.stringContaining('stage spike has no load for profile incident'),
    });
});

test('a policy that opens no hotfix lane refuses it', async () => {
  const policy = readFileSync(join(project, POLICY), 'utf8');
  const closed = policy.replace(', hotfix: { profile: incident }', '');
  expect(closed).not.toBe(policy);
  writeFileSync(join(project, POLICY), closed);
  expect(await gate('--hotfix')).toMatchObject({ code: 64, message: expect.stringContaining('opens no hotfix lane') });
});

test('whoever names a profile besides is told that there can be one', async () => {
  expect(await gate('--hotfix', '--profile', 'quick')).toMatchObject({ code: 64, message: expect.stringContaining('leave --profile out') });
});
