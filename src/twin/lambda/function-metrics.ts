import type { MetricSink } from '../ports';
import type { InvokeOutcome } from './invocation';

const NAMESPACE = 'AWS/Lambda';

/** Lambda's own metrics of one function (docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html). */
export interface FunctionMetrics {
  /** At the start of an invocation, and at each heartbeat while any runs. */
  concurrency(total: number, byVersion: ReadonlyMap<string, number>, at: number): void;
  /** An invocation that reached a runtime, or an INIT that failed in its place. Zeroes are reported: they are the heartbeat. */
  invocation(outcome: InvokeOutcome, version: string, durationMs: number, at: number): void;
  throttle(version: string, at: number): void;
}

type Dimensions = Readonly<Record<string, string>>;

export function createFunctionMetrics(sink: MetricSink, functionName: string, alias: string): FunctionMetrics {
  const byFunction: Dimensions = { FunctionName: functionName };
  const byAlias: Dimensions = { FunctionName: functionName, Resource: `${functionName}:${alias}` };
  const byVersion = (version: string): Dimensions => ({ ...byAlias, ExecutedVersion: version });
  const sets = new Map<string, readonly Dimensions[]>();
  const dimensionsOf = (version: string) => {
    const known = sets.get(version);
    if (known !== undefined) return known;
    const fresh = [byFunction, byAlias, byVersion(version)];
    sets.set(version, fresh);
    return fresh;
  };
  const put = (dimensions: Dimensions, metricName: string, unit: string, value: number, at: number) =>
    sink.record({ namespace: NAMESPACE, metricName, dimensions, unit, value, at });

  return {
    concurrency(total, versions, at) {
      put(byFunction, 'ConcurrentExecutions', 'Count', total, at);
      put(byAlias, 'ConcurrentExecutions', 'Count', total, at);
      for (const [version, count] of versions) put(byVersion(version), 'ConcurrentExecutions', 'Count', count, at);
    },
    invocation(outcome, version, durationMs, at) {
      for (const dimensions of dimensionsOf(version)) {
        put(dimensions, 'Invocations', 'Count', 1, at);
        put(dimensions, 'Errors', 'Count', outcome.kind === 'function-error' ? 1 : 0, at);
        put(dimensions, 'Throttles', 'Count', 0, at);
        put(dimensions, 'Duration', 'Milliseconds', durationMs, at);
      }
    },
    throttle(version, at) {
      for (const dimensions of dimensionsOf(version)) put(dimensions, 'Throttles', 'Count', 1, at);
    },
  };
}
