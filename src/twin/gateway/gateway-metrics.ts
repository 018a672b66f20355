import type { MetricSink } from '../ports';

export interface GatewayMetrics {
  /** Latencies in milliseconds; `integrationMs` is null when the integration was never asked. */
  request(status: number, latencyMs: number, integrationMs: number | null, at: number): void;
}

/** An HTTP API's metrics (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html). */
export function createGatewayMetrics(sink: MetricSink, apiId: string, stage: string): GatewayMetrics {
  const sets = [{ ApiId: apiId }, { ApiId: apiId, Stage: stage }];
  return {
    request(status, latencyMs, integrationMs, at) {
      for (const dimensions of sets) {
        const put = (metricName: string, unit: string, value: number) =>
          sink.record({ namespace: 'AWS/ApiGateway', metricName, dimensions, unit, value, at });
        put('Count', 'Count', 1);
        put('4xx', 'Count', status >= 400 && status < 500 ? 1 : 0);
        put('5xx', 'Count', status >= 500 ? 1 : 0);
        put('Latency', 'Milliseconds', latencyMs);
        if (integrationMs !== null) put('IntegrationLatency', 'Milliseconds', integrationMs);
      }
    },
  };
}
