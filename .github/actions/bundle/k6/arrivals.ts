import type { LoadPlan } from '../src/gates/load-plan.ts';

/**
 * When a planned arrival is due and how many are due by a time: the area under the plan's rates and its inverse.
 * Pure, so that the generator, its tests and the reader of its output agree on one plan.
 */

interface Segment {
  readonly startMs: number;
  readonly endMs: number;
  readonly from: number;
  readonly to: number;
  /** Arrivals that are due before the segment begins. */
  readonly before: number;
  readonly area: number;
}

function segmentsOf(plan: LoadPlan): readonly Segment[] {
  const segments: Segment[] = [];
  let from = plan.startRate;
  let startMs = 0;
  let before = 0;
  for (const { rate, durationMs } of plan.segments) {
    const area = ((from + rate) / 2) * (durationMs / 1000);
    segments.push({ startMs, endMs: startMs + durationMs, from, to: rate, before, area });
    from = rate;
    startMs += durationMs;
    before += area;
  }
  return segments;
}

/** Seconds into a segment after which `area` arrivals are due; the rate is a straight line. */
function secondsFor(segment: Segment, area: number): number {
  const duration = (segment.endMs - segment.startMs) / 1000;
  const slope = (segment.to - segment.from) / duration;
  // The root in this form keeps its precision when the slope is close to zero.
  const root = Math.sqrt(Math.max(0, segment.from * segment.from + 2 * slope * area));
  return Math.min(duration, (2 * area) / (segment.from + root));
}

/**
 * Milliseconds from the plan's start at which iteration `index` (from 0) is due.
 * k6 begins an iteration when the area under the rates reaches the next whole number, so the first
 * one is due after one whole arrival and never at time 0.
 * @returns the plan's end for an index beyond the planned number.
 */
export function expectedStartMs(plan: LoadPlan, index: number): number {
  const target = index + 1;
  let end = 0;
  for (const segment of segmentsOf(plan)) {
    if (target <= segment.before + segment.area) {
      return target > segment.before ? segment.startMs + secondsFor(segment, target - segment.before) * 1000 : segment.startMs;
    }
    end = segment.endMs;
  }
  return end;
}

/** The area under the rates from the plan's start to `ms`: whole numbers are arrivals. 0 before the start. */
export function arrivalsBy(plan: LoadPlan, ms: number): number {
  let arrivals = 0;
  for (const segment of segmentsOf(plan)) {
    if (ms <= segment.startMs) break;
    const seconds = (Math.min(ms, segment.endMs) - segment.startMs) / 1000;
    const slope = ((segment.to - segment.from) * 1000) / (segment.endMs - segment.startMs);
    arrivals += segment.from * seconds + (slope * seconds * seconds) / 2;
  }
  return arrivals;
}
