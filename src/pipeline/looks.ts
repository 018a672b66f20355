import type { StageName } from '../gates/vocabulary';
import { previousBoundary } from './clock';
import type { StageWindows } from './stage-windows';

/** Shares of the judged window at which a load is looked at; fixed, and each once. */
const SHARES = [0.25, 0.5, 0.75] as const;
/** A smoke is short, a failover is judged by what comes after the loss, and a canary is watched otherwise. */
const STAGES: readonly StageName[] = ['soak', 'spike'];
/** A window of fewer periods is over before its first look has settled metrics. */
const LEAST_PERIODS = 8;

/** One look at a load that still runs; epoch milliseconds. */
export interface Look {
  readonly share: number;
  /** The evidence until here is looked at: a period boundary. */
  readonly atMs: number;
  /** The next look, or the end of the judged window: metrics that have not settled by then are not looked at. */
  readonly untilMs: number;
}

export function looksAt(stage: StageName, { judged }: Pick<StageWindows, 'judged'>, periodMs: number): readonly Look[] {
  const [start, end] = [Date.parse(judged.start), Date.parse(judged.end)];
  if (!STAGES.includes(stage) || end - start < LEAST_PERIODS * periodMs) return [];
  const at = SHARES.map((share) => previousBoundary(start + share * (end - start), periodMs));
  return SHARES.map((share, i) => ({ share, atMs: at[i] ?? end, untilMs: at[i + 1] ?? end }));
}
