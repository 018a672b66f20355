import type { StageEvidence } from '../evidence-schema';
import { formatDuration, formatPercent } from '../format';
import { type LoadBucket, loadBuckets } from '../measure/buckets';
import { unmeasured } from '../measure/measured';
import type { RecoveryGate } from '../policy/gate';
import { median } from '../stats/quantile';
import { type JudgeContext, type Judgement, judgement, notMeasured } from './judgement';
import { RECOVERY_BEFORE_MS, RECOVERY_HOLD_MS } from './rules';

/** Fewer seconds than this before the disturbance are no baseline. */
const MIN_BEFORE = RECOVERY_BEFORE_MS / 1000;

/**
 * How long after a spike's plateau, or after the primary was lost, until latency and errors are back where they were before. A
 * release is back when nothing disturbs it any more and a second and those after it, for the hold time, are all good; a second without
 * requests is not good, and neither is one with more wrong answers than before: whoever answers an outage with an empty 200 has not
 * recovered. Good seconds before a disturbance are none: whoever is back for three and then slow to the end has not recovered.
 */
export function judgeRecovery(gate: RecoveryGate, { stage }: JudgeContext): Judgement {
  const base = { limit: gate.max, unit: 'ms' };
  const spans = spansOf(stage);
  if (spans === null) return notMeasured(unmeasured('not-run', 'the load had nothing to recover from: no plateau and no failover'), base);
  const { what } = spans;
  const buckets = loadBuckets(stage);
  if (!buckets.ok) return notMeasured(buckets, base);
  const before = buckets.value.filter(({ at }) => at >= spans.start && at < spans.calmUntil);
  const after = buckets.value.filter(({ at }) => at >= spans.from && at < spans.end);
  if (before.length < MIN_BEFORE)
    return notMeasured(unmeasured('too-few-datapoints', `${before.length} seconds before the ${what}, ${MIN_BEFORE} are needed`), base);
  if (after.length === 0) return notMeasured(unmeasured('metric-missing', `k6 counted no request after the ${what}`), base);
  const normal = normalOf(before);
  const bound = Math.max(normal.p95 * (1 + gate.tolerance), normal.p95 + gate.toleranceAbsolute);
  const good = new Set(
    after.filter((bucket) => bucket.p95 <= bound && badIn(bucket) <= bucket.requests * normal.badShare).map(({ at }) => at),
  );
  const first = timeToHold(good, spans.from, spans.from, spans.end);
  const value = first === null ? null : timeToHold(good, spans.from, calmFrom(good, spans.from + first, spans.end), spans.end);
  const rest = {
    ...base,
    value,
    n: after.length,
    details: { p95Before: normal.p95, p95Bound: bound, failedShareBefore: normal.badShare, firstGoodAfter: first },
  };
  const again = first === value ? '' : `; it was good ${formatDuration(first ?? 0)} after it already, but not for good`;
  const rule = `p95 at most ${formatDuration(bound)} (${formatDuration(normal.p95)} before) and failed or wrong answers at most ${formatPercent(normal.badShare)}, limit ${formatDuration(gate.max)}`;
  if (value !== null && value <= gate.max)
    return judgement('recovered', `Back to normal ${formatDuration(value)} after the ${what}: ${rule}.`, rest);
  if (value !== null)
    return judgement('not-recovered', `Back to normal only ${formatDuration(value)} after the ${what}: ${rule}${again}.`, rest);
  const watched = formatDuration(spans.end - spans.from);
  if (spans.end - spans.from < gate.max + RECOVERY_HOLD_MS) {
    const text = `No verdict: the load ended ${watched} after the ${what}, too early to see a recovery: ${rule}.`;
    return judgement('too-few-datapoints', text, rest);
  }
  return judgement('not-recovered', `Not back to normal within the ${watched} that were watched after the ${what}: ${rule}${again}.`, rest);
}

/** What a release has to recover from; epoch ms. */
interface Spans {
  readonly what: 'spike' | 'failover';
  readonly start: number;
  /** Until then nothing disturbed it. */
  readonly calmUntil: number;
  /** From when on the recovery is timed. */
  readonly from: number;
  readonly end: number;
}

function spansOf({ window, plan }: StageEvidence): Spans | null {
  const start = Date.parse(window.start);
  const end = Date.parse(window.end);
  if (plan.failoverAtMs !== undefined) {
    const from = start + plan.failoverAtMs;
    return { what: 'failover', start: start + plan.judgedFromMs, calmUntil: from, from, end };
  }
  const first = plan.segments[0];
  if (plan.plateau === null || first === undefined || first.rate !== plan.startRate) return null;
  return { what: 'spike', start, calmUntil: start + first.durationMs, from: start + plan.plateau.toMs, end };
}

/** A request that failed also fails its check: the larger number is how many were bad. */
function badIn({ failed, checksFailed }: LoadBucket): number {
  return Math.max(failed, checksFailed);
}

function normalOf(before: readonly LoadBucket[]): { readonly p95: number; readonly badShare: number } {
  const sum = (of: (bucket: LoadBucket) => number) => before.reduce((total, bucket) => total + of(bucket), 0);
  return { p95: median(before.map(({ p95 }) => p95)), badShare: sum(badIn) / sum(({ requests }) => requests) };
}

const STEP_MS = 1000;
const wholeSecond = (at: number) => Math.ceil(at / STEP_MS) * STEP_MS;

/**
 * Epoch ms from when on nothing disturbs what was good already. A disturbance has at least as many bad seconds as the hold time
 * within twice that time: a blip of one or two is noise wherever it falls, every other second is not.
 */
function calmFrom(good: ReadonlySet<number>, from: number, end: number): number {
  const bad: number[] = [];
  for (let at = wholeSecond(from); at + STEP_MS <= end; at += STEP_MS) if (!good.has(at)) bad.push(at);
  const needed = RECOVERY_HOLD_MS / STEP_MS;
  const lastOf = bad.filter((at, i) => at - (bad[i - needed + 1] ?? Number.NEGATIVE_INFINITY) < 2 * RECOVERY_HOLD_MS);
  return (lastOf.at(-1) ?? from - STEP_MS) + STEP_MS;
}

/** ms from `from` to the first good second, not before `since`, that is followed by good ones for the hold time; null for never. */
function timeToHold(good: ReadonlySet<number>, from: number, since: number, end: number): number | null {
  for (let at = wholeSecond(since); at + RECOVERY_HOLD_MS <= end; at += STEP_MS) {
    let held = 0;
    while (held < RECOVERY_HOLD_MS && good.has(at + held)) held += STEP_MS;
    if (held >= RECOVERY_HOLD_MS) return at - from;
  }
  return null;
}
