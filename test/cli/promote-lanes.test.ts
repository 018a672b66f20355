import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeCommitOutputs } from '../../src/cli/action-outputs';
import { runStage } from '../../src/pipeline/run-stage';
import { swap } from '../gates/helpers';
import { COMMIT } from '../pipeline/delivery-bench';
import { OLD } from '../pipeline/fake-target';
import { FIX, LEAKING, PRODUCTION, promoteBench } from './promote-bench';

jest.mock('../../src/pipeline/run-stage');
jest.mock('../../src/cli/action-outputs', () => ({
  ...jest.requireActual('../../src/cli/action-outputs'),
  writeCommitOutputs: jest.fn(),
}));
// Drawing is most of the time of a run, and has tests of its own.
jest.mock('../../src/report/html', () => ({ renderHtml: () => '' }));

const bench = promoteBench();
const HOTFIX = swap('hotfix: { profile: incident }', 'hotfix: { profile: quick }, approvers: [octo-author, octo-manager]');
const nobodyApproved = (): void => {
  bench().run().reviews = [];
};

test('it is taken back when the approval was withdrawn while the canary ran', async () => {
  const canary = await jest.mocked(runStage)({} as never);
  jest.mocked(runStage).mockImplementation(async () => {
    bench()
      .run()
      .reviews.push({ state: 'rejected', author: 'octo-manager', comment: 'stop', environments: ['production-approval'] });
    return canary;
  });
  const { code, report } = await bench().promote();
  expect([code, report?.promotion.state, report?.promotion.reason]).toEqual([1, 'rolled-back', expect.stringContaining('octo-manager')]);
  expect(bench().target.serving()).toBe(OLD);
});

test('one that breaks off leaves a report that says so, and fails', async () => {
  jest.mocked(runStage).mockRejectedValue(new Error('the disk is full'));
  expect(await bench().promote()).toMatchObject({ code: 70, message: expect.stringContaining('the disk is full') });
  const report = JSON.parse(readFileSync(join(bench().root, 'tidegate-report', 'gate-report.json'), 'utf8'));
  expect(report.promotion).toMatchObject({ state: 'refused', reason: 'the promotion broke off: the disk is full' });
  expect(bench().target.serving()).toBe(OLD);
});

test('which commits it is about is an output before anything moves, so that one which breaks off can be told of', async () => {
  jest.mocked(writeCommitOutputs).mockClear();
  jest.mocked(runStage).mockImplementation(async () => {
    expect(writeCommitOutputs).toHaveBeenCalledWith(COMMIT, PRODUCTION);
    throw new Error('the disk is full');
  });
  expect(await bench().promote()).toMatchObject({ message: expect.stringContaining('the disk is full') });
});

test('an override that covers everything promotes, and the verdict stays', async () => {
  await bench().qualify(LEAKING);
  await bench().override(await bench().openGates(), 8);
  const { code, report } = await bench().promote();
  expect({ code, report }).toMatchObject({
    code: 0,
    report: { verdict: 'failed', override: { who: 'octo-manager' }, promotion: { state: 'promoted' } },
  });
});

describe('the hotfix lane', () => {
  const hotfix = (...more: readonly string[]) => bench().promote('--hotfix=fix', '--reason', 'guests cannot enter', ...more);

  test('takes a commit of a branch on production past a freeze, with an approval', async () => {
    bench().edit(HOTFIX);
    await bench().qualify({}, FIX);
    bench().environment['TIDEGATE_FREEZE'] = '2099-01-01T00:00:00Z the fair is open';
    bench().github.state.commits = bench().github.state.commits.map((each) =>
      each.sha === FIX ? { ...each, author: 'octo-manager' } : each,
    );
    expect(await hotfix()).toMatchObject({ code: 0, report: { promotion: { state: 'promoted' } } });
    const entry = await bench().ledger(async ({ ledger }) => (await ledger.read()).find(({ event }) => event.kind === 'hotfix'));
    expect(entry).toMatchObject({ commit: FIX, event: { who: 'octo-author', branch: 'fix', reason: 'guests cannot enter' } });
  });

  test('does not take the default branch past a freeze', async () => {
    bench().edit(HOTFIX);
    bench().environment['TIDEGATE_FREEZE'] = '2099-01-01T00:00:00Z the fair is open';
    expect((await hotfix()).report?.promotion).toMatchObject({
      state: 'refused',
      reason: expect.stringMatching(/^hotfix-on-default-branch: /),
    });
  });

  test('takes only what the named branch holds', async () => {
    bench().edit(HOTFIX);
    await bench().qualify({}, FIX);
    bench().github.state.branches['fix'] = PRODUCTION;
    expect((await hotfix()).report?.promotion.reason).toMatch(/^hotfix-not-on-branch: /);
    expect(bench().target.calls).toEqual([]);
  });

  test('is opened by a person of the list only', async () => {
    bench().edit(swap('hotfix: { profile: incident }', 'hotfix: { profile: quick }, approvers: [octo-manager]'));
    await bench().qualify({}, FIX);
    expect((await hotfix()).report?.promotion.reason).toMatch(/^approver-not-listed: /);
  });

  test.each<[string, () => unknown, readonly string[], string]>([
    ['without a reason', () => bench().edit(HOTFIX), ['--hotfix'], 'a hotfix needs a reason'],
    [
      'where the policy opens none',
      () => bench().edit(swap(', hotfix: { profile: incident }', '')),
      ['--hotfix', '--reason', 'x'],
      'no hotfix lane',
    ],
    [
      'outside of GitHub Actions',
      () => delete bench().environment['GITHUB_ACTIONS'],
      ['--hotfix', '--reason', 'x'],
      'only there it is known',
    ],
  ])('is no such thing %s', async (_what, before, options, words) => {
    before();
    expect(await bench().promote(...options)).toMatchObject({ code: 64, message: expect.stringContaining(words) });
  });
});

test('a dry run asks everybody, says what would be done, and leaves no trace', async () => {
  const before = await bench().kinds();
  const { code, report } = await bench().promote('--dry-run');
  expect([code, report?.promotion.state, report?.promotion.reason]).toEqual([
    0,
    'not-asked',
    expect.stringMatching(/^dry run: .*approval/),
  ]);
  expect([await bench().kinds(), bench().target.calls]).toEqual([before, []]);
  nobodyApproved();
  expect(await bench().promote('--dry-run')).toMatchObject({ code: 1, report: { promotion: { state: 'refused' } } });
  expect(
    bench()
      .github.requests()
      .every(({ method }) => method === 'GET'),
  ).toBe(true);
});

test('outside of GitHub Actions the twin asks nobody', async () => {
  delete bench().environment['GITHUB_ACTIONS'];
  nobodyApproved();
  expect(await bench().promote()).toMatchObject({
    code: 0,
    report: { promotion: { reason: expect.stringContaining('not-required / twin') } },
  });
  expect(bench().github.requests()).toEqual([]);
});

test('a job that GitHub Actions does not describe is a mistake of its set-up', async () => {
  bench().environment['GITHUB_RUN_ID'] = 'x';
  expect(await bench().promote()).toMatchObject({ code: 64, message: expect.stringContaining('GITHUB_RUN_ID') });
});
