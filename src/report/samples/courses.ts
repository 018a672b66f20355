/** How a sample stage behaves, as functions of the seconds since its load began. Null is a missing datapoint. */
export interface Course {
  /** Share of requests that the gateway answered with 5XX. */
  readonly failedShare: (second: number) => number;
  readonly environments: (second: number) => number;
  /** Connections on primary and replica, those of the cache service included. */
  readonly primary: (second: number) => number | null;
  readonly replica: (second: number) => number | null;
  readonly newPerRequest: (second: number) => number;
  /** ms */
  readonly p95: (second: number) => number;
}

/** Small, repeatable unrest: no randomness, so that golden files stay as they are. */
const wobble = (second: number) => (second * 7) % 5;
const within = (second: number, from: number, to: number) => second >= from && second < to;

/** Two clients per environment, one on each node; constant to the connection. */
export function healthy(environments: number): Course {
  const level = (second: number) => (second < 0 ? 2 : 2 + environments);
  return {
    failedShare: () => 0,
    environments: () => environments,
    primary: level,
    replica: level,
    newPerRequest: (second) => (second < 5 ? 0.04 : 0),
    p95: (second) => 6 + wobble(second) / 2,
  };
}

/** A spike over a base load; more environments start on the ramp. */
export function spiking(): Course {
  const environments = (second: number) => (second < 5 ? 4 : 7);
  const level = (second: number) => (second < 0 ? 6 : 2 + environments(second));
  return {
    failedShare: () => 0,
    environments,
    primary: level,
    replica: level,
    newPerRequest: (second) => (within(second, 5, 10) ? 0.03 : 0),
    p95: (second) => (within(second, 6, 9) ? 58 - (second - 6) * 12 : 7 + wobble(second) / 2),
  };
}

/** The incident: a client per invocation, never closed; descriptors of the busiest environment end after 21 s. */
export function leaking(): Course {
  const total = (second: number) => (second < 0 ? 0 : second < 28 ? 60 * second : Math.min(2100, 1680 + 10 * (second - 28)));
  return {
    failedShare: (second) => (second < 21 ? 0 : second < 30 ? 0.41 : 0.74),
    environments: () => 6,
    primary: (second) => 2 + Math.ceil(total(second) / 2),
    replica: (second) => 2 + Math.floor(total(second) / 2),
    newPerRequest: () => 1,
    p95: (second) => 11 + second / 4 + wobble(second),
  };
}

/** Healthy, but CloudWatch stops answering after 35 s. */
export function fadingMetrics(): Course {
  const base = healthy(6);
  const known = (of: (second: number) => number | null) => (second: number) => (second < 35 ? of(second) : null);
  return { ...base, primary: known(base.primary), replica: known(base.replica) };
}

/** The new version of a canary, failing some of its requests. */
export function failingCanary(): Course {
  return { ...healthy(5), failedShare: (second) => (second < 0 ? 0 : 0.09) };
}
