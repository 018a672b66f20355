import type { StageReport } from '../../gates/report-schema';
import { gate, replaced, stageReport } from './gate-builder';
import { canaryTraffic, leakDetails, quotient, SPIKE, soakGates } from './gates-passed';
import { STAGES_OF_SAMPLES as STAGES } from './stages';

export const SOAK_LEAKING = stageReport(
  STAGES.soakLeaking,
  replaced(soakGates, [
    gate({
      id: 'redis-connection-leak',
      judge: 'leak',
      of: 'redis.connections',
      reason: 'leak-level',
      value: 341.666666667,
      limit: 3,
      unit: 'connections per environment',
      n: 12,
      details: {
        ...leakDetails,
        peakPerEnvironment: 341.666666667,
        growth: 166.8,
        connectionsPerMinute: 1091.7,
        minutesToDescriptorLimit: 3.63,
      },
      message:
        'Environments held up to 341.7 connections each, limit 3 (12 datapoints, 6 environments); the total grows by 1091.7 connections per minute, 3.63 min until the first limit is met.',
    }),
    gate({
      id: 'redis-new-connections',
      judge: 'limit',
      of: 'redis.newConnections / api.requests',
      reason: 'above-limit',
      value: 1,
      limit: 0.05,
      unit: 'ratio',
      n: 3600,
      message: 'New connections: 3600 for 3600 requests at the gateway, 1 each, limit 0.05.',
    }),
    gate({
      id: 'redis-idle-return',
      judge: 'idle-return',
      of: 'redis.connections',
      reason: 'not-returned',
      value: 2104,
      limit: 22,
      unit: 'connections',
      n: 2,
      message: '2104 connections stayed after the load had ended, limit 22 (floor 4 and 3 for each of 6 environments).',
    }),
    gate({
      id: 'redis-capacity',
      judge: 'capacity',
      of: 'redis.connectionsPerNode',
      reason: 'over-capacity',
      value: 341_668.666667,
      limit: 52_000,
      unit: 'connections',
      n: 12,
      message:
        "At production's peak of 1000 environments, old and new release together, the fullest cache node would hold 341668.7 connections (170.8 per environment now), limit 52000 (80 % of 65000).",
    }),
    gate({
      id: 'api-5xx',
      judge: 'limit',
      of: 'api.5xx / api.requests',
      reason: 'above-limit',
      value: 0.548888888889,
      limit: 0.001,
      unit: 'fraction',
      n: 3600,
      message:
        '5XX answers of the gateway: 1976 of 3600 requests (54.89 %), limit 0.1 %; with 95 % confidence the true share is above 53.51 %.',
      details: { events: 1976, requests: 3600, low: 0.5351 },
    }),
    gate({
      id: 'client-failed',
      judge: 'limit',
      of: 'client.failed / client.requests',
      reason: 'above-limit',
      value: 0.548888888889,
      limit: 0.001,
      unit: 'fraction',
      n: 3600,
      message:
        'Requests without a valid answer (5XX, time-out or none): 1976 of 3600 requests (54.89 %), limit 0.1 %; with 95 % confidence the true share is above 53.51 %.',
    }),
    gate({
      id: 'client-checks',
      judge: 'limit',
      of: 'client.checksFailed / client.requests',
      reason: 'above-limit',
      value: 0.548888888889,
      limit: 0.001,
      unit: 'fraction',
      n: 3600,
      message:
        'Answers whose content was wrong: 1976 of 3600 requests (54.89 %), limit 0.1 %; with 95 % confidence the true share is above 53.51 %.',
    }),
    gate({
      id: 'api-latency',
      judge: 'limit',
      of: 'api.latencyP95',
      reason: 'within-limit',
      value: 28.25,
      limit: 200,
      unit: 'ms',
      n: 12,
      message: 'P95 latency at the gateway: 28.25 ms held for the 15 s from 2026-01-31T10:01:15.000Z on, limit 200 ms (12 datapoints).',
    }),
  ]),
);

export const SOAK_FADING = stageReport(
  STAGES.soakFading,
  replaced(soakGates, [
    gate({
      id: 'redis-connection-leak',
      judge: 'leak',
      of: 'redis.connections',
      reason: 'metric-missing',
      value: null,
      limit: 3,
      unit: 'connections per environment',
      n: 0,
      message: 'No verdict: redis.connections has no datapoint at 2026-01-31T10:00:55.000Z.',
    }),
    gate({
      id: 'redis-idle-return',
      judge: 'idle-return',
      of: 'redis.connections',
      reason: 'metric-missing',
      value: null,
      limit: null,
      unit: 'connections',
      n: 0,
      message: 'No verdict: redis.connections has no datapoint at 2026-01-31T10:01:30.000Z.',
    }),
    gate({
      id: 'redis-capacity',
      judge: 'capacity',
      of: 'redis.connectionsPerNode',
      reason: 'metric-missing',
      value: null,
      limit: 52_000,
      unit: 'connections',
      n: 0,
      message: 'No verdict: redis.connections has no datapoint at 2026-01-31T10:00:55.000Z.',
    }),
  ]),
);

export const CANARY_FAILING = stageReport(STAGES.canaryFailing, [
  canaryTraffic,
  gate({
    ...quotient,
    id: 'canary-errors',
    of: 'lambda.errors / lambda.invocations',
    reason: 'above-limit',
    value: 0.0666666666667,
    limit: 0.02,
    n: 150,
    message: 'Failed invocations: 10 of 150 requests (6.67 %), limit 2 %; with 95 % confidence the true share is above 3.66 %.',
  }),
  gate({
    ...quotient,
    id: 'canary-responses-5xx',
    of: 'runtime.responses5xx / runtime.responses',
    reason: 'above-limit',
    value: 0.0666666666667,
    limit: 0.02,
    n: 150,
    message:
      '5XX responses that the release reports: 10 of 150 requests (6.67 %), limit 2 %; with 95 % confidence the true share is above 3.66 %.',
  }),
]);

/** A gate in observe mode that would have failed. */
export const OBSERVED = gate({
  id: 'redis-engine-cpu',
  judge: 'limit',
  mode: 'observe',
  of: 'redis.engineCpu',
  reason: 'above-limit',
  value: 0.71,
  limit: 0.6,
  unit: 'fraction',
  n: 12,
  message: 'Engine CPU of the busiest cache node: 71 % over 12 datapoints, limit 60 %.',
});

/** The spike that never was: the run ended with the soak. */
export const SPIKE_NOT_RUN: StageReport = {
  ...SPIKE,
  verdict: 'inconclusive',
  reason: 'not-run',
  window: null,
  load: null,
  gates: SPIKE.gates.map((each) => ({
    ...each,
    verdict: 'inconclusive',
    reason: 'not-run',
    value: null,
    limit: null,
    unit: 'count',
    n: 0,
    message: 'No verdict: the stage did not run.',
    details: {},
  })),
};
