import { evaluate } from '../../src/gates/evaluate';
import { type BuildOptions, buildEvidence, policyOf } from './builders';

const { policy, digest } = policyOf();
const judge = (options: BuildOptions) =>
  evaluate({ evidence: buildEvidence({ policy, ...options }), policy, policyDigest: digest, toolVersion: '0.1.0' });

/** The shipped policy, unedited: periods of 5 s on the twin, of a minute on AWS. */
const PLACES = [
  { target: 'twin', profile: 'quick', periodMs: 5_000 },
  { target: 'twin', profile: 'standard', periodMs: 5_000 },
  { target: 'aws', profile: 'standard', periodMs: 60_000 },
] as const;

describe.each(PLACES)('the shipped policy on $target, profile $profile, periods of $periodMs ms', (place) => {
  test('passes a good release', () => {
    expect(judge(place)).toMatchObject({ target: place.target, verdict: 'passed' });
  });

  test.each([
    ['a connection leaked in each of twenty requests', { leakPerSecond: 3 }, 'redis-connection-leak'],
    ['a connection per request', { newConnectionsPerRequest: 0.9 }, 'redis-new-connections'],
    ['one 5XX in a hundred', { share5xx: 0.01, clientFailed: 0.01 }, 'api-5xx'],
  ])('fails %s', (_what, only, gate) => {
    const report = judge({ ...place, only: { soak: only } });
    expect(report.verdict).toBe('failed');
    expect(report.stages.flatMap(({ gates }) => gates).find(({ id }) => id === gate)).toMatchObject({ verdict: 'failed' });
  });

  test('never passes what it did not see', () => {
    const silent = judge({
      ...place,
      only: { soak: { edit: (stage) => ({ ...stage, series: stage.series.filter(({ metric }) => metric !== 'redis.connections') }) } },
    });
    expect(silent.verdict).toBe('inconclusive');
  });
});

describe('a run that could not go on', () => {
  const evidence = {
    ...buildEvidence({ policy, stages: [], planned: ['smoke', 'soak'] }),
    fault: { reason: 'deploy-failed', detail: 'The stack rolled back.' },
  };
  const given = { policy, policyDigest: digest, toolVersion: '0.1.0' };

  test('says why, and judges nothing', () => {
    expect(evaluate({ evidence, ...given })).toMatchObject({
      verdict: 'inconclusive',
      reason: 'deploy-failed',
      message: expect.stringContaining('The stack rolled back.'),
      stages: [{ reason: 'not-run' }, { reason: 'not-run' }],
    });
  });

  test('keeps a failure that was measured before', () => {
    const failed = buildEvidence({ policy, all: { leakPerSecond: 60 } });
    expect(evaluate({ evidence: { ...failed, fault: evidence.fault }, ...given }).verdict).toBe('failed');
  });

  test('cannot claim to have passed by its reason', () => {
    const good = { ...buildEvidence({ policy }), fault: { reason: 'all-gates-passed', detail: '' } };
    expect(evaluate({ evidence: good, ...given })).toMatchObject({ verdict: 'inconclusive', reason: 'target-failed' });
  });
});
