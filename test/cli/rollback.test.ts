import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addRollback } from '../../src/cli/commands/rollback';
import { digestOfBytes } from '../../src/ledger/objects';
import { newEntry } from '../../src/pipeline/production';
import { openWorkspace, type Workspace } from '../../src/pipeline/workspace';
import type { Target, Traffic } from '../../src/targets/target';
import { policyText } from '../gates/builders';
import { swap } from '../gates/helpers';
import { fakeTarget } from '../pipeline/fake-target';
import { runCommand } from './command-bench';

const PACKAGES = ['first', 'second'].map((text) => Buffer.from(text));
const [FIRST = '', SECOND = ''] = PACKAGES.map(digestOfBytes);
const CANARY = `sha256:${'c'.repeat(64)}`;
const EXPIRED = swap('{ id: smoke-client-checks,', '{ id: smoke-client-checks, mode: observe, until: 2020-01-01,');
const AT_REST: Traffic = { main: SECOND, whole: true };
const SPLIT: Traffic = { main: SECOND, whole: false };

describe('tidegate rollback', () => {
  let root: string;
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'rollback-'));
    writeFileSync(join(root, 'gates.yaml'), policyText());
    await inState(async ({ ledger, objects }) => {
      for (const bytes of PACKAGES) await objects.put(bytes);
      await ledger.append(newEntry('twin', { digest: FIRST, commit: 'c0' }, { kind: 'installation', reason: 'first' }));
      await ledger.append(newEntry('twin', { digest: SECOND, commit: 'c1' }, { kind: 'promotion', from: FIRST }));
    });
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const inState = async <T>(work: (workspace: Workspace) => Promise<T>): Promise<T> => {
    const workspace = await openWorkspace(root);
    return work(workspace).finally(workspace.close);
  };
  const rollback = (options: readonly string[] = [], traffic: Traffic = AT_REST) => {
    const target: Target = { ...fakeTarget(), traffic: async () => traffic };
    const args = ['rollback', '--reason', 'errors since 01:40', '--who', 'octo-manager', '--policy', 'gates.yaml', ...options];
    return runCommand(root, args, (program, context, done) =>
      addRollback(program, context, done, async () => {
        const workspace = await openWorkspace(root);
        return { target, workspace, twin: null, k6: () => 'k6', close: workspace.close };
      }),
    );
  };

  test('goes to what production served before', async () => {
    const { code, stdout } = await rollback(['--json']);
    expect([code, JSON.parse(stdout)]).toEqual([0, { outcome: 'rolled-back', from: SECOND, canary: null, to: FIRST, digest: FIRST }]);
  });

  test('during a canary says that only the canary is ended, and how to go on', async () => {
    const begun = newEntry('twin', { digest: CANARY, commit: 'c2' }, { kind: 'canary-begun', from: SECOND });
    await inState(({ ledger }) => ledger.append(begun));
    const wanted = `Would stop what is moving production from ${SECOND.slice(7, 19)}, revoke cccccccccccc, and hold promotion.`;
    expect((await rollback(['--dry-run'], SPLIT)).stdout).toContain(wanted);
    const { code, stdout } = await rollback([], SPLIT);
    expect(code).toBe(0);
    expect(stdout).toContain(`Production serves ${SECOND.slice(7, 19)} alone. The canary of cccccccccccc is ended, and revoked.`);
    expect(stdout).toContain('Is that bad, too: tidegate rollback --reason "..." once more.');
    expect(JSON.parse((await rollback(['--json'])).stdout)).toMatchObject({ to: FIRST, from: SECOND });
  });

  test('has nowhere to go when production served nothing else', async () => {
    await rollback();
    expect(await rollback([], { main: FIRST, whole: true })).toMatchObject({
      code: 64,
      message: expect.stringContaining('nothing else before'),
    });
  });

  test.each<[string, (text: string) => string, string]>([
    ['a gate that was to observe until yesterday', EXPIRED, 'was to observe until 2020-01-01'],
    ['a misspelt key', swap('promotion: {', 'promotoin: {'), 'promotoin'],
    ['a key that stands twice', (text) => `${text}\nversion: 1\n`, 'stands twice'],
    ['no YAML in it', () => 'targets: [', 'gates.yaml:'],
    ['the other target wrong', swap('  aws:', '  asw:'), 'asw'],
  ])('and the end of its hold are open although the policy has %s', async (_what, change, warning) => {
    writeFileSync(join(root, 'gates.yaml'), change(policyText()));
    expect(await rollback()).toMatchObject({ code: 0, stderr: expect.stringContaining(warning) });
    expect(await rollback(['--clear-hold'])).toMatchObject({ code: 0 });
    expect(await rollback(['--redeploy'])).toMatchObject({ code: 0 });
  });
});
