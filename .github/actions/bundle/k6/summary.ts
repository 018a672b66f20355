import { LOAD_ENV } from '../src/contract.ts';

/** k6's own totals, which cross-check the series that was read while it ran. */

interface SummaryMetric {
  readonly values: Readonly<Record<string, number>>;
  readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>;
}

interface SummaryData {
  readonly metrics: Readonly<Record<string, SummaryMetric>>;
}

/** k6 leaves a metric out when it has no sample: for a counter that is 0. */
function count(data: SummaryData, metric: string): number {
  return data.metrics[metric]?.values['count'] ?? 0;
}

/** The crossed thresholds, each as `metric: expression`. */
function crossed(data: SummaryData): readonly string[] {
  return Object.entries(data.metrics).flatMap(([name, metric]) =>
    Object.entries(metric.thresholds ?? {})
      .filter(([, threshold]) => !threshold.ok)
      .map(([expression]) => `${name}: ${expression}`),
  );
}

function text(data: SummaryData, requests: number, dropped: number): string {
  const duration = data.metrics['http_req_duration']?.values ?? {};
  const checks = data.metrics['checks']?.values ?? {};
  const ms = (value: number | undefined) => (value === undefined ? 'unknown' : `${value.toFixed(1)} ms`);
  return [
    `requests        ${requests}`,
    `dropped         ${dropped}`,
    `checks failed   ${checks['fails'] ?? 0} of ${(checks['fails'] ?? 0) + (checks['passes'] ?? 0)}`,
    `duration        median ${ms(duration['med'])}, p95 ${ms(duration['p(95)'])}, max ${ms(duration['max'])}`,
    '',
  ].join('\n');
}

/** Writes the totals to the file that the environment names, or a few lines to stdout when the script runs alone. */
export function handleSummary(data: SummaryData): Record<string, string> {
  const requests = count(data, 'http_reqs');
  const dropped = count(data, 'dropped_iterations');
  const path = __ENV[LOAD_ENV.summaryPath];
  if (!path) return { stdout: text(data, requests, dropped) };
  const totals = { iterations: count(data, 'iterations'), requests, dropped, thresholdsFailed: crossed(data) };
  return { [path]: `${JSON.stringify(totals)}\n` };
}
