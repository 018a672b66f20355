import { metricNamed } from '../catalogue';
import type { StageEvidence } from '../evidence-schema';
import { formatNumber, formatPercent, formatValue, stable } from '../format';
import { routesOf } from '../measure/client';
import { type Unmeasured, unmeasured } from '../measure/measured';
import { measurePerPeriod } from '../measure/per-period';
import { unitOf } from '../policy/expression';
import type { BaselineGate } from '../policy/gate';
import { type Comparison, compareSamples, type Effect, MIN_VALUES } from './compare-samples';
import { type JudgeContext, type Judgement, judgement, notMeasured } from './judgement';
import { judgeLimit } from './limit';
import { verdictRank, worstOf } from './worst';

/**
 * A measurement against the same one of the release that was promoted last, value by value of the judged window, and against
 * an absolute limit, if the gate has one. Worse than either fails: a baseline never excuses what is above the limit, or a
 * little worse every time would pass for ever. What cannot be compared reaches no verdict, unless there is such a limit.
 */
export function judgeBaseline(gate: BaselineGate, context: JudgeContext): Judgement {
  if (!gate.of.perRoute) return judgeOne(gate, context, null);
  const routes = routesOf(context.stage);
  if (routes.length === 0) return notMeasured(unmeasured('metric-missing', 'k6 counted no request in the judged window'), limits(gate));
  return worstOf(routes.map((route) => judgeOne(gate, context, route)));
}

function judgeOne(gate: BaselineGate, context: JudgeContext, route: string | null): Judgement {
  const compared = compare(gate, context, route);
  const placed = route === null ? {} : { route };
  const absolute = absoluteOf(gate, context, route);
  if (!compared.comparable) {
    const missing = `${compared.detail}.`;
    if (absolute === null) return notMeasured(unmeasured(compared.reason, compared.detail), { ...limits(gate), ...placed });
    const reason = absolute.reason === 'within-limit' ? 'within-absolute-limit' : absolute.reason;
    return { ...absolute, ...placed, reason, message: `${absolute.message} Not compared with a baseline: ${missing}` };
  }
  const { judged } = compared;
  if (absolute === null) return { ...judged, ...placed };
  const details = { ...judged.details, absoluteValue: absolute.value, absoluteLimit: absolute.limit };
  if (verdictRank(absolute) < verdictRank(judged))
    return { ...absolute, ...placed, details: { ...absolute.details, ...details }, message: `${absolute.message} ${judged.message}` };
  return { ...judged, ...placed, details };
}

type Compared = { readonly comparable: true; readonly judged: Judgement } | ({ readonly comparable: false } & Omit<Unmeasured, 'ok'>);

/** What is wrong with the candidate is its own, whatever the baseline; only what the baseline lacks makes it incomparable. */
function compare(gate: BaselineGate, { stage, baseline }: JudgeContext, route: string | null): Compared {
  const candidate = measurePerPeriod(stage, gate.of, route);
  if (!candidate.ok) return { comparable: true, judged: notMeasured(candidate, limits(gate)) };
  const needed = gate.minDatapoints ?? MIN_VALUES;
  if (candidate.value.length < needed) {
    const few = unmeasured('too-few-datapoints', `${candidate.value.length} datapoints of ${gate.of.text}, ${needed} are needed`);
    return { comparable: true, judged: notMeasured(few, { ...limits(gate), n: candidate.value.length }) };
  }
  const other = baseline.ok ? measureBaseline(baseline.value, gate, route) : baseline;
  if (!other.ok) return { ...other, comparable: false };
  const { maxIncrease: share, maxIncreaseAbsolute, confidence } = gate;
  const comparison = compareSamples({
    candidate: candidate.value,
    baseline: other.value,
    confidence,
    tolerance: { share, absolute: maxIncreaseAbsolute.value },
    minValues: needed,
  });
  if ('side' in comparison) {
    const detail = `the baseline has ${other.value.length} datapoints of ${gate.of.text}, ${needed} are needed`;
    return { comparable: false, reason: 'baseline-too-short', detail };
  }
  return { comparable: true, judged: judgedBy(gate, comparison, candidate.value.length, other.value.length, route) };
}

/** A baseline whose data cannot be believed is none. */
function measureBaseline(stage: StageEvidence, gate: BaselineGate, route: string | null) {
  const read = measurePerPeriod(stage, gate.of, route);
  return read.ok ? read : unmeasured('baseline-missing', `the baseline cannot be read: ${read.detail}`);
}

const REASON_OF = {
  'no-worse': 'no-worse-than-baseline',
  worse: 'worse-than-baseline',
  undecided: 'undecided-baseline',
  'undecided-tail': 'undecided-baseline',
  blind: 'undecided-baseline',
} as const;

function judgedBy(gate: BaselineGate, effect: Extract<Comparison, Effect>, n: number, baselineN: number, route: string | null): Judgement {
  const { unit } = limits(gate);
  const { baselineMedian, shift, tolerated, p, outcome } = effect;
  const show = (value: number) => formatValue(value, unit);
  const what = metricNamed(gate.of.numerator).what;
  const where = `${what.charAt(0).toUpperCase()}${what.slice(1)}${route === null ? '' : ` on ${route}`}`;
  const share = baselineMedian > 0 ? ` (${formatPercent(Math.round((shift / baselineMedian) * 1000) / 1000)})` : '';
  const change = shift > 0 ? `${show(shift)}${share} more` : shift < 0 ? `${show(-shift)} less` : 'no more';
  const seen = `${where}: ${change} than the baseline's ${show(baselineMedian)}, ${show(tolerated)} more would be tolerated (${n} datapoints against ${baselineN}, p = ${formatNumber(Number(p.toPrecision(2)))})`;
  const rest = {
    // The limit is met exactly where the shift meets what is tolerated.
    value: baselineMedian + shift,
    limit: baselineMedian + tolerated,
    unit,
    n,
    details: { ...numbersOf(effect), baselineDatapoints: baselineN },
  };
  const open = {
    undecided: 'so much may be chance',
    'undecided-tail': `but ${formatPercent(stable(effect.beyond))} of the datapoints lie beyond that, above all that the baseline had`,
    blind: `these datapoints scatter so much that they would not have shown what is tolerated (it may be ${show(stable(effect.shiftHigh))})`,
  };
  if (outcome in open) return judgement(REASON_OF[outcome], `No verdict: ${seen}; ${open[outcome as keyof typeof open]}.`, rest);
  return judgement(REASON_OF[outcome], `${seen}.`, rest);
}

function numbersOf(effect: Effect): Readonly<Record<string, number>> {
  const { candidateMedian, baselineMedian, shift, shiftHigh, tolerated, p, cliffsDelta, beyond } = effect;
  return { candidateMedian, baselineMedian, shift, shiftHigh, tolerated, p, cliffsDelta, beyond };
}

/** As a gate of the judge `limit` would say it. */
function absoluteOf(gate: BaselineGate, context: JudgeContext, route: string | null): Judgement | null {
  if (gate.max === undefined) return null;
  const { id, mode, confidence, max } = gate;
  const of = { ...gate.of, perRoute: false };
  return judgeLimit({ id, judge: 'limit', mode, confidence, max, of, ...(route === null ? {} : { route }) }, context);
}

function limits(gate: BaselineGate): { readonly limit: number | null; readonly unit: string } {
  return { limit: gate.max?.value ?? null, unit: unitOf(gate.of) };
}
