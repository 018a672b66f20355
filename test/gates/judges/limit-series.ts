import type { Series, StageEvidence } from '../../../src/gates/evidence-schema';
import { stable } from '../../../src/gates/format';
import { judgeGate } from '../../../src/gates/judges/judge';
import type { Judgement } from '../../../src/gates/judges/judgement';
import { measureFloor } from '../../../src/gates/measure/floor';
import { unmeasured } from '../../../src/gates/measure/measured';
import { gatesOf } from '../../../src/gates/policy/resolve';
import { REASONS } from '../../../src/gates/reasons';
import type { Verdict } from '../../../src/gates/vocabulary';
import { type Behaviour, buildStage, editSeries, GOOD, policyOf, policyText } from '../builders';
import { swap } from '../helpers';

const REPLACED = '{ id: lambda-throttles, judge: limit, of: lambda.throttles, max: 0 }';

type Edit = Behaviour['edit'];

const START = Date.parse('2026-11-24T10:01:00Z');

/**
 * What one gate (`of: ..., max: ...`) says of a soak of 12 periods of 5 s with 300 requests each. Its load is not judged: what
 * these edits do to a series, nobody has to believe of the gateway.
 */
export function verdictOf(gate: string, ...edits: readonly Edit[]): Judgement & { readonly verdict: Verdict } {
  const { policy } = policyOf(swap(REPLACED, `{ id: asked, judge: limit, ${gate} }`)(policyText()));
  const good = buildStage('soak', GOOD, { policy, profile: 'quick', start: START });
  const stage = edits.reduce((edited, each) => each(edited), good);
  const asked = gatesOf(policy, 'soak').find(({ id }) => id === 'asked');
  if (asked === undefined) throw new Error('the gate is gone');
  const judged = judgeGate(asked, { stage, policy, floor: measureFloor(stage), baseline: unmeasured('baseline-missing', 'none') });
  return { ...judged, value: judged.value === null ? null : stable(judged.value), verdict: REASONS[judged.reason].verdict };
}

/** Values from the start of the judged window on, a period or (k6) a second apart; null leaves one out. */
export function withValues(metric: string, values: readonly (number | null)[], route?: string): Edit {
  return (stage) => {
    const of = (series: Series) => (route === undefined || series.dimensions['route'] === route ? series : null);
    return editSeries(stage, metric, (series) => (of(series) === null ? series : { ...series, points: pointsFrom(stage, series, values) }));
  };
}

function pointsFrom(stage: StageEvidence, series: Series, values: readonly (number | null)[]): [number, number][] {
  const start = Date.parse(stage.judged.start);
  const step = series.periodSeconds * 1000;
  const end = start + values.length * step;
  const others = series.points.filter(([at]) => at < start || at >= end);
  const fresh = values.flatMap((value, i): [number, number][] => (value === null ? [] : [[start + i * step, value]]));
  return [...others, ...fresh].sort(([a], [b]) => a - b);
}

/** As many values as the window has periods, all the same but for those that are named. */
export function constantly(
  value: number,
  length: number,
  others: Readonly<Record<number, number | null>> = {},
): readonly (number | null)[] {
  return Array.from({ length }, (_, i) => (i in others ? (others[i] ?? null) : value));
}
