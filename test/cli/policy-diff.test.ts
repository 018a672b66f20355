import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addPolicyDiff } from '../../src/cli/commands/policy-diff';
import { policyText } from '../gates/builders';
import { type Ran, runCommand } from './command-bench';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'policy-diff-'));
  writeFileSync(join(root, 'base.yaml'), policyText());
});
afterEach(() => rmSync(root, { recursive: true }));

function run(head: string, ...args: readonly string[]): Promise<Ran> {
  writeFileSync(join(root, 'head.yaml'), head);
  return runCommand(root, ['policy-diff', '--base', 'base.yaml', '--head', 'head.yaml', ...args], (program, context, done) =>
    addPolicyDiff(program, context, done),
  );
}

const HEAD = policyText()
  .replace('max: 0.1%, warn: 0.05%', 'max: 1%, warn: 0.05%')
  .replace('weight: 50%', 'weight: 10%')
  .replace('maxEvidenceAge: 24h', 'maxEvidenceAge: 12h');

test('what was loosened comes first, and it never fails', async () => {
  const { code, stdout } = await run(HEAD);
  expect(stdout).toBe(
    [
      'loosened   soak api-5xx max          0.1 % -> 1 %',
      'changed    canary weight             50 % -> 10 %',
      'tightened  promotion.maxEvidenceAge  24h -> 12h',
      '',
    ].join('\n'),
  );
  expect(code).toBe(0);
});

test('as JSON', async () => {
  const { stdout } = await run(HEAD, '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: 1,
    ok: true,
    changes: [{ stage: 'soak', gate: 'api-5xx', key: 'max', direction: 'loosened' }, { stage: 'canary' }, { stage: null }],
  });
});

test('the same policy, with another comment', async () => {
  expect(await run(`# edited\n${policyText()}`)).toMatchObject({ code: 0, stdout: 'No gate, load or rule of promotion changes.\n' });
});

test('a head that is not valid is told, not thrown', async () => {
  const { code, stdout } = await run(policyText().replace('judge: capacity', 'judge: capasity'));
  expect(stdout).toMatch(/^The head's policy is not valid:\nhead\.yaml:\d+:\d+: .*did you mean "capacity"\?\n$/);
  expect(code).toBe(0);
});

test('what a pull request writes cannot move the cursor', async () => {
  const { stdout } = await run(policyText().replace('entry: src/api/handler.ts', 'entry: "x\\e[2J\\nloosened  nothing"'));
  expect(stdout).not.toContain('\u001b');
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
});

test('a file that is not there is a usage error', async () => {
  expect(
    await runCommand(root, ['policy-diff', '--base', 'base.yaml', '--head', 'none.yaml'], (program, context, done) =>
      addPolicyDiff(program, context, done),
    ),
  ).toMatchObject({ code: 64, message: 'none.yaml: cannot be read' });
});
