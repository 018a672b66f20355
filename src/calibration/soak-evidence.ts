import { metricNamed } from '../gates/catalogue';
import type { Series, StageEvidence } from '../gates/evidence-schema';
import type { Course } from './noise-model';
import { cloudWatchSeries, EPOCH, isoOf, TIER } from './simulated-tier';

const FLOOR_PERIODS = 3;
const RATE = 60;
/** One node without connections of the cache's own: what is simulated is what the gate sees. */
const IDENTITY = { ...TIER, nodes: TIER.nodes.slice(0, 1), monitoringConnectionsPerNode: 0 };

/**
 * Evidence of a soak under constant load with just the series that a leak gate reads: all of it judged, and before it
 * nobody was connected (the pipeline does not begin a load before the floor has settled).
 */
export function soakEvidence({ connections, concurrency }: Course, periodSeconds: number): StageEvidence {
  const periodMs = periodSeconds * 1000;
  const start = EPOCH + FLOOR_PERIODS * periodMs;
  const durationMs = connections.length * periodMs;
  const judged = { start: isoOf(start), end: isoOf(start + durationMs) };
  const floor = Array.from({ length: FLOOR_PERIODS }, () => 0);
  return {
    name: 'soak',
    tier: 'staging',
    attempt: 1,
    identity: IDENTITY,
    periodSeconds,
    deployedAt: isoOf(EPOCH),
    plan: {
      stage: 'soak',
      warm: 0,
      startRate: RATE,
      segments: [{ rate: RATE, durationMs }],
      peakRate: RATE,
      requestTimeoutMs: 5000,
      judgedFromMs: 0,
      judgedToMs: durationMs,
      plateau: null,
    },
    window: judged,
    judged,
    after: null,
    load: null,
    series: [
      seriesOf('redis.connections', [...floor, ...connections], EPOCH, periodSeconds),
      seriesOf('lambda.concurrency', concurrency, start, periodSeconds),
    ],
    fault: null,
  };
}

function seriesOf(name: string, values: readonly number[], from: number, periodSeconds: number): Series {
  const metric = metricNamed(name);
  const [dimensions = {}] = metric.dimensions(IDENTITY, null);
  return cloudWatchSeries(
    { metric, dimensions },
    periodSeconds,
    values.map((value, i) => [from + i * periodSeconds * 1000, value]),
  );
}
