import type { LogLineSink, MetricSink } from '../ports';
import { createEmfSink } from './emf';
import { createReportFilter } from './report-filter';

/** All that CloudWatch makes metrics of in the log of one function. */
export function createLogMetrics(store: MetricSink, functionName: string): LogLineSink {
  const embedded = createEmfSink(store);
  const reports = createReportFilter(store, functionName);
  return { line: (text, at) => reports.line(text, at) || embedded.line(text, at) };
}
