import { constantly, withValues } from '../judges/limit-series';
import { BASELINE_GATE } from './changes-cases';
import { apiOf, approvalBy, credentials, deployed, guardAfter, guardOfHotfix, region } from './edge-outcomes';
import {
  baselineAge,
  detailOf,
  ids,
  loadOf,
  memberOf,
  type Outcome,
  observedUntil,
  periods,
  reasonOf,
  settings,
  stageNamed,
  stageVerdict,
} from './outcomes';

/** A key by a path with the gate's id in it, two values of it, and something that a release, or who runs one, meets. */
export interface OutcomeCase {
  readonly at: string;
  readonly from: unknown;
  readonly to: unknown;
  readonly outcome: Outcome;
  /** What else the policy says in both. */
  readonly beside?: Readonly<Record<string, unknown>>;
}

function one(at: string, from: unknown, to: unknown, outcome: Outcome, beside: OutcomeCase['beside'] = {}): OutcomeCase {
  return { at, from, to, outcome, beside };
}

const soak = 'stages.soak.gates';
const PERIODS = 12;
const fiveXx = (others: Readonly<Record<number, number>>) => ({ edit: withValues('api.5xx', constantly(0, PERIODS, others)) });
const LEAK = `${soak}.redis-connection-leak`;
const LEAKS = { leakPerSecond: 0.1 };
/** The level is out of the way: what decides is the trend. */
const TREND = { [`${LEAK}.maxPerEnvironment`]: 10 };
const NOISY = { edit: withValues('redis.connections', [5, 5, 6, 6, 5, 7, 7, 6, 8, 8, 7, 9]) };
const LATER = `${soak}.${BASELINE_GATE.id}`;
const latencies = (ms: number, seconds = 60) => ({ edit: withValues('client.p95', constantly(ms, seconds)) });

/** One gate of each judge, and where it stands. */
const GATES = {
  limit: ['soak', 'api-5xx'],
  leak: ['soak', 'redis-connection-leak'],
  'idle-return': ['soak', 'redis-idle-return'],
  recovery: ['spike', 'spike-recovery'],
  capacity: ['soak', 'redis-capacity'],
  baseline: ['soak', BASELINE_GATE.id],
} as const;

const OF_EVERY_JUDGE = Object.values(GATES).flatMap(([stage, id]) => {
  const at = `stages.${stage}.gates.${id}`;
  return [
    one(`${at}.id`, id, `${id}-2`, ids(stage)),
    one(`${at}.mode`, 'enforce', 'observe', memberOf(stage, id, 'mode')),
    one(`${at}.disabled`, undefined, 'known and accepted until spring', ids(stage)),
    one(`${at}.until`, '2026-11-23', '2026-12-31', observedUntil(at), { [`${at}.mode`]: 'observe' }),
  ];
});

const IDENTITIES = { functionName: 'f', alias: 'live', replicationGroupId: 'r' };
const DISPATCH = { 'promotion.approval': 'dispatch', 'promotion.approvers': ['octo-manager'] };

/** Keys that something beside the judges obeys: a guard, the platform's clients, a shell. */
const AT_THE_EDGES: readonly OutcomeCase[] = [
  one('promotion.profile', 'standard', 'quick', guardAfter(1)),
  one('promotion.maxEvidenceAge', '24h', '72h', guardAfter(48), { 'promotion.profile': 'quick' }),
  one('promotion.hotfix.profile', 'incident', 'quick', guardOfHotfix),
  one('promotion.approval', 'environment', 'dispatch', approvalBy('octo-author'), { 'promotion.approvers': ['octo-manager'] }),
  one('promotion.approvers', ['octo-other'], ['octo-manager'], approvalBy('octo-author'), { 'promotion.approval': 'dispatch' }),
  one('promotion.approverMayBeAuthor', false, true, approvalBy('octo-manager'), DISPATCH),
  one('targets.aws.account', '111111111111', '222222222222', credentials),
  one('targets.aws.region', undefined, 'eu-north-1', region),
  one('targets.aws.staging', { ...IDENTITIES, apiId: 'a' }, { ...IDENTITIES, apiId: 'b' }, apiOf('staging')),
  one('targets.aws.production', { ...IDENTITIES, apiId: 'a' }, { ...IDENTITIES, apiId: 'b' }, apiOf('production')),
  one('deploy.command', 'true', 'exit 3', deployed),
  one('deploy.timeout', '30s', '1ms', deployed, { 'deploy.command': 'sleep 0.2' }),
];

