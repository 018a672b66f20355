import { CloudWatchClient, GetMetricDataCommand, type GetMetricDataCommandInput, type MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { type CloudWatchEndpoint, type CloudWatchEndpointOptions, startCloudWatchEndpoint } from '../../../src/twin/cloudwatch/endpoint';
import { createMetricStore, type MetricStore } from '../../../src/twin/cloudwatch/store';

/** A whole multiple of every period that the tests use, as epoch milliseconds. */
export const T0 = Date.UTC(2026, 0, 5, 12, 0, 0);

export const PERIOD_MS = 5_000;

/** Everything is visible as soon as its period has ended. */
const NO_DELAY = { visible: 0, complete: 0 };

/** An endpoint with a clock that the test turns, and the unmodified SDK client in front of it. */
export interface TwinCloudWatch {
  readonly store: MetricStore;
  readonly endpoint: CloudWatchEndpoint;
  readonly client: CloudWatchClient;
  /** Sets the clock to so many milliseconds after T0. */
  setClock(afterT0: number): void;
  /** Records samples of the metric `redis`, each `[milliseconds after T0, value]`. */
  connections(...samples: readonly (readonly [number, number])[]): void;
  query(input?: Partial<GetMetricDataCommandInput>): Promise<MetricDataResult>;
  stop(): Promise<void>;
}

/** The metric that `connections` records, as a query. */
export const CONNECTIONS_QUERY = {
  Id: 'connections',
  MetricStat: {
    Metric: {
      Namespace: 'AWS/ElastiCache',
      MetricName: 'CurrConnections',
      Dimensions: [
        { Name: 'CacheNodeId', Value: '0001' },
        { Name: 'CacheClusterId', Value: 'group-001' },
      ],
    },
    Period: PERIOD_MS / 1000,
    Stat: 'Maximum',
  },
};

export async function startTwinCloudWatch(
  options: Partial<Omit<CloudWatchEndpointOptions, 'store'>> & { readonly requestTimeoutMs?: number } = {},
): Promise<TwinCloudWatch> {
  let now = T0 + 3_600_000;
  const store = createMetricStore({ periodMs: PERIOD_MS, now: () => now });
  const { requestTimeoutMs = 5_000, ...endpointOptions } = options;
  const endpoint = await startCloudWatchEndpoint({ store, delays: { 'AWS/ElastiCache': NO_DELAY, default: NO_DELAY }, ...endpointOptions });
  const client = new CloudWatchClient({
    endpoint: endpoint.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    maxAttempts: 1,
    requestHandler: { requestTimeout: requestTimeoutMs, throwOnRequestTimeout: true },
  });
  return {
    store,
    endpoint,
    client,
    setClock(afterT0) {
      now = T0 + afterT0;
    },
    connections(...samples) {
      const dimensions = { CacheClusterId: 'group-001', CacheNodeId: '0001' };
      for (const [afterT0, value] of samples) {
        store.record({ namespace: 'AWS/ElastiCache', metricName: 'CurrConnections', dimensions, unit: 'Count', value, at: T0 + afterT0 });
      }
    },
    async query(input = {}) {
      const output = await client.send(
        new GetMetricDataCommand({ ...windowOf(0, 60_000), MetricDataQueries: [CONNECTIONS_QUERY], ...input }),
      );
      return output.MetricDataResults?.[0] ?? {};
    },
    async stop() {
      client.destroy();
      await endpoint.stop();
    },
  };
}

/** A query's window, from and to so many milliseconds after T0. */
export function windowOf(from: number, to: number): { readonly StartTime: Date; readonly EndTime: Date } {
  return { StartTime: new Date(T0 + from), EndTime: new Date(T0 + to) };
}

/** Points of a result as `[milliseconds after T0, value]`. */
export function pointsOf(result: MetricDataResult): readonly (readonly [number, number | undefined])[] {
  return (result.Timestamps ?? []).map((timestamp, index) => [timestamp.getTime() - T0, result.Values?.[index]] as const);
}
