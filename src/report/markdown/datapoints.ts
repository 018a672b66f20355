import type { Series, StageEvidence } from '../../gates/evidence-schema';
import { code, markdown } from '../escape';
import { formatCount } from '../numbers';
import { formatClock } from '../times';
import { details, table } from './markup';

/** Every raw series of a stage, one table per metric with a column per dimension set; gaps stay visible. */
export function datapointTables(stage: StageEvidence): readonly string[] {
  const metrics = [...new Set(stage.series.map(({ metric }) => metric))];
  return metrics.map((metric) => metricTable(stage.series.filter((series) => series.metric === metric)));
}

function metricTable(series: readonly Series[]): string {
  const [first] = series;
  if (first === undefined) return '';
  const title = `${code(first.metric, 80)}: ${markdown(`${first.namespace} ${first.metricName}, ${first.statistic}, ${first.unit}, every ${first.periodSeconds} s`, 200)}`;
  const troubled = series.filter(({ statusCode }) => statusCode !== 'Complete');
  const trouble = troubled.map(
    ({ statusCode, messages }) => `CloudWatch answered ${statusCode}: ${markdown(messages.join('; ') || 'no message')}.`,
  );
  const times = [...new Set(series.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b);
  if (times.length === 0) return details(title, [...trouble, 'No datapoint.'].join('\n\n'));
  const columns = series.map(({ points }) => new Map(points));
  const content = table(
    ['UTC', ...series.map(({ dimensions }) => dimensionText(dimensions))],
    times.map((at) => [formatClock(at), ...columns.map((column) => number(column.get(at)))]),
    `-${'r'.repeat(series.length)}`,
  );
  return details(title, [...trouble, content].join('\n\n'));
}

function number(value: number | undefined): string {
  return value === undefined ? 'missing' : formatCount(value);
}

function dimensionText(dimensions: Readonly<Record<string, string>>): string {
  const text = Object.entries(dimensions).map(([name, value]) => `${name} ${value}`);
  return markdown(text.join(', ') || 'all', 200);
}