export const OUTCOME_CASES: readonly OutcomeCase[] = [
  ...AT_THE_EDGES,
  ...OF_EVERY_JUDGE,
  one(`${soak}.api-5xx.of`, 'api.5xx / api.requests', 'api.4xx / api.requests', reasonOf('api-5xx', fiveXx({ 4: 30 }))),
  one(`${soak}.api-5xx.max`, '0.1%', '1%', reasonOf('api-5xx', fiveXx({ 4: 9 }))),
  one(`${soak}.api-5xx.warn`, '0.01%', '0.05%', reasonOf('api-5xx', fiveXx({ 4: 1 }))),
  one(`${soak}.api-5xx.minRequests`, undefined, 3601, reasonOf('api-5xx')),
  one(`${soak}.api-5xx.confidence`, 0.95, 0.999, reasonOf('api-5xx', fiveXx({ 4: 8 }))),
  one(`${soak}.lambda-throttles.minDatapoints`, 12, 13, reasonOf('lambda-throttles')),
  one(`${soak}.control-route.route`, 'GET /health', 'GET /v1/profiles/{userId}', reasonOf('control-route', { controlFailed: 0.1 })),
  one(`${soak}.api-5xx.for`, undefined, '15s', reasonOf('api-5xx', fiveXx({ 4: 30 }))),
  one(`${soak}.api-5xx.within`, undefined, '15s', reasonOf('api-5xx', fiveXx({ 4: 30 })), {
    [`${soak}.api-5xx.max`]: '1%',
    [`${soak}.api-5xx.warn`]: undefined,
  }),
  one(`${LEAK}.growthFloor`, '20%', '200%', reasonOf('redis-connection-leak', LEAKS), TREND),
  one(`${LEAK}.growthFloorAbsolute`, 1, 3, reasonOf('redis-connection-leak', LEAKS), TREND),
  one(`${LEAK}.maxPerEnvironment`, 3, 10, reasonOf('redis-connection-leak', { connectionsPerEnvironment: 4 })),
  one(`${LEAK}.minDatapoints`, 12, 13, reasonOf('redis-connection-leak')),
  one(`${LEAK}.confidence`, 0.9, 0.99, detailOf('redis-connection-leak', 'slopeLow', NOISY), TREND),
  one(`${soak}.redis-idle-return.maxPerEnvironment`, 3, 5, reasonOf('redis-idle-return', { leakPerSecond: 0.2 })),
  one('stages.spike.gates.spike-recovery.max', '5s', '1s', reasonOf('spike-recovery', { recoverySeconds: 3 }, 'spike')),
  one('stages.spike.gates.spike-recovery.tolerance', '300%', '3000%', reasonOf('spike-recovery', { recoverySeconds: 7, p95: 20 }, 'spike')),
  one(
    'stages.spike.gates.spike-recovery.toleranceAbsolute',
    '50ms',
    '1s',
    reasonOf('spike-recovery', { recoverySeconds: 7, p95: 20 }, 'spike'),
  ),
  one(`${soak}.redis-capacity.max`, '80%', '1%', reasonOf('redis-capacity')),
  one(`${LATER}.max`, '50ms', '5ms', reasonOf(BASELINE_GATE.id, latencies(10), 'soak', latencies(10))),
  one(`${LATER}.maxIncrease`, '20%', '90%', reasonOf(BASELINE_GATE.id, latencies(16), 'soak', latencies(10))),
  one(`${LATER}.maxIncreaseAbsolute`, '5ms', '9ms', reasonOf(BASELINE_GATE.id, latencies(16), 'soak', latencies(10))),
  one(`${LATER}.minDatapoints`, 60, 61, reasonOf(BASELINE_GATE.id, latencies(10), 'soak', latencies(10))),
  one(`${LATER}.confidence`, 0.95, 0.9999999999999, reasonOf(BASELINE_GATE.id, slowerInSome(), 'soak', latencies(10)), {
    [`${LATER}.max`]: '900ms',
  }),
  one('baseline.maxAge', '24h', '720h', baselineAge(48)),
  one('defaults.mode', 'enforce', 'observe', memberOf('soak', 'api-5xx', 'mode')),
  one('defaults.confidence', 0.95, 0.999, reasonOf('api-5xx', fiveXx({ 4: 8 }))),
  one('production.peakConcurrency', 1000, 100_000, reasonOf('redis-capacity')),
  one('production.cacheMaxConnectionsPerNode', 65_000, 500, reasonOf('redis-capacity')),
  one('control.route', 'GET /health', 'GET /nowhere', stageVerdict('soak')),

  one(
    'stages.soak.script',
    'k6/soak.ts',
    'k6/smoke.ts',
    stageNamed('soak', ({ script }) => script),
  ),
  one(
    'stages.soak.reservedConcurrency',
    10,
    5,
    stageNamed('soak', ({ reservedConcurrency }) => reservedConcurrency),
  ),
  one(
    'stages.soak.observeAfter.quick',
    '10s',
    '20s',
    stageNamed('soak', ({ observeAfterMs }) => observeAfterMs),
  ),
  one('stages.soak.load.quick.rate', '60/s', '70/s', loadOf('soak')),
  one('stages.soak.load.quick.duration', '60s', '70s', loadOf('soak')),
  one('stages.soak.load.quick.rampUp', '10s', '20s', loadOf('soak')),
  one('stages.soak.load.quick.requestTimeout', '5s', '6s', loadOf('soak')),
  one('stages.soak.load.quick.warm', undefined, 8, loadOf('soak')),
  one(
    'stages.soak.load.quick.segments',
    undefined,
    2,
    stageNamed('soak', ({ segments }) => segments),
  ),
  one('stages.spike.load.quick.baselineRate', '10/s', '20/s', loadOf('spike')),
  one('stages.spike.load.quick.before', '5s', '10s', loadOf('spike')),
  one('stages.spike.load.quick.rampDown', '1s', '2s', loadOf('spike')),
  one('stages.spike.load.quick.after', '7s', '12s', loadOf('spike')),
  one('stages.failover.load.test.failoverAfter', '5s', '6s', loadOf('failover', 'test')),
  one(
    'stages.canary.weight',
    '50%',
    '10%',
    stageNamed('canary', ({ weight }) => weight),
  ),
  one(
    'stages.canary.onInconclusive',
    'roll-back',
    'hold',
    stageNamed('canary', ({ onInconclusive }) => onInconclusive),
  ),
  one(
    'stages.canary.maxWait.standard',
    '15m',
    '30m',
    stageNamed('canary', ({ maxWaitMs }) => maxWaitMs, 'standard'),
  ),
  one('targets.twin.period', '5s', '7s', periods('quick', 'twin')),
  one('targets.aws.period', '1m', '7m', periods('standard', 'aws')),
  ...(['twin', 'aws'] as const).flatMap((target) => [
    one(`targets.${target}.settle.poll`, '1s', '2s', settings(target)),
    one(`targets.${target}.settle.deadline`, '30s', '40s', settings(target)),
    one(`targets.${target}.settle.floorDeadline`, '1m', '2m', settings(target)),
  ]),
];

/** Worse in most seconds: by chance once in a thousand million times. */
function slowerInSome() {
  return { edit: withValues('client.p95', [...constantly(10, 25), ...constantly(16, 35)]) };
}
