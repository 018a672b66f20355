import type { StageEvidence } from '../evidence-schema';
import { formatDuration, formatPercent } from '../format';
import { type LoadBucket, loadBuckets } from '../measure/buckets';
import { unmeasured } from '../measure/measured';
import type { RecoveryGate } from '../policy/gate';
import { median } from '../stats/quantile';
import { type JudgeContext, type Judgement, judgement, notMeasured } from './judgement';
import { RECOVERY_HOLD_MS } from './rules';

/** Fewer seconds than this before the spike are no baseline. */
const MIN_BEFORE = 3;

/**
 * How long after the plateau until latency and errors are back where they were before the spike. A release is back when
 * a second and those after it, for the hold time, are all good; a second without requests is not good.
 */
export function judgeRecovery(gate: RecoveryGate, { stage }: JudgeContext): Judgement {
  const base = { limit: gate.max, unit: 'ms' };
  const spans = spansOf(stage);
  if (spans === null) return notMeasured(unmeasured('not-run', 'the load had no plateau to recover from'), base);
  const buckets = loadBuckets(stage);
  if (!buckets.ok) return notMeasured(buckets, base);
  const before = buckets.value.filter(({ at }) => at >= spans.start && at < spans.rampAt);
  const after = buckets.value.filter(({ at }) => at >= spans.plateauEnd && at < spans.end);
  if (before.length < MIN_BEFORE)
    return notMeasured(unmeasured('too-few-datapoints', `${before.length} seconds before the spike, ${MIN_BEFORE} are needed`), base);
  if (after.length === 0) return notMeasured(unmeasured('metric-missing', 'k6 counted no request after the plateau'), base);
  const normal = normalOf(before);
  const bound = Math.max(normal.p95 * (1 + gate.tolerance), normal.p95 + gate.toleranceAbsolute);
  const good = new Set(
    after.filter((bucket) => bucket.p95 <= bound && bucket.failed <= bucket.requests * normal.failedShare).map(({ at }) => at),
  );
  const value = timeToHold(good, spans.plateauEnd, spans.end);
  const rest = {
    ...base,
    value,
    n: after.length,
    details: { p95Before: normal.p95, p95Bound: bound, failedShareBefore: normal.failedShare },
  };
  const rule = `p95 at most ${formatDuration(bound)} (${formatDuration(normal.p95)} before) and failed requests at most ${formatPercent(normal.failedShare)}, limit ${formatDuration(gate.max)}`;
  if (value !== null && value <= gate.max)
    return judgement('recovered', `Back to normal ${formatDuration(value)} after the spike: ${rule}.`, rest);
  if (value !== null) return judgement('not-recovered', `Back to normal only ${formatDuration(value)} after the spike: ${rule}.`, rest);
  const watched = spans.end - spans.plateauEnd;
  if (watched < gate.max + RECOVERY_HOLD_MS) {
    return judgement(
      'too-few-datapoints',
      `No verdict: the load ended ${formatDuration(watched)} after the spike, too early to see a recovery: ${rule}.`,
      rest,
    );
  }
  return judgement(
    'not-recovered',
    `Not back to normal within the ${formatDuration(watched)} that were watched after the spike: ${rule}.`,
    rest,
  );
}

interface Spans {
  readonly start: number;
  readonly rampAt: number;
  readonly plateauEnd: number;
  readonly end: number;
}

function spansOf({ window, plan }: StageEvidence): Spans | null {
  const first = plan.segments[0];
  if (plan.plateau === null || first === undefined || first.rate !== plan.startRate) return null;
  const start = Date.parse(window.start);
  return { start, rampAt: start + first.durationMs, plateauEnd: start + plan.plateau.toMs, end: Date.parse(window.end) };
}

function normalOf(before: readonly LoadBucket[]): { readonly p95: number; readonly failedShare: number } {
  const sum = (of: (bucket: LoadBucket) => number) => before.reduce((total, bucket) => total + of(bucket), 0);
  return { p95: median(before.map(({ p95 }) => p95)), failedShare: sum(({ failed }) => failed) / sum(({ requests }) => requests) };
}

/** ms from `from` to the first good second that is followed by good ones for the hold time; null for never. */
function timeToHold(good: ReadonlySet<number>, from: number, end: number): number | null {
  const step = 1000;
  for (let at = Math.ceil(from / step) * step; at + RECOVERY_HOLD_MS <= end; at += step) {
    let held = 0;
    while (held < RECOVERY_HOLD_MS && good.has(at + held)) held += step;
    if (held >= RECOVERY_HOLD_MS) return at - from;
  }
  return null;
}
