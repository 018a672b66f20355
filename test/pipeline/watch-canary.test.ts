import { readSeries } from '../../src/evidence/cloudwatch/read';
import { evaluateStage } from '../../src/gates/evaluate-stage';
import { resolveStage } from '../../src/gates/policy/resolve';
import { InterruptedError } from '../../src/pipeline/errors';
import { runStage } from '../../src/pipeline/run-stage';
import type { StageRun } from '../../src/pipeline/stage-run';
import type { Target } from '../../src/targets/target';
import { IDENTITY, policyOf } from '../gates/builders';
import { fakeTarget } from './fake-target';

jest.mock('../../src/evidence/cloudwatch/read', () => ({
  ...jest.requireActual<object>('../../src/evidence/cloudwatch/read'),
  readSeries: jest.fn(),
}));

const PERIOD_MS = 200;
const { policy } = policyOf();

/** Requests per period of each version. */
let perPeriod = { fresh: 100, previous: 100 };

beforeEach(() => {
  perPeriod = { fresh: 100, previous: 100 };
  jest.mocked(readSeries).mockImplementation(async ({ queries, window, periodSeconds }) => {
    const periodMs = periodSeconds * 1000;
    const first = Math.ceil(window.startMs / periodMs) * periodMs;
    const times = Array.from({ length: Math.max(0, Math.floor((window.endMs - first) / periodMs)) }, (_, i) => first + i * periodMs);
    const value = (name: string, version: string | undefined) => {
      if (name === 'lambda.errors' || name === 'runtime.responses5xx') return 0;
      return version === IDENTITY.version ? perPeriod.fresh : perPeriod.previous;
    };
    const series = queries.map(({ metric, dimensions }) => ({
      metric: metric.name,
      source: 'cloudwatch' as const,
      namespace: metric.namespace,
      metricName: metric.metricName,
      statistic: metric.statistic,
      unit: metric.sourceUnit,
      dimensions: { ...dimensions },
      periodSeconds,
      statusCode: 'Complete' as const,
      messages: [],
      points: times.map((at): [number, number] => [at, value(metric.name, dimensions['ExecutedVersion'] ?? dimensions['FunctionVersion'])]),
    }));
    return { kind: 'read', series };
  });
});

const resolved = resolveStage(policy, 'canary', 'quick');
if (!resolved.ok) throw new Error(resolved.problem);
/** Lasts two periods, waits ten. */
const stage = {
  ...resolved.value,
  plan: { ...resolved.value.plan, segments: [{ rate: 30, durationMs: 2 * PERIOD_MS }], judgedToMs: 2 * PERIOD_MS },
  maxWaitMs: 10 * PERIOD_MS,
};

async function watch(more: Partial<StageRun> = {}, signal = new AbortController().signal) {
  const target: Target = { ...fakeTarget(), name: 'aws', canaryTraffic: 'real' };
  const evidence = await runStage({
    target,
    tier: 'production',
    description: await target.describe('production'),
    stage,
    settings: { periodMs: PERIOD_MS, pollMs: 20, deadlineMs: 3000, floorDeadlineMs: 1000 },
    attempt: 1,
    quietSince: 0,
    k6: 'no k6 here',
    root: '.',
    directory: '.',
    signal,
    listener: () => undefined,
    ...more,
  });
  const periods = (Date.parse(evidence.window.end) - Date.parse(evidence.window.start)) / PERIOD_MS;
  return { evidence, periods, report: evaluateStage({ stage: evidence, policy, earlier: [] }) };
}

describe("a canary of production's own clients", () => {
  test('is watched for as long as the plan says, without load of our own', async () => {
    const { evidence, periods, report } = await watch();
    expect(evidence).toMatchObject({ name: 'canary', tier: 'production', load: null, fault: null });
    expect(periods).toBeGreaterThanOrEqual(2);
    expect(report.verdict).toBe('passed');
  });

  test('goes on until both versions had the requests that the gates need', async () => {
    perPeriod = { fresh: 25, previous: 100 };
    const { periods, report } = await watch();
    expect(periods).toBeGreaterThanOrEqual(4);
    expect(report.verdict).toBe('passed');
  });

  test('ends at maxWait without a verdict when clients send too little', async () => {
    perPeriod = { fresh: 100, previous: 1 };
    const { periods, report } = await watch();
    expect(periods).toBe(10);
    expect(report).toMatchObject({ verdict: 'inconclusive', reason: 'too-few-requests' });
  });

  test('ends as soon as the platform has taken it back', async () => {
    perPeriod = { fresh: 1, previous: 100 };
    const { periods, report } = await watch({ health: async () => ({ ok: false, detail: 'alarm CheckInErrors' }) });
    expect(periods).toBeLessThan(4);
    expect(report).toMatchObject({ verdict: 'inconclusive', reason: 'target-failed' });
  });

  test('is interrupted at once', async () => {
    const controller = new AbortController();
    const running = watch({}, controller.signal);
    controller.abort();
    await expect(running).rejects.toThrow(InterruptedError);
  });
});
