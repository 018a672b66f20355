import type { StageEvidence } from '../../../src/gates/evidence-schema';
import { environmentsIn } from '../../../src/gates/measure/environments';
import { periodsOf } from '../../../src/gates/measure/periods';
import { buildEvidence, editSeries } from '../builders';

const PERIOD = 5000;
const [SOAK] = buildEvidence({ stages: ['soak'] }).stages as [StageEvidence];
const END = Date.parse(SOAK.judged.end);

/** The environments of the judged window when the concurrency is cut in its last periods. */
function withoutLast(periods: number, stage = SOAK) {
  const cut = editSeries(stage, 'lambda.concurrency', (series) => ({
    ...series,
    points: series.points.filter(([at]) => at < END - periods * PERIOD),
  }));
  return environmentsIn(cut, periodsOf(cut.judged, cut.periodSeconds));
}

test('under load every judged period has a datapoint, the last ones too', () => {
  expect(withoutLast(0)).toMatchObject({ ok: true });
  for (const periods of [1, 3]) expect(withoutLast(periods)).toMatchObject({ ok: false, reason: 'metric-missing' });
});

test('a period in which the plan has hardly an arrival may be silent after the last one that was not', () => {
  const [ramp, ...rest] = SOAK.plan.segments;
  const segments = [ramp, ...rest].flatMap((segment) => (segment === undefined ? [] : [{ ...segment, rate: 1 }]));
  const sparse = { ...SOAK, plan: { ...SOAK.plan, startRate: 1, segments } };
  expect(withoutLast(1, sparse)).toMatchObject({ ok: true });
  const before = periodsOf(sparse.judged, sparse.periodSeconds)[2] ?? 0;
  const gap = editSeries(sparse, 'lambda.concurrency', (series) => ({ ...series, points: series.points.filter(([at]) => at !== before) }));
  expect(environmentsIn(gap, periodsOf(gap.judged, gap.periodSeconds))).toMatchObject({ ok: false, reason: 'metric-missing' });
});
