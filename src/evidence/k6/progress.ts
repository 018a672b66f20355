import { addInto, createHistogram, quantileOf } from './log-histogram';
import type { Counts } from './tally';

/** What a person sees once per second while the load runs. */
export interface LoadProgress {
  /** Since the plan's start; negative while k6 waits for it. */
  readonly elapsedMs: number;
  readonly requests: number;
  /** Requests that began in the last whole second. */
  readonly rate: number;
  readonly failed: number;
  /** Of the last whole second; null without a valid answer in it. */
  readonly p95Ms: number | null;
  readonly dropped: number;
}

/** k6 writes its samples every 200 ms: the second before the last whole one is complete but for open requests. */
const SETTLED_MS = 500;

/** @param counts of every generator that shares the load. */
export function progressOf(counts: readonly Counts[], startAt: number, now: number): LoadProgress {
  const second = Math.floor((now - SETTLED_MS) / 1000) * 1000 - 1000;
  const latency = createHistogram();
  let rate = 0;
  for (const { requests, latency: seen } of counts.flatMap(({ seconds }) => [...(seconds.get(second)?.values() ?? [])])) {
    rate += requests;
    addInto(latency, seen);
  }
  const sum = (key: 'requests' | 'failed' | 'dropped') => counts.reduce((total, each) => total + each[key], 0);
  return {
    elapsedMs: now - startAt,
    requests: sum('requests'),
    rate,
    failed: sum('failed'),
    p95Ms: quantileOf(latency, 0.95),
    dropped: sum('dropped'),
  };
}
