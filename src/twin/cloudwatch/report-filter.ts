import { REPORT_METRICS } from '../../contract';
import type { LogLineSink, MetricSink } from '../ports';

const MAX_MEMORY_USED = /^REPORT .*\tMax Memory Used: (\d+) MB(?:\t|$)/;

/** What the metric filter on a function's log group does on AWS (infra/tier/report-metrics.ts): memory of REPORT lines becomes a metric. */
export function createReportFilter(store: MetricSink, functionName: string): LogLineSink {
  const { namespace, maxMemoryUsed } = REPORT_METRICS;
  const metric = { namespace, metricName: `${maxMemoryUsed}-${functionName}`, dimensions: {}, unit: 'Megabytes' };
  return {
    line(text, at) {
      const used = MAX_MEMORY_USED.exec(text)?.[1];
      if (used === undefined) return false;
      store.record({ ...metric, value: Number(used), at });
      return true;
    },
  };
}
