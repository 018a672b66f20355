import { API_METRICS } from './catalogue/api';
import { CLIENT_METRICS } from './catalogue/client';
import { LAMBDA_METRICS } from './catalogue/lambda';
import type { Metric } from './catalogue/metric';
import { REDIS_METRICS } from './catalogue/redis';
import { RUNTIME_CATALOGUE } from './catalogue/runtime';

export type { Dimensions, Metric, MetricKind } from './catalogue/metric';

/**
 * The metric catalogue: every metric that a policy may name, as data.
 * The true number of environments is not here: the twin knows it, AWS does not, so no gate may read it.
 */
export const CATALOGUE: readonly Metric[] = [...API_METRICS, ...LAMBDA_METRICS, ...REDIS_METRICS, ...RUNTIME_CATALOGUE, ...CLIENT_METRICS];

export const METRIC_NAMES: readonly string[] = CATALOGUE.map((metric) => metric.name);

const byName = new Map(CATALOGUE.map((metric) => [metric.name, metric]));

/** @returns null for a name that the catalogue does not have */
export function findMetric(name: string): Metric | null {
  return byName.get(name) ?? null;
}

/** @throws RangeError for a name that the catalogue does not have: a policy is checked before anybody asks */
export function metricNamed(name: string): Metric {
  const metric = byName.get(name);
  if (metric === undefined) throw new RangeError(`no metric "${name}" in the catalogue`);
  return metric;
}
