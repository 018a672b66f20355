import type { TierIdentity } from '../evidence-schema';
import { type Metric, metric } from './metric';

const dimensions = ({ apiId, apiStage }: TierIdentity) => [{ ApiId: apiId, Stage: apiStage }];
const basis = 'API Gateway developer guide, HTTP API metrics (names differ from those of REST APIs)';
const shared = { namespace: 'AWS/ApiGateway', dimensions, basis } as const;

/** HTTP API metrics; an error counter that is absent is zero only where requests were counted. */
export const API_METRICS: readonly Metric[] = [
  metric({ ...shared, name: 'api.requests', what: 'requests at the gateway', metricName: 'Count', statistic: 'Sum', kind: 'count' }),
  metric({
    ...shared,
    name: 'api.5xx',
    what: '5XX answers of the gateway',
    metricName: '5xx',
    statistic: 'Sum',
    kind: 'count',
    absent: { zeroWhere: 'api.requests' },
    mayBeSilent: true,
    within: 'api.requests',
  }),
  metric({
    ...shared,
    name: 'api.4xx',
    what: '4XX answers of the gateway',
    metricName: '4xx',
    statistic: 'Sum',
    kind: 'count',
    absent: { zeroWhere: 'api.requests' },
    mayBeSilent: true,
    within: 'api.requests',
  }),
  metric({
    ...shared,
    name: 'api.latencyP95',
    what: 'p95 latency at the gateway',
    metricName: 'Latency',
    statistic: 'p95',
    kind: 'latency',
    sourceUnit: 'Milliseconds',
    unit: 'ms',
  }),
];
