import type { Direction } from '../../../src/gates/policy/changes-rule';

/** Where, from what to what, and what that is; undefined where the key is not set. `at` names gates by their ids. */
export interface Case {
  readonly at: string;
  readonly from: unknown;
  readonly to: unknown;
  readonly direction: Direction;
  readonly before: string | null;
  readonly after: string | null;
}

function one(at: string, from: unknown, to: unknown, direction: Direction, before: string | null, after: string | null): Case {
  return { at, from, to, direction, before, after };
}

const soak = 'stages.soak.gates';
/** A gate that the shipped policy does not have. */
export const BASELINE_GATE = {
  id: 'latency-before',
  judge: 'baseline',
  of: 'client.p95',
  max: '50ms',
  maxIncrease: '20%',
  maxIncreaseAbsolute: '5ms',
} as const;
const LATER = `${soak}.${BASELINE_GATE.id}`;
const REASON = 'known and accepted until spring';
const CANARY_LOAD = { rate: '30/s', duration: '5m', requestTimeout: '5s' };

/** At least one for each key of the schema. */
export const CASES: readonly Case[] = [
  one(`${soak}.api-5xx.max`, '0.1%', '1%', 'loosened', '0.1 %', '1 %'),
  one(`${soak}.api-5xx.warn`, '0.05%', undefined, 'loosened', '0.05 %', null),
  one(`${soak}.api-5xx.warn`, '0.05%', '0.01%', 'tightened', '0.05 %', '0.01 %'),
  one(`${soak}.redis-new-connections.max`, 0.05, '20%', 'loosened', '0.05', '0.2'),
  one(`${soak}.lambda-throttles.max`, 0, 5, 'loosened', '0', '5'),
  one(`${soak}.api-5xx.minRequests`, undefined, 300, 'loosened', '3000', '300'),
  one(`${soak}.api-5xx.minRequests`, undefined, 4000, 'tightened', '3000', '4000'),
  one(`${soak}.lambda-throttles.minDatapoints`, 10, undefined, 'loosened', '10', null),
  one(`${soak}.lambda-throttles.minDatapoints`, 3, 10, 'tightened', '3', '10'),
  one(`${soak}.api-5xx.confidence`, undefined, 0.99, 'loosened', '95 %', '99 %'),
  one(`${soak}.api-latency.for`, '15s', undefined, 'tightened', '15s', null),
  one(`${soak}.api-latency.for`, '15s', '30s', 'loosened', '15s', '30s'),
  one(`${soak}.client-failed.within`, undefined, '1m', 'changed', null, '1m'),
  one(`${soak}.client-failed.within`, '1m', '2m', 'changed', '1m', '2m'),
  one(`${soak}.control-route.route`, 'GET /health', 'GET /ready', 'changed', 'GET /health', 'GET /ready'),
  one(`${soak}.client-checks.route`, undefined, 'GET /health', 'changed', null, 'GET /health'),
  one(
    `${soak}.client-failed.of`,
    'client.failed / client.requests',
    'client.failed / client.requests per route',
    'changed',
    'client.failed / client.requests',
    'client.failed / client.requests per route',
  ),
  ...['api-5xx', 'redis-connection-leak', 'redis-idle-return', 'redis-capacity'].map((id) =>
    one(`${soak}.${id}.disabled`, undefined, REASON, 'loosened', null, REASON),
  ),
  one('stages.spike.gates.spike-recovery.disabled', REASON, undefined, 'tightened', REASON, null),
  one(`${soak}.api-5xx.disabled`, REASON, `${REASON}, really`, 'changed', REASON, `${REASON}, really`),
  one(`${soak}.redis-connection-leak.growthFloor`, '20%', '30%', 'loosened', '20 %', '30 %'),
  one(`${soak}.redis-connection-leak.growthFloorAbsolute`, 1, 2, 'loosened', '1', '2'),
  one(`${soak}.redis-connection-leak.maxPerEnvironment`, 3, 2, 'tightened', '3', '2'),
  one(`${soak}.redis-connection-leak.minDatapoints`, 10, 6, 'loosened', '10', '6'),
  one(`${soak}.redis-connection-leak.confidence`, undefined, 0.9, 'tightened', '95 %', '90 %'),
  one(`${soak}.redis-idle-return.maxPerEnvironment`, 3, 4, 'loosened', '3', '4'),
  one(`${soak}.redis-capacity.max`, '80%', '95%', 'loosened', '80 %', '95 %'),
  one('stages.spike.gates.spike-recovery.max', '5s', '4s', 'tightened', '5s', '4s'),
  one('stages.spike.gates.spike-recovery.tolerance', '300%', '400%', 'loosened', '300 %', '400 %'),
  one('stages.spike.gates.spike-recovery.toleranceAbsolute', '50ms', '40ms', 'tightened', '50ms', '40ms'),

  one(`${LATER}.max`, '50ms', undefined, 'loosened', '50ms', null),
  one(`${LATER}.maxIncrease`, '20%', '30%', 'loosened', '20 %', '30 %'),
  one(`${LATER}.maxIncreaseAbsolute`, '5ms', '4ms', 'tightened', '5ms', '4ms'),
  one(`${LATER}.minDatapoints`, undefined, 8, 'tightened', null, '8'),
  one(`${LATER}.confidence`, undefined, 0.99, 'loosened', '95 %', '99 %'),
  one(`${LATER}.disabled`, undefined, REASON, 'loosened', null, REASON),

  one('stages.soak.script', 'k6/soak.ts', 'k6/smoke.ts', 'changed', 'k6/soak.ts', 'k6/smoke.ts'),
  one('stages.soak.reservedConcurrency', 10, 5, 'changed', '10', '5'),
  one('stages.soak.observeAfter.standard', '5m', '2m', 'changed', '5m', '2m'),
  one('stages.canary.weight', '50%', '10%', 'changed', '50 %', '10 %'),
  one('stages.canary.onInconclusive', 'roll-back', 'hold', 'loosened', 'roll-back', 'hold'),
  one('stages.canary.onInconclusive', undefined, 'hold', 'loosened', null, 'hold'),
  one('stages.canary.maxWait.standard', '15m', '30m', 'changed', '15m', '30m'),
  one('stages.soak.load.standard.rate', '60/s', '30/s', 'loosened', '60/s', '30/s'),
  one('stages.soak.load.standard.duration', '15m', '20m', 'tightened', '15m', '20m'),
  one('stages.soak.load.standard.rampUp', '2m', '5m', 'loosened', '2m', '5m'),
  one('stages.soak.load.standard.requestTimeout', '5s', '10s', 'loosened', '5s', '10s'),
  one('stages.soak.load.standard.warm', undefined, 8, 'changed', null, '8'),
  one('stages.soak.load.standard.segments', undefined, 2, 'changed', null, '2'),
  one('stages.spike.load.standard.baselineRate', '10/s', '20/s', 'changed', '10/s', '20/s'),
  one('stages.spike.load.standard.before', '60s', '120s', 'changed', '1m', '2m'),
  one('stages.spike.load.standard.after', '60s', '120s', 'changed', '1m', '2m'),
  one('stages.spike.load.standard.rampDown', '2s', '62s', 'changed', '2s', '62s'),
  one('stages.failover.load.test.failoverAfter', '5s', '6s', 'changed', '5s', '6s'),
  one('stages.canary.load.incident', CANARY_LOAD, undefined, 'loosened', 'rate 30/s, duration 5m, requestTimeout 5s', null),

  one('release.entry', 'src/api/handler.ts', 'src/other.ts', 'changed', 'src/api/handler.ts', 'src/other.ts'),
  one('release.env', { A: '1' }, { A: '2' }, 'changed', 'A=1', 'A=2'),
  one('deploy.command', 'make staging', 'make other', 'changed', 'make staging', 'make other'),
  one('deploy.timeout', '10m', undefined, 'changed', '10m', null),
  one('control.route', 'GET /health', 'GET /ready', 'changed', 'GET /health', 'GET /ready'),
  one('control', { route: 'GET /health' }, undefined, 'loosened', 'route GET /health', null),
  one('targets.twin.period', '5s', '1s', 'changed', '5s', '1s'),
  ...['twin', 'aws'].flatMap((target) => [
    one(`targets.${target}.settle.poll`, '1s', '2s', 'changed', '1s', '2s'),
    one(`targets.${target}.settle.deadline`, '1m', '2m', 'changed', '1m', '2m'),
    one(`targets.${target}.settle.floorDeadline`, '1m', '2m', 'changed', '1m', '2m'),
  ]),
  one('targets.twin', { period: '5s' }, undefined, 'changed', 'period 5s', null),
  one('targets.aws.region', undefined, 'eu-west-1', 'changed', null, 'eu-west-1'),
  one('targets.aws.account', '123456789012', undefined, 'loosened', '123456789012', null),
  one('targets.aws.account', '123456789012', '210987654321', 'changed', '123456789012', '210987654321'),
  one('targets.aws.period', '1m', '2m', 'changed', '1m', '2m'),
  one('targets.aws.staging', { stack: 'A' }, { stack: 'B' }, 'changed', 'A', 'B'),
  one('targets.aws.production', { stack: 'A' }, { stack: 'B' }, 'changed', 'A', 'B'),
  one('targets.aws.ledger', { stack: 'A' }, { bucket: 'B' }, 'changed', 'A', 'B'),
  one('baseline.maxAge', '240h', '720h', 'changed', '240h', '720h'),
  one('baseline', undefined, { maxAge: '720h' }, 'tightened', null, 'maxAge 720h'),
  one('production.peakConcurrency', 1000, 100, 'loosened', '1000', '100'),
  one('production.cacheMaxConnectionsPerNode', 65_000, 10_000, 'tightened', '65000', '10000'),
  one('promotion.profile', 'standard', 'quick', 'changed', 'standard', 'quick'),
  one('promotion.maxEvidenceAge', '24h', '72h', 'loosened', '24h', '72h'),
  one('promotion.approval', 'environment', 'dispatch', 'changed', 'environment', 'dispatch'),
  one('promotion.approverMayBeAuthor', false, true, 'loosened', 'false', 'true'),
  one(
    'promotion.approvers',
    ['octo-reviewer'],
    ['octo-reviewer', 'octo-manager'],
    'loosened',
    'octo-reviewer',
    'octo-reviewer, octo-manager',
  ),
  one('promotion.approvers', ['octo-reviewer'], undefined, 'tightened', 'octo-reviewer', null),
  one('promotion.approvers', ['octo-reviewer'], ['octo-manager'], 'changed', 'octo-reviewer', 'octo-manager'),
  one('promotion.hotfix', undefined, { profile: 'quick' }, 'loosened', null, 'profile quick'),
  one('promotion.hotfix.profile', 'standard', 'quick', 'changed', 'standard', 'quick'),
];
