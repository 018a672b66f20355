import { type Metric, metric } from './metric';

const shared = { source: 'k6', namespace: 'k6', dimensions: () => [], basis: 'k6, counted per route in buckets of one second' } as const;

/** What the clients saw. Gates read the totals of the judged window; recovery reads the series. */
export const CLIENT_METRICS: readonly Metric[] = [
  metric({ ...shared, name: 'client.requests', what: 'requests of the clients', metricName: 'http_reqs', statistic: 'Sum', kind: 'count' }),
  metric({
    ...shared,
    name: 'client.failed',
    what: 'requests without a valid answer (5XX, time-out or none)',
    metricName: 'http_req_failed',
    statistic: 'Sum',
    kind: 'count',
    within: 'client.requests',
  }),
  metric({
    ...shared,
    // Only of answers that the script checked: with none of those it is missing, not zero.
    name: 'client.checksFailed',
    what: 'answers whose content was wrong',
    metricName: 'checks',
    statistic: 'Sum',
    kind: 'count',
    within: 'client.requests',
  }),
  metric({
    ...shared,
    name: 'client.p95',
    what: 'p95 latency at the clients',
    metricName: 'http_req_duration',
    statistic: 'p95',
    kind: 'latency',
    sourceUnit: 'Milliseconds',
    unit: 'ms',
  }),
  metric({
    ...shared,
    name: 'load.dropped',
    what: 'iterations that k6 dropped',
    metricName: 'dropped_iterations',
    statistic: 'Sum',
    kind: 'count',
  }),
];
