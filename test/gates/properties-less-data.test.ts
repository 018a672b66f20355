import fc from 'fast-check';
import { metricNamed } from '../../src/gates/catalogue';
import type { Series, StageEvidence } from '../../src/gates/evidence-schema';
import type { Gate } from '../../src/gates/policy/gate';
import { gatesOf } from '../../src/gates/policy/resolve';
import { judgeEvidence, stageOf } from './helpers';
import { editStage, type RandomRun, RUNS, runs } from './random-run';

/** Whatever is taken away, what did not pass with it does not pass without it. */
const DIGEST = `sha256:${'d'.repeat(64)}`;
const judge = ({ policy, evidence }: RandomRun) => judgeEvidence(evidence, { policy, digest: DIGEST });
type Loss = (stage: StageEvidence, nth: number) => StageEvidence | null;

/** Nth of the items, taken round, gone; null when there is none. */
function without<T>(items: readonly T[], nth: number): T[] | null {
  return items.length === 0 ? null : items.filter((_, i) => i !== nth % items.length);
}

/**
 * Datapoints whose absence CloudWatch itself cannot be told from silence, so that no judge can: some counters have no datapoint where
 * nothing was counted (`mayBeSilent` in the catalogue), API Gateway has none of a period in which nobody called (before and after the
 * load), and Lambda none of concurrency then.
 */
function maybeSilent({ metric, source, points }: Series, nth: number, { judged, window }: StageEvidence): boolean {
  if (source === 'k6') return false;
  const at = points[nth % points.length]?.[0] ?? 0;
  if (metricNamed(metric).mayBeSilent) return true;
  if (metric === 'api.requests') return at < Date.parse(window.start) || at >= Date.parse(window.end);
  return metric === 'lambda.concurrency' && at < Date.parse(judged.start);
}

function datapoint(stage: StageEvidence, nth: number): StageEvidence | null {
  const lossy = stage.series.filter((series) => series.points.length > 0 && !maybeSilent(series, Math.floor(nth / 97), stage));
  const chosen = lossy[nth % lossy.length];
  if (chosen === undefined) return null;
  const points = without(chosen.points, Math.floor(nth / 97)) ?? [];
  return { ...stage, series: stage.series.map((series) => (series === chosen ? { ...series, points } : series)) };
}

function ofLoad(edit: (load: NonNullable<StageEvidence['load']>, nth: number) => Partial<NonNullable<StageEvidence['load']>> | null): Loss {
  return (stage, nth) => {
    const change = stage.load && edit(stage.load, nth);
    return stage.load && change && { ...stage, load: { ...stage.load, ...change } };
  };
}

const LOSSES: Readonly<Record<string, Loss>> = {
  'a datapoint': datapoint,
  'a series': (stage, nth) => ({ ...stage, series: without(stage.series, nth) ?? [] }),
  'all datapoints of a series': (stage, nth) => ({
    ...stage,
    series: stage.series.map((series, i) =>
      i === nth % stage.series.length && !maybeSilent(series, 0, stage) ? { ...series, points: [] } : series,
    ),
  }),
  'the end of a series': (stage, nth) => ({
    ...stage,
    series: stage.series.map((series, i) => {
      const left = Math.max(0, series.points.length - 1 - (nth % 9));
      const silent = series.points.some((_, at) => at >= left && maybeSilent(series, at, stage));
      return i === nth % stage.series.length && !silent ? { ...series, points: series.points.slice(0, left) } : series;
    }),
  }),
  'a route of the judged window': ofLoad(({ judged }, nth) => ({ judged: without(judged, nth) ?? [] })),
  'a bucket of a latency': ofLoad(({ judged }, nth) => ({
    judged: judged.map((route, i) => (i === nth % judged.length ? { ...route, latency: without(route.latency, nth) ?? [] } : route)),
  })),
  'the answers of a status': ofLoad(({ statuses }, nth) => ({
    statuses: Object.fromEntries(without(Object.entries(statuses), nth) ?? []),
  })),
  "k6's totals": ofLoad(() => ({ summary: null })),
  'all that k6 left': (stage) => ({ ...stage, load: null }),
  'the wait after the load': (stage) => ({ ...stage, after: null }),
  'a node of the cache': (stage, nth) => ({ ...stage, identity: { ...stage.identity, nodes: without(stage.identity.nodes, nth) ?? [] } }),
};

test.each(Object.entries(LOSSES))('without %s', (_, lose) => {
  fc.assert(
    fc.property(runs, fc.nat({ max: 100_000 }), (run, nth) => {
      const stage = run.evidence.stages[nth % run.evidence.stages.length] as StageEvidence;
      const less = lose(stage, nth);
      fc.pre(less !== null);
      const before = judge(run);
      const after = judge({ ...run, evidence: editStage(run.evidence, nth, () => less) });
      if (before.verdict !== 'passed') expect(after.verdict).not.toBe('passed');
      const gates = new Map(stageOf(after, stage.name).gates.map((gate) => [gate.id, gate]));
      for (const gate of stageOf(before, stage.name).gates) {
        if (gate.verdict !== 'passed') expect({ ...gates.get(gate.id) }).not.toMatchObject({ verdict: 'passed' });
      }
    }),
    { ...RUNS, numRuns: 25 },
  );
});

test('without a stage that was planned', () => {
  fc.assert(
    fc.property(runs, fc.nat({ max: 1 }), (run, nth) => {
      const stages = without(run.evidence.stages, nth) ?? [];
      const report = judge({ ...run, evidence: { ...run.evidence, stages } });
      expect(report.verdict).not.toBe('passed');
    }),
    RUNS,
  );
});

/** What the enforced gates of a stage read, and the gateway's requests, without which no load is believed. */
function needs({ metric }: Series, gates: readonly Gate[]): boolean {
  const read = gates
    .filter(({ mode }) => mode === 'enforce')
    .flatMap(({ judge: by, of }) => [
      ...[of.numerator, of.denominator ?? of.numerator].flatMap((name) => [metricNamed(name).from ?? name, heartbeatOf(name)]),
      ...(['leak', 'idle-return', 'capacity'].includes(by) ? ['lambda.concurrency'] : []),
    ]);
  return metric === 'api.requests' || read.includes(metric);
}

function heartbeatOf(name: string): string {
  const { absent } = metricNamed(name);
  return absent === 'unknown' ? name : absent.zeroWhere;
}

test('without any one series that its gates need, no stage passes', () => {
  let passing = 0;
  fc.assert(
    fc.property(runs, fc.nat({ max: 1000 }), (run, nth) => {
      const stage = run.evidence.stages[nth % run.evidence.stages.length] as StageEvidence;
      if (judge(run).verdict === 'passed') passing += 1;
      const needed = stage.series.filter((series) => series.source === 'cloudwatch' && needs(series, gatesOf(run.policy, stage.name)));
      const gone = needed[nth % needed.length];
      const series = stage.series.filter((each) => each !== gone);
      const report = judge({ ...run, evidence: editStage(run.evidence, nth, (each) => ({ ...each, series })) });
      expect(stageOf(report, stage.name).verdict).not.toBe('passed');
    }),
    RUNS,
  );
  // Else the property would only be true of runs that did not pass anyway.
  expect(passing).toBeGreaterThan(5);
});
