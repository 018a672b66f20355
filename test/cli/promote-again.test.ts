import { evaluate } from '../../src/gates/evaluate';
import type { StageEvidence } from '../../src/gates/evidence-schema';
import { recordRun } from '../../src/pipeline/judge-run';
import { runStage } from '../../src/pipeline/run-stage';
import { buildEvidence, buildStage, GOOD, NOW, policyOf } from '../gates/builders';
import { swap } from '../gates/helpers';
import { OLD } from '../pipeline/fake-target';
import { PRODUCTION, promoteBench } from './promote-bench';

jest.mock('../../src/pipeline/run-stage');
// Drawing is most of the time of a run, and has tests of its own.
jest.mock('../../src/report/html', () => ({ renderHtml: () => '' }));

const bench = promoteBench();

const canary = (edit: (stage: StageEvidence) => StageEvidence): void => {
  const stage = buildStage('canary', GOOD, { policy: policyOf().policy, profile: 'quick', start: NOW.getTime() });
  jest.mocked(runStage).mockImplementation(async () => edit(stage));
};

describe('after a canary', () => {
  test('without a verdict a release can be promoted again: it said nothing', async () => {
    canary((stage) => ({ ...stage, fault: { reason: 'metrics-late', detail: 'CloudWatch was slow' } }));
    expect((await bench().promote()).report).toMatchObject({ verdict: 'inconclusive', promotion: { state: 'rolled-back' } });
    canary((stage) => stage);
    expect(await bench().promote()).toMatchObject({ code: 0, report: { verdict: 'passed', promotion: { state: 'promoted' } } });
  });

  test('that failed it cannot', async () => {
    const errors = (stage: StageEvidence) => ({
      ...stage,
      series: stage.series.map((series) =>
        series.metric === 'lambda.errors' ? { ...series, points: series.points.map(([at]): [number, number] => [at, 30]) } : series,
      ),
    });
    canary(errors);
    expect((await bench().promote()).report).toMatchObject({ verdict: 'failed', promotion: { state: 'rolled-back' } });
    canary((stage) => stage);
    expect((await bench().promote()).report).toMatchObject({ verdict: 'failed', promotion: { state: 'refused' } });
  });
});

test('a baseline does not become too old between the measurement and the promotion', async () => {
  const earlier = (instant: string) => new Date(Date.parse(instant) - 300_000).toISOString();
  const evidence = buildEvidence();
  const before = { ...evidence, startedAt: earlier(evidence.startedAt), finishedAt: earlier(evidence.finishedAt) };
  const old = { ...before, release: { ...before.release, digest: OLD, packageDigest: OLD, commit: PRODUCTION } };
  const { policy, digest } = policyOf();
  await bench().ledger((workspace) =>
    recordRun(workspace, { evidence: old, report: evaluate({ evidence: old, policy, policyDigest: digest, toolVersion: '0' }) }),
  );
  await bench().append(OLD, { kind: 'promotion', from: OLD }, PRODUCTION);
  bench().edit(swap('\nstages:\n', '\nbaseline: { maxAge: 8m }\nstages:\n'));
  const GATE = '{ id: slower, judge: baseline, of: client.p95, maxIncrease: 20%, maxIncreaseAbsolute: 5ms }';
  bench().edit(swap('      - { id: redis-new-connections,', `      - ${GATE}\n      - { id: redis-new-connections,`));
  // Ten minutes later, when it is promoted, more than eight lie between the two.
  expect(await bench().promote()).toMatchObject({ code: 0, report: { verdict: 'passed', promotion: { state: 'promoted' } } });
});

test('a promotion that is asked for too early changes nothing of what counts later', async () => {
  const only = (name: string, leaking: boolean) => {
    const made = leaking ? buildEvidence({ all: { leakPerSecond: 60 } }) : buildEvidence();
    return bench().qualify({
      plannedStages: made.plannedStages.filter((each) => each === name),
      stages: made.stages.filter((stage) => stage.name === name),
      startedAt: new Date(NOW.getTime() + 1000).toISOString(),
    });
  };
  await only('soak', true);
  expect((await bench().promote()).report).toMatchObject({ verdict: 'failed', promotion: { state: 'refused' } });
  for (const name of ['smoke', 'soak', 'spike']) await only(name, false);
  expect((await bench().promote()).report).toMatchObject({ verdict: 'failed', promotion: { state: 'refused' } });
  // The whole of it measured again is another matter.
  await bench().qualify();
  expect((await bench().promote()).report).toMatchObject({ verdict: 'passed', promotion: { state: 'promoted' } });
});
