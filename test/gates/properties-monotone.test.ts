import fc from 'fast-check';
import { metricNamed } from '../../src/gates/catalogue';
import type { Series, StageEvidence } from '../../src/gates/evidence-schema';
import { recounted } from './builders';
import { judgeEvidence, stageOf } from './helpers';
import { editStage, type RandomRun, RUNS, runs } from './random-run';

/** A worse observation, whatever else is so, never lets anything pass that did not pass before. */
const DIGEST = `sha256:${'d'.repeat(64)}`;
const judge = ({ policy, evidence }: RandomRun) => judgeEvidence(evidence, { policy, digest: DIGEST });
type Worsening = (stage: StageEvidence, nth: number, by: number) => StageEvidence;

/**
 * Judges that read a shape and not a size: growth is less when what came before it was more. What they are monotone in is the leak
 * itself; properties.test.ts raises that.
 */
const SHAPES: readonly string[] = ['leak'];

const BAD = ['api.5xx', 'api.latencyP95', 'lambda.throttles', 'redis.connections', 'redis.newConnections'];

/** A datapoint in or after the judged window; before it the floor is measured, where more is not worse. */
const datapoint: Worsening = (stage, nth, by) => {
  const bad = stage.series.filter(({ metric, points }) => BAD.includes(metric) && points.length > 0);
  const chosen = bad[nth % bad.length];
  const from = Date.parse(stage.judged.start);
  const raised = ({ points }: Series) =>
    points.map(([at, value], i): [number, number] => [at, at >= from && i % 7 === nth % 7 ? value + by : value]);
  return { ...stage, series: stage.series.map((series) => (series === chosen ? { ...series, points: raised(series) } : series)) };
};

/** Requests of one route and second that fail, in all of k6's accounts. */
const clientCounter =
  (metric: 'client.failed' | 'client.checksFailed'): Worsening =>
  (stage, nth, by) => {
    const of = stage.series.filter((series) => series.metric === metric);
    const chosen = of[nth % of.length];
    const requests = stage.series.find(
      (each) => each.metric === 'client.requests' && each.dimensions['route'] === chosen?.dimensions['route'],
    );
    const sent = new Map(requests?.points);
    const place = nth % (chosen?.points.length ?? 1);
    const series = stage.series.map((each) => {
      if (each !== chosen) return each;
      return {
        ...each,
        points: each.points.map(([at, n], i): [number, number] => [at, i === place ? Math.min(n + by, sent.get(at) ?? n) : n]),
      };
    });
    return recounted({ ...stage, series });
  };

/** Answers of one route that took longer. */
const clientLatency: Worsening = (stage, nth, by) => {
  const { load } = stage;
  const judged = (load?.judged ?? []).map((route, i, all) => {
    const [[bound, count] = [1, 0], ...rest] = route.latency;
    const slower = Math.min(count, by * 20);
    return i === nth % all.length
      ? { ...route, latency: [[bound, count - slower] as [number, number], ...rest, [bound + by, slower] as [number, number]] }
      : route;
  });
  return { ...stage, load: load && { ...load, judged } };
};

/** Seconds after a plateau that were slow. */
const slowRecovery: Worsening = (stage, nth, by) => {
  const from = Date.parse(stage.window.start) + (stage.plan.plateau?.toMs ?? Number.POSITIVE_INFINITY);
  const points = (series: Series) =>
    series.points.map(([at, value]): [number, number] => [at, at >= from && (at / 1000) % 5 === nth % 5 ? value + 10 * by : value]);
  return {
    ...stage,
    series: stage.series.map((series) => (series.metric === 'client.p95' ? { ...series, points: points(series) } : series)),
  };
};

test.each<[string, Worsening]>([
  ['CloudWatch counted, timed or held more', datapoint],
  ['more requests of the clients failed', clientCounter('client.failed')],
  ['more answers were wrong', clientCounter('client.checksFailed')],
  ['answers took longer', clientLatency],
  ['the time after a spike was slower', slowRecovery],
])('%s', (_, worsen) => {
  let changed = 0;
  fc.assert(
    fc.property(runs, fc.nat({ max: 100_000 }), fc.constantFrom(1, 7, 100), (run, nth, by) => {
      const stage = run.evidence.stages[nth % run.evidence.stages.length] as StageEvidence;
      const before = judge(run);
      const after = judge({ ...run, evidence: editStage(run.evidence, nth, (each) => worsen(each, nth, by)) });
      const gates = new Map(stageOf(after, stage.name).gates.map((gate) => [gate.id, gate]));
      for (const gate of stageOf(before, stage.name).gates) {
        if (gates.get(gate.id)?.value !== gate.value) changed += 1;
        if (gate.verdict !== 'passed' && !SHAPES.includes(gate.judge))
          expect({ ...gates.get(gate.id) }).not.toMatchObject({ verdict: 'passed' });
      }
      if (before.verdict !== 'passed' && !hasShape(run, stage)) expect(after.verdict).not.toBe('passed');
    }),
    { ...RUNS, numRuns: 40 },
  );
  // Else nothing that is judged was made worse.
  expect(changed).toBeGreaterThan(0);
});

function hasShape({ policy }: RandomRun, { name }: StageEvidence): boolean {
  return (policy.stages[name]?.gates ?? []).some(({ judge: by }) => SHAPES.includes(by));
}

test('what is called bad is in the catalogue', () => {
  expect(BAD.map((name) => metricNamed(name).name)).toEqual(BAD);
});
