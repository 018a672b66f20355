import { metricNamed } from '../../../src/gates/catalogue';
import type { SeriesQuery } from '../../../src/gates/collect';
import type { Series, TierIdentity } from '../../../src/gates/evidence-schema';

export const identity: TierIdentity = {
  apiId: 'api1',
  apiStage: '$default',
  functionName: 'check-in',
  alias: 'live',
  version: '7',
  previousVersion: null,
  nodes: [
    { cacheClusterId: 'check-in-001', cacheNodeId: '0001', role: 'primary' },
    { cacheClusterId: 'check-in-002', cacheNodeId: '0001', role: 'replica' },
  ],
  monitoringConnectionsPerNode: 0,
  reservedConcurrency: null,
};

/** The queries of catalogue metrics for the tier, one per dimension set. */
export function queriesOf(...names: readonly string[]): readonly SeriesQuery[] {
  return names.flatMap((name) =>
    metricNamed(name)
      .dimensions(identity, null)
      .map((dimensions) => ({ metric: metricNamed(name), dimensions })),
  );
}

/** A complete series of a catalogue metric, of its first dimension set unless another one is named. */
export function seriesOf(name: string, points: Series['points'], rest: Partial<Series> = {}): Series {
  const metric = metricNamed(name);
  return {
    metric: name,
    source: 'cloudwatch',
    namespace: metric.namespace,
    metricName: metric.metricName,
    statistic: metric.statistic,
    unit: metric.sourceUnit,
    dimensions: { ...metric.dimensions(identity, null)[0] },
    periodSeconds: 60,
    statusCode: 'Complete',
    messages: [],
    points,
    ...rest,
  };
}
