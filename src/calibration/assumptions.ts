import { LAGS_MS } from './recorded-lags';

/** What a simulated run of the whole policy takes for granted. */
export interface Assumptions {
  /** Share of a healthy release's requests that fail: a deployment of the platform, a packet that got lost. */
  readonly failure: number;
  /** Connections leaked per request; 0 for a healthy release. */
  readonly leak: number;
  /** k6's arrival lag (p95) of a stage, ms: one of these is drawn. */
  readonly lagsMs: readonly number[];
  /** Iterations that k6 dropped in each stage. */
  readonly dropped: number;
  /** One metric of one stage lacks the last datapoint under load when the series are read. */
  readonly late: boolean;
  /** One metric of one stage is never published. */
  readonly missing: boolean;
}

export const ASSUMED: Assumptions = { failure: 1 / 200_000, leak: 0, lagsMs: [2], dropped: 0, late: false, missing: false };

/** One thing other than assumed. */
export interface Condition {
  readonly name: string;
  readonly assumptions: Assumptions;
  /** Whether each run has the one before as its baseline. */
  readonly baseline: boolean;
}

const other = (name: string, change: Partial<Assumptions>, baseline = true): Condition => ({
  name,
  assumptions: { ...ASSUMED, ...change },
  baseline,
});

/** Healthy runs: how often the policy blocks them. */
export const HEALTHY_CONDITIONS: readonly Condition[] = [
  other('without a baseline', {}, false),
  other('no request ever fails', { failure: 0 }),
  other('1 request in 20,000 fails', { failure: 1 / 20_000 }),
  other('arrival lag as in recorded runs', { lagsMs: LAGS_MS }),
  other('a last datapoint is late', { late: true }),
  other('a metric is never published', { missing: true }),
  other('an iteration is dropped in each stage', { dropped: 1 }),
];

/** Leaking releases: how often the policy blocks them. */
export const LEAKS: readonly Condition[] = [
  other('1 request in 100 leaks a connection', { leak: 1 / 100 }),
  other('1 request in 5,000 leaks a connection', { leak: 1 / 5000 }),
  other('1 request in 10,000 leaks a connection', { leak: 1 / 10_000 }),
];
