import type { Duration } from 'aws-cdk-lib';
import { Metric as CloudWatchMetric, type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { type Metric, metricNamed } from '../../src/gates/catalogue';
import { inTier } from '../../src/gates/catalogue/metric';
import type { TierIdentity } from '../../src/gates/evidence-schema';
import type { Limit } from './limits';

/** Whose series: a tier's, or one version's in it. */
export interface Subject {
  readonly identity: TierIdentity;
  /** null: whatever version serves. */
  readonly version: string | null;
  readonly period: Duration;
}

/** The series of a metric exactly as the gates query them: one for each set of dimensions. */
export function seriesOf(metric: Metric, { identity, version, period }: Subject): readonly CloudWatchMetric[] {
  const sets = metric.dimensions(identity, metric.byVersion ? version : null);
  return sets.map((set) => {
    const node = set['CacheClusterId'];
    return new CloudWatchMetric({
      namespace: metric.namespace,
      metricName: inTier(metric, identity).metricName,
      statistic: metric.statistic,
      dimensionsMap: { ...set },
      period,
      label: node === undefined ? metric.what : node,
    });
  });
}

/** What a limit is compared with: the metric or quotient in its source's unit, and the limit in the same. */
export function measureOf(limit: Limit, subject: Subject): { readonly metric: IMetric; readonly threshold: number } {
  const { numerator, denominator, text } = limit.of;
  const above = metricNamed(numerator);
  if (denominator === null) return { metric: whole(above, subject), threshold: limit.max / above.scale };
  const n = termOf(above, subject, 'n');
  const d = termOf(metricNamed(denominator), subject, 'd');
  const metric = new MathExpression({
    expression: `IF(${d.text} >= ${limit.atLeast}, (${n.text}) / (${d.text}), 0)`,
    usingMetrics: { ...n.series, ...d.series },
    label: text,
    period: subject.period,
  });
  return { metric, threshold: limit.max };
}

function whole(metric: Metric, subject: Subject): IMetric {
  const series = seriesOf(metric, subject);
  const [only] = series;
  if (only !== undefined && series.length === 1) return only;
  const { text, series: usingMetrics } = termOf(metric, subject, 'n');
  return new MathExpression({ expression: text, usingMetrics, label: metric.what, period: subject.period });
}

/** Several series as one: occurrences and a total are added up, of other levels the highest counts. */
function termOf(metric: Metric, subject: Subject, prefix: string) {
  const series = seriesOf(metric, subject);
  const ids = series.map((_, i) => `${prefix}${i}`);
  const known = metric.absent === 'unknown' ? ids : ids.map((id) => `FILL(${id}, 0)`);
  const adds = metric.kind === 'count' || metric.name === 'redis.connections';
  const text = known.length === 1 ? String(known[0]) : adds ? known.join(' + ') : `MAX([${known.join(', ')}])`;
  return { text, series: Object.fromEntries(ids.map((id, i) => [id, series[i] as IMetric])) };
}
