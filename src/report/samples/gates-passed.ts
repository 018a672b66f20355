import type { GateVerdict } from '../../gates/report-schema';
import { gate, stageReport } from './gate-builder';
import { STAGES_OF_SAMPLES as STAGES } from './stages';

export const quotient = { judge: 'limit', unit: 'fraction', reason: 'within-limit' } as const;

const level = { judge: 'limit', reason: 'within-limit', n: 12 } as const;

function clean(id: string, of: string, n: number, limit: number): GateVerdict {
  const what = of.startsWith('api')
    ? '5XX answers of the gateway'
    : of.includes('checks')
      ? 'Answers whose content was wrong'
      : 'Requests without a valid answer (5XX, time-out or none)';
  return gate({
    ...quotient,
    id,
    of,
    value: 0,
    limit,
    n,
    message: `${what}: 0 of ${n} requests (0 %), limit ${limit * 100} %.`,
    details: { events: 0, requests: n, low: 0 },
  });
}

/** The planned load was applied: `n` requests at `rate` per second. */
export const loadApplied = (n: number, rate: number): GateVerdict =>
  gate({
    id: 'load-validity',
    judge: 'load-validity',
    of: 'load',
    reason: 'load-applied',
    value: 1,
    limit: 0.95,
    unit: 'ratio',
    n,
    message: `${n} requests at ${rate}/s of ${rate}/s planned, none dropped; the gateway counted ${n}.`,
    details: {
      plannedRate: rate,
      achievedRate: rate,
      dropped: 0,
      answered: n,
      gatewayRequests: n,
      arrivalLagP95Ms: 1.8,
      cpuPressure: 34.5,
    },
  });

export const SMOKE = stageReport(STAGES.smoke, [
  loadApplied(50, 10),
  clean('smoke-client-failed', 'client.failed / client.requests', 50, 0),
  clean('smoke-client-checks', 'client.checksFailed / client.requests', 50, 0),
]);

export const leakDetails = {
  peakPerEnvironment: 2,
  environments: 6,
  floor: 4,
  growth: 0,
  growthNeeded: 1,
  pIncreasing: 0.5,
  slopeLow: 0,
  connectionsPerMinute: 0,
  smallestLeakPerMinute: 6.5,
};

/** What a soak holds its levels to, whatever else a sample shows. */
export const soakLevels: readonly GateVerdict[] = [
  gate({
    ...level,
    id: 'api-latency',
    of: 'api.latencyP95',
    value: 7,
    limit: 200,
    unit: 'ms',
    message: 'P95 latency at the gateway: 7 ms held for the 15 s from 2026-01-31T10:00:30.000Z on, limit 200 ms (12 datapoints).',
  }),
  gate({
    ...level,
    id: 'lambda-memory',
    of: 'lambda.maxMemoryUsed',
    value: 118,
    limit: 410,
    unit: 'MB',
    message: 'Memory of the fullest environment: 118 MB over 12 datapoints, limit 410 MB.',
  }),
  gate({
    ...level,
    id: 'redis-engine-cpu',
    of: 'redis.engineCpu',
    value: 0.02,
    limit: 0.25,
    unit: 'fraction',
    message: 'Engine CPU of the busiest cache node: 2 % held for the 15 s from 2026-01-31T10:00:30.000Z on, limit 25 % (12 datapoints).',
  }),
  gate({
    ...level,
    id: 'runtime-descriptors',
    of: 'runtime.openFileDescriptors',
    value: 25,
    limit: 512,
    unit: 'count',
    message: 'Open file descriptors of the fullest environment: 25 over 12 datapoints, limit 512.',
  }),
];

