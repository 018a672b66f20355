import { RUNTIME_METRICS } from '../../contract';
import type { TierIdentity } from '../evidence-schema';
import { type Dimensions, type Metric, metric } from './metric';

const { functionName, functionVersion, statusClass } = RUNTIME_METRICS.dimensions;

/** EMF metrics carry name and version always: outside a canary it is the version that serves. */
function dimensions(identity: TierIdentity, version: string | null): Dimensions[] {
  return [{ [functionName]: identity.functionName, [functionVersion]: version ?? identity.version }];
}

const basis = "the API's own embedded metrics (src/contract.ts)";
const shared = { namespace: RUNTIME_METRICS.namespace, dimensions, byVersion: true, basis } as const;

/** What the release says of itself: it may fail a gate, its silence never passes one. */
export const RUNTIME_CATALOGUE: readonly Metric[] = [
  metric({
    ...shared,
    name: 'runtime.openFileDescriptors',
    what: 'open file descriptors of the fullest environment',
    metricName: RUNTIME_METRICS.openFileDescriptors,
    statistic: 'Maximum',
    kind: 'gauge',
    independentOfLoad: true,
  }),
  metric({
    ...shared,
    name: 'runtime.redisConnects',
    what: 'connects to Redis that the release reports',
    metricName: RUNTIME_METRICS.redisConnects,
    statistic: 'Sum',
    kind: 'count',
    absent: { zeroWhere: 'runtime.responses' },
    mayBeSilent: true,
  }),
  metric({
    ...shared,
    name: 'runtime.responses',
    what: 'responses that the release reports',
    metricName: RUNTIME_METRICS.responses,
    statistic: 'Sum',
    kind: 'count',
  }),
  metric({
    ...shared,
    name: 'runtime.responses5xx',
    what: '5XX responses that the release reports',
    metricName: RUNTIME_METRICS.responses,
    statistic: 'Sum',
    kind: 'count',
    dimensions: (identity, version) => dimensions(identity, version).map((set) => ({ ...set, [statusClass]: '5xx' })),
    absent: { zeroWhere: 'runtime.responses' },
    mayBeSilent: true,
    within: 'runtime.responses',
  }),
];
