import type { Window } from '../evidence-schema';

/** Start times (epoch ms) of the periods in [start, end), both on the grid of the period. */
export function periodsBetween(startMs: number, endMs: number, periodMs: number): readonly number[] {
  const periods: number[] = [];
  for (let at = Math.ceil(startMs / periodMs) * periodMs; at + periodMs <= endMs; at += periodMs) periods.push(at);
  return periods;
}

export function periodsOf(window: Window, periodSeconds: number): readonly number[] {
  return periodsBetween(Date.parse(window.start), Date.parse(window.end), periodSeconds * 1000);
}