export const soakGates: readonly GateVerdict[] = [
  loadApplied(3900, 60),
  gate({
    id: 'redis-connection-leak',
    judge: 'leak',
    of: 'redis.connections',
    reason: 'no-leak',
    value: 2,
    limit: 3,
    unit: 'connections per environment',
    n: 12,
    details: leakDetails,
    message:
      'Environments held up to 2 connections each, limit 3 (12 datapoints, 6 environments) and do not grow; this run would have seen a leak of 6.55 connections per minute.',
  }),
  gate({
    id: 'redis-new-connections',
    judge: 'limit',
    of: 'redis.newConnections / api.requests',
    reason: 'within-limit',
    value: 0,
    limit: 0.05,
    unit: 'ratio',
    n: 3600,
    message: 'New connections: 0 for 3600 requests at the gateway, 0 each, limit 0.05.',
    details: { numerator: 0, denominator: 3600 },
  }),
  gate({
    id: 'redis-idle-return',
    judge: 'idle-return',
    of: 'redis.connections',
    reason: 'returned-to-floor',
    value: 16,
    limit: 22,
    unit: 'connections',
    n: 2,
    message: '16 connections were left after the load, limit 22 (4 of others and 3 for each of 6 environments).',
    details: { floor: 4, monitoring: 4, foreign: 0, environments: 6, maxPerEnvironment: 3 },
  }),
  gate({
    id: 'redis-capacity',
    judge: 'capacity',
    of: 'redis.connectionsPerNode',
    reason: 'within-capacity',
    value: 2002,
    limit: 52_000,
    unit: 'connections',
    n: 12,
    message:
      "At production's peak of 1000 environments, old and new release together, the fullest cache node would hold 2002 connections (1 per environment now), limit 52000 (80 % of 65000).",
    details: { perEnvironment: 1, peakConcurrency: 1000, overlap: 2, nodeLimit: 65_000 },
  }),
  clean('api-5xx', 'api.5xx / api.requests', 3600, 0.001),
  clean('client-failed', 'client.failed / client.requests', 3600, 0.001),
  clean('client-checks', 'client.checksFailed / client.requests', 3600, 0.001),
  gate({
    id: 'lambda-throttles',
    judge: 'limit',
    of: 'lambda.throttles',
    reason: 'within-limit',
    value: 0,
    limit: 0,
    unit: 'count',
    n: 12,
    message: 'Throttled invocations: 0 over 12 datapoints, limit 0.',
  }),
  { ...clean('control-route', 'client.failed / client.requests', 1200, 0.01), route: 'GET /health' },
  ...soakLevels,
];

export const SOAK = stageReport(STAGES.soak, soakGates);

export const SPIKE = stageReport(STAGES.spike, [
  loadApplied(480, 24),
  clean('spike-api-5xx', 'api.5xx / api.requests', 480, 0.01),
  clean('spike-client-failed', 'client.failed / client.requests', 480, 0.01),
  clean('spike-client-checks', 'client.checksFailed / client.requests', 480, 0.01),
  gate({
    id: 'spike-throttles',
    judge: 'limit',
    of: 'lambda.throttles',
    reason: 'within-limit',
    value: 0,
    limit: 0,
    unit: 'count',
    n: 4,
    message: 'Throttled invocations: 0 over 4 datapoints, limit 0.',
  }),
  gate({
    id: 'spike-capacity',
    judge: 'capacity',
    of: 'redis.connectionsPerNode',
    reason: 'within-capacity',
    value: 2002,
    limit: 52_000,
    unit: 'connections',
    n: 4,
    message:
      "At production's peak of 1000 environments, old and new release together, the fullest cache node would hold 2002 connections (1 per environment now), limit 52000 (80 % of 65000).",
    details: { perEnvironment: 1, peakConcurrency: 1000, overlap: 2, nodeLimit: 65_000 },
  }),
  gate({
    id: 'spike-idle-return',
    judge: 'idle-return',
    of: 'redis.connections',
    reason: 'returned-to-floor',
    value: 18,
    limit: 25,
    unit: 'connections',
    n: 1,
    message: '18 connections were left after the load, limit 25 (4 of others and 3 for each of 7 environments).',
    details: { floor: 16, monitoring: 4, foreign: 0, environments: 7, maxPerEnvironment: 3 },
  }),
  gate({
    id: 'spike-recovery',
    judge: 'recovery',
    of: 'client.p95',
    reason: 'recovered',
    value: 0,
    limit: 5000,
    unit: 'ms',
    n: 8,
    message: 'Back to normal 0 ms after the spike: p95 at most 58 ms (8 ms before) and failed requests at most 0 %, limit 5 s.',
    details: { p95Before: 8, p95Bound: 58, failedShareBefore: 0 },
  }),
]);

/** A canary's load is production's: each version must have had enough of it. */
export const canaryTraffic: GateVerdict = gate({
  id: 'load-validity',
  judge: 'load-validity',
  of: 'load',
  reason: 'load-applied',
  value: 150,
  limit: 100,
  unit: 'count',
  n: 150,
  message: 'The new version had 150 requests, the previous one 150; each needs 100.',
  details: { newVersion: 150, previousVersion: 150 },
});

export const CANARY = stageReport(STAGES.canary, [
  canaryTraffic,
  gate({
    ...quotient,
    id: 'canary-errors',
    of: 'lambda.errors / lambda.invocations',
    value: 0,
    limit: 0.02,
    n: 150,
    message: 'Failed invocations: 0 of 150 requests (0 %), limit 2 %.',
  }),
  gate({
    ...quotient,
    id: 'canary-responses-5xx',
    of: 'runtime.responses5xx / runtime.responses',
    value: 0.0133,
    limit: 0.02,
    n: 150,
    warned: true,
    message: '5XX responses that the release reports: 2 of 150 requests (1.33 %), limit 2 %; above the warning line of 1 %.',
  }),
]);
